// Starts the job that makes cases of an upload. Asking twice starts it once: by the upload itself, or by the caller's
// Idempotency-Key, which may not stand for two different requests.
import type { Database, JobRecord, ViewerDb } from '@tomograph/data';
import { AppError, canonicalJson, type IngestInput, sha256 } from '@tomograph/kernel';

export interface IngestRequest {
  readonly uploadId: string;
  readonly reportText: string | undefined;
  readonly caseId: string | undefined;
  readonly projectId: string | undefined;
  readonly idempotencyKey: string | undefined;
}

/** @throws AppError NOT_FOUND, FORBIDDEN, CONFLICT, INVALID_ARGUMENT */
export async function ingestUpload(
  database: Database,
  db: ViewerDb,
  request: IngestRequest,
): Promise<JobRecord> {
  const upload = await db.upload(request.uploadId);
  if (upload.kind !== 'IMAGE_OR_ARCHIVE' && upload.kind !== 'REPORT_TEXT')
    throw invalid(`an upload of kind ${upload.kind} is not ingested: upload it again as a case`, 'upload');
  if (upload.receivedBytes === null) throw invalid('send the bytes to uploadUrl first', 'upload');
  if (request.projectId !== undefined && request.projectId !== upload.projectId) {
    throw invalid('this upload belongs to another project', 'project');
  }
  if (request.caseId !== undefined && (await db.study(request.caseId)).projectId !== upload.projectId) {
    throw invalid('the case and the upload belong to different projects', 'case');
  }
  const input: IngestInput = {
    quarantine: upload.id,
    ...(request.reportText !== undefined && { reportText: request.reportText }),
    ...(request.caseId !== undefined && { studyId: request.caseId }),
  };
  const job = { projectId: upload.projectId, kind: 'INGEST', key: jobKey(db, request), input } as const;
  const id = await database.transaction(async (tx) => (await db.enqueueJob(job, tx)).id);
  const queued = await db.job(id);
  if (canonicalJson(queued.input) !== canonicalJson(input)) {
    throw new AppError('CONFLICT', {
      message: 'this upload or Idempotency-Key was used for another request: use a new one',
      facts: { argument: 'upload' },
    });
  }
  await db.linkUploadToJob(upload.id, id);
  return queued;
}

/** Keys of callers are hashed: they may hold anything, and a job's key is shown in places. */
function jobKey(db: ViewerDb, { uploadId, idempotencyKey }: IngestRequest): string {
  if (idempotencyKey === undefined) return `ingest:${uploadId}`;
  if (!/^[\x21-\x7e]{1,200}$/.test(idempotencyKey)) {
    throw invalid('Idempotency-Key must be 1 to 200 visible ASCII characters', 'upload');
  }
  return `ingest:${sha256(`${db.viewer.keyId ?? db.viewer.name}\0${idempotencyKey}`).slice(7, 39)}`;
}

function invalid(message: string, argument: string): AppError {
  return new AppError('INVALID_ARGUMENT', { message, facts: { argument } });
}
