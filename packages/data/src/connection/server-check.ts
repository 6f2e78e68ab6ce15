// Is this Postgres one that we can use? Versions and the vector extension, said in one sentence when not.
import { AppError } from '@tomograph/kernel';
import type { Sql } from './sql.js';

const minimumServer = 150_000; // server_version_num of PostgreSQL 15
const minimumVector = [0, 8] as const; // hnsw.iterative_scan came with pgvector 0.8

/** @throws AppError DATABASE_INCOMPATIBLE; also when the extension is neither installed nor available */
export async function checkServer(sql: Sql): Promise<void> {
  const [server] = await sql.query<{ number: string; name: string }>(
    "select current_setting('server_version_num') as number, current_setting('server_version') as name",
  );
  if (Number(server!.number) < minimumServer) {
    throw incompatible(`this is PostgreSQL ${server!.name}, at least 15 is needed: upgrade the server`);
  }
  const [vector] = await sql.query<{ installed: string | null; available: string | null }>(
    `select installed_version as installed, default_version as available
       from pg_available_extensions where name = 'vector'`,
  );
  if (!vector)
    throw incompatible('the extension pgvector is missing: install pgvector 0.8 or newer on the server');
  const version = vector.installed ?? vector.available ?? '0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < minimumVector[0] || (major === minimumVector[0] && minor < minimumVector[1])) {
    throw incompatible(`pgvector is ${version}, at least 0.8 is needed: run ALTER EXTENSION vector UPDATE`);
  }
}

export function incompatible(what: string, cause?: unknown): AppError {
  return new AppError('DATABASE_INCOMPATIBLE', { message: `the database cannot be used: ${what}`, cause });
}
