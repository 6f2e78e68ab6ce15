import { expect, test } from 'vitest';
import { testDatabase } from '../testing/index.js';
import { tidyTables } from './housekeeping.js';

// On a server autovacuum does this; on the embedded database it is ours.
test('a table that changed much is swept and analysed, and left alone afterwards', async () => {
  await using database = await testDatabase();
  const client = { query: async (text: string) => ({ rows: await database.query(text) }) } as never;
  await database.query(
    'create table busy with (autovacuum_enabled = off) as select n from generate_series(1, 500) n',
  );
  await database.query('update busy set n = n + 1');
  await database.query('select pg_stat_force_next_flush()');
  await database.query('select 1');
  expect(await tidyTables(client)).toContain('public.busy');
  const [row] = await database.query(
    "select n_live_tup as live, n_dead_tup as dead from pg_stat_user_tables where relname = 'busy'",
  );
  expect(row).toEqual({ live: 500, dead: 0 });
  expect(await tidyTables(client)).not.toContain('public.busy');
});
