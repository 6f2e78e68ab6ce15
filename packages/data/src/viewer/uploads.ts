// Uploads: announced with a size and a purpose, sent once to an address that carries a short-lived token, then ingested
// or searched with. The bytes lie in quarantine under the upload's id; here is the row.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError, isUuid, newId, type ProjectId, type UploadId } from '@tomograph/kernel';
import type { Sql } from '../connection/sql.js';
import type { UploadRecord } from './records.js';
import { notFound } from './viewer.js';

export const uploadKinds = ['IMAGE_OR_ARCHIVE', 'REPORT_TEXT', 'QUERY_XRAY', 'TASK_DATA', 'ADAPTER'] as const;
export type UploadKind = (typeof uploadKinds)[number];

const columns = `id, project_id as "projectId", kind, max_bytes as "maxBytes", received_bytes as "receivedBytes",
  job_id as "jobId", created_at as "createdAt", expires_at as "expiresAt"`;

export interface NewUpload {
  readonly projectId: ProjectId;
  readonly kind: UploadKind;
  readonly maxBytes: number;
  readonly createdByKeyId: string | null;
  readonly ttlMs?: number;
}

/** @returns the row and the token, which is kept as a hash only */
export async function createUpload(
  sql: Sql,
  wanted: NewUpload,
): Promise<{ upload: UploadRecord; token: string }> {
  if (!Number.isSafeInteger(wanted.maxBytes) || wanted.maxBytes < 1) {
    throw new AppError('INVALID_ARGUMENT', { message: 'an upload announces its size in bytes, at least 1' });
  }
  const token = randomBytes(32).toString('base64url');
  const [upload] = await sql.query<UploadRecord>(
    `insert into upload (id, project_id, created_by_key_id, kind, max_bytes, token_hash, expires_at)
       values ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 millisecond') returning ${columns}`,
    [
      newId<UploadId>(),
      wanted.projectId,
      wanted.createdByKeyId,
      wanted.kind,
      wanted.maxBytes,
      hashToken(token),
      wanted.ttlMs ?? 3_600_000,
    ],
  );
  return { upload: upload!, token };
}

/**
 * The upload that a token opens, not yet received and not expired.
 * @throws AppError UNAUTHENTICATED for anything else, in the same words
 */
export async function uploadByToken(sql: Sql, id: string, token: string): Promise<UploadRecord> {
  const [row] = isUuid(id)
    ? await sql.query<UploadRecord & { tokenHash: string }>(
        `select ${columns}, token_hash as "tokenHash" from upload
           where id = $1 and received_bytes is null and expires_at > now()`,
        [id],
      )
    : [];
  const expected = Buffer.from(row?.tokenHash ?? hashToken(''), 'hex');
  if (!timingSafeEqual(expected, Buffer.from(hashToken(token), 'hex')) || !row) {
    throw new AppError('UNAUTHENTICATED', {
      message: 'this upload address is not valid, was used, or has expired: ask for a new one',
    });
  }
  const { tokenHash: _, ...upload } = row;
  return upload;
}

/** Notes that all bytes lie in quarantine; the address is used up. @throws AppError CONFLICT when it was before */
export async function markUploadReceived(sql: Sql, id: string, bytes: number): Promise<void> {
  const [row] = await sql.query(
    'update upload set received_bytes = $2 where id = $1 and received_bytes is null returning 1',
    [id, bytes],
  );
  if (!row) throw new AppError('CONFLICT', { message: 'this upload was received already' });
}

/** Notes which job ingests it. */
export async function linkUploadToJob(sql: Sql, id: string, jobId: string): Promise<void> {
  await sql.query('update upload set job_id = $2 where id = $1', [id, jobId]);
}

/** @throws AppError NOT_FOUND */
export async function uploadById(sql: Sql, id: string, projectIds: readonly string[]): Promise<UploadRecord> {
  const [row] = isUuid(id)
    ? await sql.query<UploadRecord>(
        `select ${columns} from upload where id = $1 and project_id = any($2::uuid[])`,
        [id, projectIds],
      )
    : [];
  if (!row) throw notFound('upload');
  return row;
}

/** Expired uploads that no job uses, removed; their quarantine may be emptied. */
export async function removeExpiredUploads(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    'delete from upload where expires_at < now() and job_id is null returning id',
  );
  return rows.map((row) => row.id);
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
