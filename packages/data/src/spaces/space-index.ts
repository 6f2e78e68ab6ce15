// One partial HNSW expression index per space. A query meets it only with the same cast, width and space id, written
// as literals: `embedding.vector::vector(W) <=> $1::vector(W)` and `space_id = N`.
import type { Sql, SqlDatabase } from '../connection/sql.js';

interface IndexedSpace {
  readonly id: number;
  readonly width: number;
  /** In a space of `meaning` the vectors of regions (`part`) are left out: no first stage of ranking reads them. */
  readonly channel?: string;
}

export const spaceIndexName = (space: IndexedSpace): string => `embedding_hnsw_${Number(space.id)}`;

/** Makes the index when it is not there. Writers to the table wait meanwhile; readers do not. */
export async function createSpaceIndex(sql: SqlDatabase, space: IndexedSpace): Promise<void> {
  const width = Number(space.width);
  await sql.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(7236106)'); // "if not exists" does not see one that is being made
    await tx.query("select set_config('maintenance_work_mem', '512MB', true)");
    await tx.query(
      `create index if not exists ${spaceIndexName(space)} on embedding
         using hnsw ((vector::vector(${width})) vector_cosine_ops) with (m = 16, ef_construction = 64)
         where space_id = ${Number(space.id)}${space.channel === 'meaning' ? " and part = ''" : ''}`,
    );
  });
}

export async function dropSpaceIndex(sql: Sql, space: IndexedSpace): Promise<void> {
  await sql.query(`drop index if exists ${spaceIndexName(space)}`);
}

export async function hasSpaceIndex(sql: Sql, space: IndexedSpace): Promise<boolean> {
  const [row] = await sql.query<{ found: string | null }>('select to_regclass($1) as found', [
    spaceIndexName(space),
  ]);
  return row?.found != null;
}
