// The key of this installation, for its own web pages and command line: made at first start, ADMIN of every project,
// in <home>/secrets/local.key with mode 0600. Whoever can read that file owns the installation anyway.
import type { SqlDatabase } from '../connection/sql.js';
import { readOrMakeSecret } from '../secrets.js';
import { createApiKey, hashKey, makeKey } from './api-keys.js';

export const localKeyName = 'local';

/** The key's text. Puts it into the database when it is not there (a first start, another database). */
export async function ensureLocalKey(sql: SqlDatabase, home: string): Promise<string> {
  const key = readOrMakeSecret(home, 'local.key', () => makeKey().key);
  await sql.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(7236103)'); // two processes of a first start make it once
    const [known] = await tx.query('select 1 from api_key where hash = $1 and revoked_at is null', [
      hashKey(key),
    ]);
    if (known) return;
    const prefix = key.slice(0, 11);
    const projects = await tx.query<{ id: string }>('select id from project');
    const projectIds = projects.map((project) => project.id);
    await createApiKey(tx, { name: localKeyName, role: 'ADMIN', projectIds }, { key, prefix });
  });
  return key;
}
