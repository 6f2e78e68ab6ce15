// The vectors that a stored CT has in a learned space, and the space itself: what zero-shot and drafts are computed
// from. The vectors stay in this process.
import { type Database, listSpaces, type SpaceRecord, unpackRegions } from '@tomograph/data';
import { AppError, type Sha256 } from '@tomograph/kernel';
import type { CtVectorsOfStudy } from '@tomograph/models';
import type { ComputeThread } from '../compute/compute-thread.js';
import { meaningBundles } from '../spaces/meaning-bundles.js';

export interface MeaningServices {
  readonly database: Database;
  readonly compute: ComputeThread;
  /** Of the installation. */
  readonly home: string;
}

export interface MeaningViewer {
  /** A case of another project is not found. */
  readonly projectIds: readonly string[];
}

export interface CtOfStudy extends CtVectorsOfStudy {
  readonly seriesId: string;
  readonly volumeBlob: Sha256;
  readonly space: SpaceRecord;
  /** Region cells along each axis. */
  readonly cells: number;
}

interface StoredVector {
  readonly series_id: string;
  readonly volume_blob: Sha256;
  readonly vector: string;
  readonly regions: Uint8Array;
}

/**
 * The first CT of the study that has vectors.
 * @throws AppError NOT_FOUND (no such case), INVALID_ARGUMENT (it has no CT), PROVIDER_UNAVAILABLE (no learned space is
 *   installed), SPACE_STATE (its vectors are not computed yet)
 */
export async function ctOfStudy(
  studyId: string,
  { projectIds }: MeaningViewer,
  { database, home }: Pick<MeaningServices, 'database' | 'home'>,
): Promise<CtOfStudy> {
  const space = await readingSpace(database, home);
  const [found] = await database.query<{ has_ct: boolean }>(
    `select exists (select 1 from series s where s.study_id = st.id and s.modality = 'CT') as has_ct
       from study st where st.id = $1::uuid and st.project_id = any($2::uuid[])`,
    [studyId, [...projectIds]],
  );
  if (found === undefined) {
    throw new AppError('NOT_FOUND', {
      message: 'no such case, or none that this key may see',
      facts: { argument: 'study' },
    });
  }
  if (!found.has_ct) {
    throw new AppError('INVALID_ARGUMENT', {
      message: 'this case has no CT: findings are read from a CT',
      facts: { argument: 'study' },
    });
  }
  const rows = await database.query<StoredVector>(
    `select s.id as series_id, s.volume_blob, e.vector::text as vector, r.vectors as regions
       from series s
       join embedding e
         on e.space_id = $1 and e.subject_kind = 'SERIES' and e.subject_id = s.id and e.part = ''
       join region_embedding r on r.space_id = $1 and r.subject_id = s.id
      where s.study_id = $2::uuid and s.modality = 'CT'
      order by s.id
      limit 1`,
    [space.id, studyId],
  );
  const [first] = rows;
  if (first === undefined) {
    throw new AppError('SPACE_STATE', {
      message: `no CT of this case has vectors in ${labelOf(space)} (${space.phase}) yet: run the backfill of the space`,
      facts: { space: labelOf(space), phase: space.phase },
    });
  }
  const packed = unpackRegions(first.regions, space.width);
  const regions = Array.from({ length: packed.length / space.width }, (_, cell) =>
    packed.slice(cell * space.width, (cell + 1) * space.width),
  );
  return {
    ...{ seriesId: first.series_id, volumeBlob: first.volume_blob, space },
    ...{ study: numbersOf(first.vector), regions, cells: Math.round(Math.cbrt(regions.length)) },
  };
}

/** The active space of meaning, else the newest whose encoders are installed. @throws AppError PROVIDER_UNAVAILABLE */
async function readingSpace(database: Database, home: string): Promise<SpaceRecord> {
  const installed = new Set((await meaningBundles(home)).map(({ digest }) => digest));
  const usable = (await listSpaces(database)).filter(
    (space) => space.channel === 'meaning' && installed.has(space.digest),
  );
  const space = usable.find(({ phase }) => phase === 'ACTIVE') ?? usable.at(-1);
  if (space !== undefined) return space;
  throw new AppError('PROVIDER_UNAVAILABLE', {
    message:
      'no learned space is installed: weights/biud is absent and none was added with "tomograph space add"',
  });
}

export const labelOf = ({ name, version }: SpaceRecord): string => `${name}@${version}`;

/** pgvector's text form. */
const numbersOf = (vector: string): Float32Array => Float32Array.from(JSON.parse(vector) as number[]);
