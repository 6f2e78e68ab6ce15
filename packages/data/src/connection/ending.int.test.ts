import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.js';
import { endingWith } from './ending.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const over = { code: 'DEADLINE_EXCEEDED' };

test('work that was told to end starts no further statement, alone or in a transaction', async () => {
  const end = new AbortController();
  await endingWith(end.signal, async () => {
    expect(await database.query('select 1 as n')).toEqual([{ n: 1 }]);
    end.abort();
    await expect(database.query('select 1')).rejects.toMatchObject(over);
    await expect(database.transaction((tx) => tx.query('select 1'))).rejects.toMatchObject(over);
  });
  expect(await database.query('select 2 as n')).toEqual([{ n: 2 }]);
});

test('a transaction that is told to end is rolled back', async () => {
  await database.query('create table kept (n int)');
  const end = new AbortController();
  const work = endingWith(end.signal, () =>
    database.transaction(async (tx) => {
      await tx.query('insert into kept values (1)');
      end.abort();
      await tx.query('insert into kept values (2)');
    }),
  );
  await expect(work).rejects.toMatchObject(over);
  expect(await database.query('select n from kept')).toEqual([]);
});

test.skipIf(!process.env.TEST_DATABASE_URL)(
  'a statement that runs is cancelled on the server (native Postgres only), and its client stays usable',
  async () => {
    const end = new AbortController();
    const started = performance.now();
    const statements = endingWith(end.signal, () => [
      database.query('select pg_sleep(60)'),
      database.transaction((tx) => tx.query('select pg_sleep(60)')),
    ]);
    setTimeout(() => end.abort(), 200);
    for (const one of await Promise.allSettled(statements)) {
      expect(one).toMatchObject({ status: 'rejected', reason: over });
    }
    expect(performance.now() - started).toBeLessThan(10_000);
    const left = await database.query(
      "select 1 from pg_stat_activity where datname = current_database() and state = 'active' and query ~ '^select pg_sleep'",
    );
    expect(left).toEqual([]);
    const all = await Promise.all(Array.from({ length: 12 }, () => database.query('select 3 as n')));
    expect(all.flat()).toEqual(Array.from({ length: 12 }, () => ({ n: 3 })));
  },
);
