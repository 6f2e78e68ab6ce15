// Vectors of the regions of a CT: one row per series and space, all cells in order. The first stage of ranking never
// reads them; see packages/retrieval for the second. Not the vectors of whole images: embeddings.ts.
import { AppError, regionPart } from '@tomograph/kernel';
import type { Sql } from '../connection/sql.js';

const maxCells = 4096;

export interface NewRegion {
  readonly projectId: string;
  readonly studyId: string;
  readonly subjectId: string;
  readonly part?: string;
  readonly vector: Float32Array;
}

/** All regions of each series at once: what was there before is replaced. @throws AppError INVALID_ARGUMENT for a gap */
export async function saveRegions(sql: Sql, spaceId: number, rows: readonly NewRegion[]): Promise<void> {
  const bySeries = new Map<string, NewRegion[]>();
  for (const row of rows) bySeries.set(row.subjectId, [...(bySeries.get(row.subjectId) ?? []), row]);
  const packed = [...bySeries.values()].map((own) => ({ ...own[0]!, bytes: packRegions(own) }));
  if (packed.length === 0) return;
  await sql.query(
    `insert into region_embedding (space_id, project_id, study_id, subject_id, vectors)
       select $1, r.project_id, r.study_id, r.subject_id, decode(r.vectors, 'base64')
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[]) as r(project_id, study_id, subject_id, vectors)
       on conflict (space_id, subject_id) do update set vectors = excluded.vectors`,
    [
      spaceId,
      packed.map(({ projectId }) => projectId),
      packed.map(({ studyId }) => studyId),
      packed.map(({ subjectId }) => subjectId),
      packed.map(({ bytes }) => bytes.toString('base64')),
    ],
  );
}

function packRegions(rows: readonly NewRegion[]): Buffer {
  const byCell = new Map(rows.map((row) => [row.part, row.vector]));
  const width = rows[0]!.vector.length;
  const bytes = Buffer.alloc(4 * width * byCell.size);
  for (let cell = 0; cell < byCell.size; cell++) {
    const vector = byCell.get(regionPart(cell));
    if (vector === undefined || byCell.size > maxCells) {
      throw new AppError('INVALID_ARGUMENT', {
        message: `the regions of a series are the cells 0 to n - 1, at most ${maxCells}: cell ${cell} of ${byCell.size} is not there`,
      });
    }
    for (let i = 0; i < width; i++) bytes.writeFloatBE(vector[i]!, 4 * (cell * width + i));
  }
  return bytes;
}

/** Cell after cell, `width` numbers each. @throws AppError SPACE_MISMATCH where the bytes are of another width */
export function unpackRegions(vectors: Uint8Array, width: number): Float32Array {
  if (vectors.length % (4 * width) !== 0) {
    throw new AppError('SPACE_MISMATCH', {
      message: `regions of ${vectors.length} bytes are not of a space of width ${width}: run its backfill again`,
      facts: { width },
    });
  }
  const own = Buffer.from(vectors); // a copy, aligned
  const aligned = own.byteOffset % 4 === 0 ? own : Buffer.from(new Uint8Array(own).buffer);
  aligned.swap32();
  return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
}
