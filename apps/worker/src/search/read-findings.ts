// Zero-shot findings and a drafted report of a stored case, from the vectors that it already has in the learned space. The
// vectors stay here: what goes out are probabilities, words and region cells.
import type { Database } from '@tomograph/data';
import { AppError } from '@tomograph/kernel';
import type { ComputeThread } from '../compute/compute-thread.js';
import { regionPart } from '../compute/meaning.js';
import type { FindingsOfCt } from '../compute/tasks.js';
import { shippedMeaning } from '../spaces/shipped-meaning.js';

export interface FindingsOfStudy extends FindingsOfCt {
  /** The CT that was read: the one of the study that has vectors, the first by id. */
  readonly seriesId: string;
  /** `biud@1` */
  readonly space: string;
}

interface StoredVector {
  readonly subject_id: string;
  readonly part: string;
  readonly vector: string;
}

/**
 * @param projectIds of the viewer: a case of another project is not found
 * @throws AppError NOT_FOUND (no such case, or no CT of it has vectors yet: run the backfill), PROVIDER_UNAVAILABLE
 */
export async function readFindings(
  studyId: string,
  { projectIds }: { readonly projectIds: readonly string[] },
  { database, compute }: { readonly database: Database; readonly compute: ComputeThread },
  signal?: AbortSignal,
): Promise<FindingsOfStudy> {
  const shipped = await shippedMeaning();
  if (shipped === undefined) {
    throw new AppError('PROVIDER_UNAVAILABLE', {
      message: 'no learned space is installed: weights/biud is absent',
    });
  }
  const rows = await database.query<StoredVector>(
    `select e.subject_id, e.part, e.vector::text as vector
       from embedding e join embedding_space s on s.id = e.space_id
      where s.digest = $1 and e.study_id = $2::uuid and e.project_id = any($3::uuid[]) and e.subject_kind = 'SERIES'
      order by e.subject_id`,
    [shipped.digest, studyId, [...projectIds]],
  );
  const seriesId = rows[0]?.subject_id;
  const byPart = new Map(
    rows.filter((row) => row.subject_id === seriesId).map((row) => [row.part, row.vector]),
  );
  const study = byPart.get('');
  if (seriesId === undefined || study === undefined) {
    throw new AppError('NOT_FOUND', {
      message: 'no such case, or no CT of it has vectors of the learned space yet: run its backfill',
    });
  }
  const regions: Float32Array[] = [];
  for (let cell = 0; byPart.has(regionPart(cell)); cell++)
    regions.push(numbersOf(byPart.get(regionPart(cell))!));
  const found = await compute.run('readFindings', { study: numbersOf(study), regions }, signal);
  return { ...found!, seriesId, space: 'biud@1' };
}

/** pgvector's text form. */
const numbersOf = (vector: string): Float32Array => Float32Array.from(JSON.parse(vector) as number[]);
