// Brings a database to this build's schema: all pending migrations in one transaction, under a lock, in Prisma's
// own bookkeeping table (so that `prisma migrate status` understands it). Not for going back.
import { randomUUID } from 'node:crypto';
import { incompatible } from '../connection/server-check.js';
import type { Sql, SqlDatabase } from '../connection/sql.js';
import { type Migration, readMigrations } from './migrations.js';

// any fixed number: processes that start together migrate one after the other
const lockKey = 7_236_101;

const bookkeeping = `create table if not exists _prisma_migrations (
  id varchar(36) primary key,
  checksum varchar(64) not null,
  finished_at timestamptz,
  migration_name varchar(255) not null,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz not null default now(),
  applied_steps_count integer not null default 0
)`;

/**
 * @returns names of the migrations that were applied now
 * @throws AppError DATABASE_INCOMPATIBLE when an applied migration was edited, is unknown to this build, or fails
 */
export async function migrate(
  sql: SqlDatabase,
  migrations: Migration[] = readMigrations(),
): Promise<string[]> {
  return sql.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [lockKey]);
    await tx.query("select set_config('client_min_messages', 'warning', true)");
    await tx.query(bookkeeping);
    const applied = await tx.query<{ name: string; checksum: string }>(
      `select migration_name as name, checksum from _prisma_migrations
         where rolled_back_at is null and finished_at is not null order by migration_name`,
    );
    compareHistory(applied, migrations);
    const known = new Set(applied.map((row) => row.name));
    const pending = migrations.filter((migration) => !known.has(migration.name));
    for (const migration of pending) await apply(tx, migration);
    return pending.map((migration) => migration.name);
  });
}

function compareHistory(applied: { name: string; checksum: string }[], migrations: Migration[]): void {
  for (const row of applied) {
    const ours = migrations.find((migration) => migration.name === row.name);
    if (!ours) {
      throw incompatible(`it holds migration ${row.name}, which this build does not know: use a newer build`);
    }
    if (ours.checksum !== row.checksum) {
      throw incompatible(
        `migration ${row.name} was edited after it was applied: restore the file and write a new migration`,
      );
    }
  }
}

async function apply(tx: Sql, migration: Migration): Promise<void> {
  try {
    await tx.query(migration.sql);
  } catch (cause) {
    throw incompatible(`migration ${migration.name} failed: ${(cause as Error).message}`, cause);
  }
  await tx.query(
    `insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       values ($1, $2, $3, now(), 1)`,
    [randomUUID(), migration.checksum, migration.name],
  );
}
