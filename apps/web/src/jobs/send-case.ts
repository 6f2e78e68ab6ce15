// From chosen files or a report to a running job: pack when there are several, upload, start the ingest.
import { ApiFailure, failFromUserErrors } from '../graphql/api-failure';
import { request } from '../graphql/client';
import type { IngestUploadInput, JobPartsFragment } from '../graphql/generated/types';
import { isMeantToUpload } from './dropped-files';
import { packFiles } from './stored-zip';
import { uploadBytes } from './upload-bytes';

export type SendPhase = 'packing' | 'sending' | 'starting';

interface Options {
  readonly onPhase: (phase: SendPhase, fraction: number) => void;
  readonly signal: AbortSignal;
}

/** @throws ApiFailure */
export async function sendCase(
  chosen: readonly File[],
  reportText: string,
  { onPhase, signal }: Options,
): Promise<JobPartsFragment> {
  const files = chosen.filter(isMeantToUpload);
  const [first] = files;
  if (first === undefined)
    throw new ApiFailure('INVALID_ARGUMENT', 'there is no file with content to upload');
  onPhase('packing', 0);
  const bytes = files.length === 1 ? first : await packFiles(files);
  const upload = await uploadBytes(bytes, 'IMAGE_OR_ARCHIVE', {
    signal,
    onProgress: (fraction) => onPhase('sending', fraction),
  });
  onPhase('starting', 1);
  const report = reportText.trim();
  return startIngest({ upload, ...(report === '' ? {} : { reportText: report }) }, signal);
}

/** A report for a case that is here already. @throws ApiFailure */
export async function sendReport(
  caseId: string,
  reportText: string,
  signal: AbortSignal,
): Promise<JobPartsFragment> {
  const text = new Blob([reportText.trim()], { type: 'text/plain' });
  const upload = await uploadBytes(text, 'REPORT_TEXT', { signal });
  return startIngest({ upload, case: caseId }, signal);
}

async function startIngest(input: IngestUploadInput, signal: AbortSignal): Promise<JobPartsFragment> {
  const idempotencyKey = `ingest-${input.upload}`;
  const { ingestUpload } = await request('IngestUpload', { input }, { signal, idempotencyKey });
  failFromUserErrors(ingestUpload.userErrors);
  if (ingestUpload.job === null) throw new ApiFailure('INTERNAL', 'the API started no job');
  return ingestUpload.job;
}
