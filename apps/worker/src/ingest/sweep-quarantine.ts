// Removes what failed, cancelled or abandoned ingests and trainings left in quarantine and of checkpoints. Never touches
// what a job or an open upload still needs.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '@tomograph/data';

/** An input is put there before its job exists: give it this long. */
const graceMs = 3_600_000;

/** @returns how many inputs were removed */
export async function sweepQuarantine(home: string, database: Database, now = Date.now()): Promise<number> {
  return (await sweepInputs(home, database, now)) + (await sweepTrainings(home, database, now));
}

async function sweepInputs(home: string, database: Database, now: number): Promise<number> {
  const folder = join(home, 'quarantine');
  const names = await readdir(folder).catch(() => [] as string[]);
  if (names.length === 0) return 0;
  const needed = await database.query<{ name: string }>(
    `select input->>'quarantine' as name from job where kind in ('INGEST', 'TRAIN_TASK') and state in ('QUEUED', 'RUNNING')
      union select id::text from upload where expires_at > now()`,
  );
  return removeOld(folder, names, new Set(needed.map(({ name }) => name)), now);
}

async function sweepTrainings(home: string, database: Database, now: number): Promise<number> {
  const folder = join(home, 'training');
  const names = await readdir(folder).catch(() => [] as string[]);
  if (names.length === 0) return 0;
  const needed = await database.query<{ id: string }>(
    "select id::text from job where kind = 'TRAIN_TASK' and state in ('QUEUED', 'RUNNING')",
  );
  return removeOld(folder, names, new Set(needed.map(({ id }) => id)), now);
}

async function removeOld(
  folder: string,
  names: readonly string[],
  keep: ReadonlySet<string>,
  now: number,
): Promise<number> {
  let removed = 0;
  for (const name of names.filter((entry) => !keep.has(entry))) {
    const path = join(folder, name);
    const info = await stat(path).catch(() => undefined);
    if (!info || now - info.mtimeMs < graceMs) continue;
    await rm(path, { recursive: true, force: true });
    removed++;
  }
  return removed;
}
