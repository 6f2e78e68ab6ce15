// Writing vectors: many rows in one statement, the same subject again replaces its vector. Never reading them out.
// Those of regions go into rows of their own: region-vectors.ts.
import { AppError, isRegionPart } from '@tomograph/kernel';
import type { Sql, SqlDatabase } from '../connection/sql.js';
import { saveRegions } from './region-vectors.js';

export type SubjectKind = 'STUDY' | 'SERIES' | 'XRAY' | 'REPORT' | 'SENTENCE' | 'REGION';

export interface NewEmbedding {
  readonly projectId: string;
  readonly studyId: string;
  readonly subjectKind: SubjectKind;
  readonly subjectId: string;
  /** View (`AP`, `LATERAL`) or region (`cell-0`, all of a series together); empty where there is one vector only. */
  readonly part?: string;
  /** As wide as the space; finite; not all zero (it has no direction). */
  readonly vector: Float32Array;
}

const rowsPerStatement = 500;

/**
 * Stores the vectors in chunks, each in a transaction of its own; repeating it is harmless.
 * @throws AppError SPACE_MISMATCH for a vector of another width, NOT_FINITE, INVALID_ARGUMENT for a zero vector
 */
export async function saveEmbeddings(
  sql: Sql,
  space: { readonly id: number; readonly width: number },
  rows: readonly NewEmbedding[],
): Promise<void> {
  for (const row of rows) checkVector(space, row.vector);
  const wholes = rows.filter(({ part }) => !isRegionPart(part));
  for (let start = 0; start < wholes.length; start += rowsPerStatement) {
    await saveChunk(sql, space.id, wholes.slice(start, start + rowsPerStatement));
  }
  await saveRegions(
    sql,
    space.id,
    rows.filter(({ part }) => isRegionPart(part)),
  );
}

/** Vectors of a study in a space, counted; for a backfill that goes on where it stopped. */
export async function studiesWithoutEmbedding(sql: Sql, spaceId: number, limit: number): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select s.id from study s where not exists (
        select 1 from embedding e where e.space_id = $1 and e.study_id = s.id)
      order by s.created_at, s.id limit $2`,
    [spaceId, limit],
  );
  return rows.map((row) => row.id);
}

/** Removes a space's vectors of one study, before they are computed anew. */
export async function removeEmbeddings(
  sql: SqlDatabase | Sql,
  spaceId: number,
  studyId: string,
): Promise<void> {
  await sql.query('delete from region_embedding where space_id = $1 and study_id = $2', [spaceId, studyId]);
  await sql.query('delete from embedding where space_id = $1 and study_id = $2', [spaceId, studyId]);
}

// Arrays of columns, so that the statement's text does not grow with the rows; vectors as one text each, because the
// extension's binary form has no array that the driver could send. Within a chunk the last of a subject wins.
async function saveChunk(sql: Sql, spaceId: number, rows: readonly NewEmbedding[]): Promise<void> {
  const unique = new Map(rows.map((row) => [`${row.subjectKind} ${row.subjectId} ${row.part ?? ''}`, row]));
  const list = [...unique.values()];
  await sql.query(
    `insert into embedding (space_id, project_id, study_id, subject_kind, subject_id, part, vector)
       select $1, r.project_id, r.study_id, r.kind::subject_kind, r.subject_id, r.part, r.vector::vector
         from unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::text[])
           as r(project_id, study_id, kind, subject_id, part, vector)
       on conflict (space_id, subject_kind, subject_id, part) do update set vector = excluded.vector`,
    [
      spaceId,
      list.map((row) => row.projectId),
      list.map((row) => row.studyId),
      list.map((row) => row.subjectKind),
      list.map((row) => row.subjectId),
      list.map((row) => row.part ?? ''),
      list.map((row) => vectorText(row.vector)),
    ],
  );
}

/** pgvector's text form. Nine digits round-trip a float32. */
export function vectorText(vector: Float32Array): string {
  let text = '[';
  for (let i = 0; i < vector.length; i++) text += `${i === 0 ? '' : ','}${+vector[i]!.toPrecision(9)}`;
  return `${text}]`;
}

function checkVector(space: { readonly id: number; readonly width: number }, vector: Float32Array): void {
  if (vector.length !== space.width) {
    throw new AppError('SPACE_MISMATCH', {
      message: `a vector of width ${vector.length} is not of space ${space.id}, whose width is ${space.width}`,
      facts: { space: space.id, want: space.width, got: vector.length },
    });
  }
  let norm = 0;
  for (const value of vector) norm += value * value;
  if (!Number.isFinite(norm)) {
    throw new AppError('NOT_FINITE', {
      message: `a vector for space ${space.id} holds a value that is not finite`,
    });
  }
  if (norm === 0) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `a vector for space ${space.id} is all zero: it has no direction`,
    });
  }
}
