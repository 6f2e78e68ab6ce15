// What the embedded database is told about where it runs. Not the schema, and nothing that changes an answer.
import type { PGlite } from '@electric-sql/pglite';

/**
 * Its files lie in the page cache and its process serves one statement at a time: a page out of order costs little
 * more than the next one, and a sort may have memory. With Postgres' defaults, made for disks and many clients, text
 * questions over 220,000 sentences read all of them (280 ms) where the indexes take 100 ms.
 */
export async function applyEmbeddedSettings(db: Pick<PGlite, 'exec'>): Promise<void> {
  await db.exec("set random_page_cost = 1.1; set work_mem = '32MB'");
}
