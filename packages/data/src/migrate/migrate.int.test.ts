import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.js';
import { migrate } from './migrate.js';
import { type Migration, readMigrations } from './migrations.js';

let database: TestDatabase;
const shipped = readMigrations();
const migration = (name: string, sql: string): Migration => ({
  name,
  sql,
  checksum: createHash('sha256').update(sql).digest('hex'),
});
const next = migration('9001_next', 'create table next_one (id int); insert into next_one values (1)');

beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  await database.query("delete from _prisma_migrations where migration_name like '9%'");
  await database.query('drop table if exists next_one');
});
afterAll(() => database.close());

test('a database that is up to date is left alone', async () => {
  expect(await migrate(database)).toEqual([]);
});

test('a pending migration is applied once and recorded as Prisma records it', async () => {
  expect(await migrate(database, [...shipped, next])).toEqual(['9001_next']);
  expect(await migrate(database, [...shipped, next])).toEqual([]);
  const rows = await database.query(
    "select checksum, applied_steps_count, finished_at is not null as done from _prisma_migrations where migration_name = '9001_next'",
  );
  expect(rows).toEqual([{ checksum: next.checksum, applied_steps_count: 1, done: true }]);
});

test('processes that start together apply it once', async () => {
  const applied = await Promise.all([1, 2, 3].map(() => migrate(database, [...shipped, next])));
  expect(applied.flat()).toEqual(['9001_next']);
});

test('a migration that was edited after it was applied is refused', async () => {
  await migrate(database, [...shipped, next]);
  const edited = migration(next.name, `${next.sql} -- edited`);
  await expect(migrate(database, [...shipped, edited])).rejects.toMatchObject({
    code: 'DATABASE_INCOMPATIBLE',
    message: expect.stringContaining('9001_next was edited'),
  });
});

test('a database of a newer build is refused', async () => {
  await migrate(database, [...shipped, next]);
  await expect(migrate(database, shipped)).rejects.toMatchObject({
    code: 'DATABASE_INCOMPATIBLE',
    message: expect.stringContaining('use a newer build'),
  });
});

test('a migration that fails leaves nothing behind', async () => {
  const broken = migration('9002_broken', 'select no_such_column');
  await expect(migrate(database, [...shipped, next, broken])).rejects.toMatchObject({
    code: 'DATABASE_INCOMPATIBLE',
    message: expect.stringContaining('9002_broken failed'),
  });
  expect(await database.query("select to_regclass('next_one') as found")).toEqual([{ found: null }]);
});
