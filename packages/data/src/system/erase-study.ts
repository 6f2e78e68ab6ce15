// Erasing a case: its rows, vectors, thumbnails and the blobs that no other case needs, then the patient when that was
// the last case. In two steps, so that no row ever names bytes that are gone.
import type { Sha256 } from '@tomograph/kernel';
import type { BlobStore } from '@tomograph/registry';
import { isForeignKeyViolation, type Sql, type SqlDatabase } from '../connection/sql.js';

export interface Erased {
  readonly embeddings: number;
  readonly blobs: number;
}

/**
 * @param scope projects in which it may lie; undefined = any
 * @param note runs in the erasing transaction, for the audit
 * @returns undefined when there is no such study in the projects
 */
export async function eraseStudy(
  sql: SqlDatabase,
  store: BlobStore,
  target: { readonly studyId: string; readonly scope: readonly string[] | undefined },
  note: (tx: Sql) => Promise<void>,
): Promise<Erased | undefined> {
  const removed = await sql.transaction(async (tx) => {
    const rows = await removeRows(tx, target.studyId, target.scope);
    if (rows) await note(tx);
    return rows;
  });
  if (!removed) return undefined;
  return { embeddings: removed.embeddings, blobs: await removeUnusedBlobs(sql, store, removed.digests) };
}

async function removeRows(tx: Sql, studyId: string, scope: readonly string[] | undefined) {
  const [study] = await tx.query<{ patientId: string }>(
    `select patient_id as "patientId" from study
       where id = $1 and ($2::uuid[] is null or project_id = any($2)) for update`,
    [studyId, scope ?? null],
  );
  if (!study) return undefined;
  const blobs = await tx.query<{ digest: Sha256 }>('select digest from study_blob where study_id = $1', [
    studyId,
  ]);
  const embeddings = await tx.query('delete from embedding where study_id = $1 returning 1', [studyId]);
  // series, X-rays, reports, sentences and blob references go with it
  await tx.query('delete from study where id = $1', [studyId]);
  await tx.query(
    'delete from patient p where id = $1 and not exists (select 1 from study where patient_id = p.id)',
    [study.patientId],
  );
  // what jobs say of it: inputs and results hold the study's id and reading notes
  await tx.query(
    `update job set input = '{}', result = null where state in ('SUCCEEDED', 'FAILED', 'CANCELLED')
       and (input::text like '%' || $1 || '%' or result::text like '%' || $1 || '%')`,
    [studyId],
  );
  return { digests: blobs.map((blob) => blob.digest), embeddings: embeddings.length };
}

/**
 * Removes the blobs that no case needs. Also the repair after a crash between the two steps: pass no digests to look
 * at all of them.
 */
export async function removeUnusedBlobs(
  sql: SqlDatabase,
  store: BlobStore,
  digests?: readonly string[],
): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await sql.transaction((tx) => removeUnused(tx, store, digests));
    } catch (error) {
      // an ingest named one of them between our look and our delete: look again
      if (attempt === 5 || !isForeignKeyViolation(error)) throw error;
    }
  }
}

async function removeUnused(tx: Sql, store: BlobStore, digests?: readonly string[]): Promise<number> {
  // the deleted rows stay locked until the files are gone: an ingest of the same bytes waits, then looks again
  const unused = await tx.query<{ digest: Sha256 }>(
    `delete from blob b where ($1::text[] is null or digest = any($1))
       and not exists (select 1 from study_blob where digest = b.digest) returning digest`,
    [digests ?? null],
  );
  for (const { digest } of unused) await store.delete(digest);
  return unused.length;
}
