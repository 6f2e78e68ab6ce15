// Removes what failed, cancelled or abandoned ingests left in quarantine. Never touches what a job or an open upload
// still needs.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '@tomograph/data';

/** An input is put there before its job exists: give it this long. */
const graceMs = 3_600_000;

/** @returns how many inputs were removed */
export async function sweepQuarantine(home: string, database: Database, now = Date.now()): Promise<number> {
  const folder = join(home, 'quarantine');
  const names = await readdir(folder).catch(() => [] as string[]);
  if (names.length === 0) return 0;
  const needed = await database.query<{ name: string }>(
    `select input->>'quarantine' as name from job where kind = 'INGEST' and state in ('QUEUED', 'RUNNING')
      union select id::text from upload where expires_at > now()`,
  );
  const keep = new Set(needed.map(({ name }) => name));
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
