import { expect, test } from 'vitest';
import { checkServer } from './server-check.js';
import type { Sql } from './sql.js';

/** A server that says these versions. */
function server(number: number, vector?: { installed: string | null; available: string | null }): Sql {
  return {
    async query<Row extends object>(text: string) {
      const rows = text.includes('server_version_num')
        ? [{ number: String(number), name: String(number / 10_000) }]
        : vector
          ? [vector]
          : [];
      return rows as unknown as Row[];
    },
  };
}
const messageOf = (sql: Sql) =>
  checkServer(sql).then(
    () => 'fine',
    (error) => `${error.code}: ${error.message}`,
  );

test('PostgreSQL 15 with pgvector 0.8, installed or only available, is accepted', async () => {
  expect(await messageOf(server(150_000, { installed: null, available: '0.8.0' }))).toBe('fine');
  expect(await messageOf(server(180_006, { installed: '0.10.1', available: '0.10.1' }))).toBe('fine');
  expect(await messageOf(server(180_006, { installed: '1.0.0', available: '1.0.0' }))).toBe('fine');
});

test('an older server is refused', async () => {
  expect(await messageOf(server(140_011, { installed: '0.8.0', available: '0.8.0' }))).toMatch(
    /^DATABASE_INCOMPATIBLE: .*PostgreSQL 14\.\d+, at least 15 is needed/,
  );
});

test('an older pgvector that is installed is refused, whatever is available beside it', async () => {
  expect(await messageOf(server(150_000, { installed: '0.7.4', available: '0.8.0' }))).toMatch(
    /^DATABASE_INCOMPATIBLE: .*pgvector is 0\.7\.4, at least 0\.8 is needed: run ALTER EXTENSION vector UPDATE/,
  );
});

test('a server without pgvector is refused', async () => {
  expect(await messageOf(server(150_000))).toMatch(/^DATABASE_INCOMPATIBLE: .*pgvector is missing/);
});
