// API keys: made once and shown once, kept as a hash, revoked for good. A key carries a role and its projects.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type ApiKeyId, AppError, newId, type ProjectId } from '@tomograph/kernel';
import type { Sql, SqlDatabase } from '../connection/sql.js';
import { notFound, type Role, type Viewer } from '../viewer/viewer.js';

export interface NewApiKey {
  readonly name: string;
  readonly role: Role;
  readonly projectIds: readonly string[];
}

const form = /^tg_([A-Za-z0-9]{8})_([A-Za-z0-9]{32})$/;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `tg_<8 shown>_<32 secret>`: 190 random bits in the secret. */
export function makeKey(): { key: string; prefix: string } {
  const prefix = `tg_${randomText(8)}`;
  return { key: `${prefix}_${randomText(32)}`, prefix };
}

/** Not a password hash: the secret is random and long, there is nothing to guess. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** @returns the id and the key itself, which is not stored and cannot be shown again */
export async function createApiKey(
  tx: Sql,
  wanted: NewApiKey,
  made: { key: string; prefix: string } = makeKey(),
): Promise<{ id: ApiKeyId; key: string }> {
  if (!/^.{1,100}$/u.test(wanted.name)) {
    throw new AppError('INVALID_ARGUMENT', { message: 'a key has a name of 1 to 100 characters' });
  }
  const id = newId<ApiKeyId>();
  await tx.query('insert into api_key (id, name, prefix, hash, role) values ($1, $2, $3, $4, $5)', [
    id,
    wanted.name,
    made.prefix,
    hashKey(made.key),
    wanted.role,
  ]);
  await tx.query(
    'insert into api_key_project (api_key_id, project_id) select $1, project_id from unnest($2::uuid[]) as project_id',
    [id, wanted.projectIds],
  );
  return { id, key: made.key };
}

/** @throws AppError NOT_FOUND */
export async function revokeApiKey(tx: Sql, id: string): Promise<void> {
  const [row] = await tx.query(
    'update api_key set revoked_at = coalesce(revoked_at, now()) where id = $1 returning 1',
    [id],
  );
  if (!row) throw notFound('API key');
}

/**
 * Who a key stands for.
 * @throws AppError UNAUTHENTICATED in the same words whether the key is malformed, unknown or revoked
 */
export async function verifyApiKey(sql: SqlDatabase, key: string, requestId?: string): Promise<Viewer> {
  const prefix = form.exec(key)?.[1];
  const [row] = prefix
    ? await sql.query<{ id: ApiKeyId; hash: string; role: Role; projectIds: ProjectId[]; isStale: boolean }>(
        `select k.id, k.hash, k.role,
            array(select project_id::text from api_key_project p where p.api_key_id = k.id order by 1) as "projectIds",
            coalesce(k.last_used_at < now() - interval '1 minute', true) as "isStale"
          from api_key k where k.prefix = $1 and k.revoked_at is null`,
        [`tg_${prefix}`],
      )
    : [];
  const expected = Buffer.from(row?.hash ?? hashKey('no such key'), 'hex');
  const isRight = timingSafeEqual(expected, Buffer.from(hashKey(key), 'hex'));
  if (!row || !isRight) {
    throw new AppError('UNAUTHENTICATED', {
      message: 'this API key is not known: use one that was not revoked',
    });
  }
  if (row.isStale) await sql.query('update api_key set last_used_at = now() where id = $1', [row.id]);
  return { name: `tg_${prefix}`, role: row.role, projectIds: row.projectIds, keyId: row.id, requestId };
}

function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      // 248 = 4 x 62: bytes above it would favour the first letters
      if (byte < 248 && text.length < length) text += alphabet[byte % 62];
    }
  }
  return text;
}
