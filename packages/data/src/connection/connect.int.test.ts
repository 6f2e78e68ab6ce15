import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '@tomograph/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDatabase, openDatabase } from '../database.js';
import { type TestDatabase, testDatabase } from '../testing/index.js';

let home: string;
let database: TestDatabase;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tg-connect-'));
  database = await testDatabase();
});
afterAll(async () => {
  await database.close();
  rmSync(home, { recursive: true, force: true });
});

const configOf = (databaseUrl: string): Config => ({ ...database.config, home, databaseUrl });
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('a server that is not there is one sentence without the password', async () => {
  const port = await freePort();
  const error = await openDatabase(configOf(`postgres://me:s3cret@127.0.0.1:${port}/cases`)).catch((e) => e);
  expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  expect(error.message).toBe(
    `the database at 127.0.0.1:${port}/cases cannot be reached (ECONNREFUSED): see that it runs and that DATABASE_URL is right`,
  );
  expect(JSON.stringify(error)).not.toContain('s3cret');
});

test.skipIf(!process.env.TEST_DATABASE_URL)('a refused password says so and is not repeated', async () => {
  const url = new URL(process.env.TEST_DATABASE_URL!);
  url.password = 'wr0ng';
  const error = await connectDatabase(configOf(url.href)).catch((e) => e);
  expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  expect(error.message).toContain('the password or user was refused');
  expect(error.message).not.toContain('wr0ng');
});

test('a second client inside a transaction is refused at once, Prisma included', async () => {
  const viewer = database.viewer({ name: 'tg_test', role: 'READER', projectIds: [], keyId: null });
  await database.transaction(async (tx) => {
    await expect(database.query('select 1')).rejects.toThrow('inside a transaction');
    await expect(database.transaction(async () => 1)).rejects.toThrow('inside a transaction');
    await expect(viewer.countCases()).rejects.toThrow();
    expect(await tx.query('select 1 as n')).toEqual([{ n: 1 }]);
  });
});

test('a setting made in a transaction does not outlive it', async () => {
  await database.transaction(async (tx) => {
    await tx.query("select set_config('hnsw.ef_search', '321', true)");
    expect(await tx.query("select current_setting('hnsw.ef_search') as ef")).toEqual([{ ef: '321' }]);
  });
  const settings = await Promise.all(
    Array.from({ length: 6 }, () => database.query("select current_setting('hnsw.ef_search', true) as ef")),
  );
  for (const [row] of settings) expect(row!.ef).not.toBe('321');
});

test('days come as text, counts as numbers, moments as dates', async () => {
  const [row] = await database.query(
    "select date '2021-03-04' as day, count(*) as n, now() as at from study",
  );
  expect(row).toMatchObject({ day: '2021-03-04', n: 0, at: expect.any(Date) });
});
