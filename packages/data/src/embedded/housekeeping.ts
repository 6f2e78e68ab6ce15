// What autovacuum does on a server and nobody does in the embedded database: dead rows are swept and the planner's
// numbers renewed, table by table, by autovacuum's own thresholds. Without it an index is not used (seen: the planner
// guessed 6 rows of 1,200) and a busy job table grows for ever.
import pg from 'pg';
import type { EmbeddedConnection } from './embedded-database.js';

const dueTables = `select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables
  where n_dead_tup > 50 + 0.2 * n_live_tup or n_mod_since_analyze > 50 + 0.1 * n_live_tup`;

/** @returns names of the tables that were swept */
export async function tidyTables(client: Pick<pg.Client, 'query'>): Promise<string[]> {
  const due = (await client.query<{ name: string }>(dueTables)).rows.map((row) => row.name);
  // one statement each: others are served in between
  for (const name of due) await client.query(`vacuum (analyze) ${name}`);
  return due;
}

/** Tidies every `everyMs` until stopped. A failure ends one round only: the next one tries again. */
export function startHousekeeping(
  connection: EmbeddedConnection,
  everyMs = 60_000,
): { stop(): Promise<void> } {
  let round: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    round = round.then(async () => {
      const client = new pg.Client(connection);
      client.on('error', () => {}); // the database closes; there is nothing left to tidy
      try {
        await client.connect();
        await tidyTables(client);
      } catch (error) {
        console.error('embedded database: housekeeping failed:', (error as Error).message);
      } finally {
        await client.end().catch(() => {});
      }
    });
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await round;
    },
  };
}
