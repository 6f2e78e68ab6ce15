// From bytes to cases: ask for a place to put them, PUT them there, start the job; and stop it.
import { AppError } from '@tomograph/kernel';
import type { RequestContext } from '../../context.js';
import { uploadUrl } from '../../server/uploads.js';
import { builder } from '../builder.js';
import { UploadKindEnum } from '../enums.js';
import { decodeId, encodeId } from '../global-id.js';
import type { JobRecord, UploadRecord } from '../shapes.js';
import { type Settled, settle } from '../user-error.js';
import { jobPayload, PayloadRef } from './payload.js';

const UploadRef = builder.objectRef<UploadRecord>('Upload').implement({
  fields: (t) => ({
    id: t.id({ resolve: (upload) => encodeId('Upload', upload.id) }),
    expiresAt: t.field({ type: 'DateTime', resolve: (upload) => upload.expiresAt }),
    maxBytes: t.exposeInt('maxBytes'),
  }),
});

const CreateUploadInput = builder.inputType('CreateUploadInput', {
  fields: (t) => ({
    bytes: t.int({ required: true, description: 'The exact size of what will be PUT.' }),
    kind: t.field({ type: UploadKindEnum, required: true }),
    project: t.id({ description: 'Needed when the API key has several projects.' }),
    clientMutationId: t.string(),
  }),
});

const CreateUploadPayload = builder
  .objectRef<Settled<{ upload: UploadRecord; uploadUrl: string }>>('CreateUploadPayload')
  .implement({
    interfaces: [PayloadRef],
    fields: (t) => ({
      upload: t.field({ type: UploadRef, nullable: true, resolve: ({ value }) => value?.upload }),
      uploadUrl: t.string({
        nullable: true,
        description: "Path below the API's own address, with a short-lived token: PUT the bytes there.",
        resolve: ({ value }) => value?.uploadUrl,
      }),
    }),
  });

builder.mutationField('createUpload', (t) =>
  t.field({
    type: CreateUploadPayload,
    description: 'Gives an address to PUT bytes to. READER for QUERY_XRAY, else CURATOR.',
    args: { input: t.arg({ type: CreateUploadInput, required: true }) },
    resolve: (_root, { input }, context) =>
      settle(input.clientMutationId, async () => createUpload(input, context)),
  }),
);

async function createUpload(input: typeof CreateUploadInput.$inferInput, { limits, db }: RequestContext) {
  const maxBytes = maxBytesOf(input.kind, limits);
  if (input.bytes < 1 || input.bytes > maxBytes) {
    throw new AppError(input.bytes < 1 ? 'INVALID_ARGUMENT' : 'LIMIT_EXCEEDED', {
      message: `bytes must be from 1 to ${maxBytes} for ${input.kind}, got ${input.bytes}`,
      facts: { argument: 'bytes', allowed: maxBytes, asked: input.bytes },
    });
  }
  const projectId = input.project ? decodeId('Project', input.project, 'project') : undefined;
  const made = await db.createUpload({
    kind: input.kind,
    maxBytes: input.bytes,
    projectId,
    ttlMs: limits.uploadTtlMs,
  });
  return { upload: made.upload, uploadUrl: uploadUrl(made.upload.id, made.token) };
}

function maxBytesOf(kind: string, limits: RequestContext['limits']): number {
  if (kind === 'QUERY_XRAY') return limits.maxQueryXrayBytes;
  return kind === 'ADAPTER' ? limits.maxAdapterBytes : limits.maxUploadBytes;
}

const IngestUploadInput = builder.inputType('IngestUploadInput', {
  fields: (t) => ({
    upload: t.id({ required: true }),
    reportText: t.string({ description: 'The report to keep with every case found in the upload.' }),
    case: t.id({ description: 'An existing case to add to.' }),
    project: t.id({ description: 'The project of the upload; anything else is refused.' }),
    clientMutationId: t.string(),
  }),
});

const IngestUploadPayload = jobPayload('IngestUploadPayload');

builder.mutationField('ingestUpload', (t) =>
  t.field({
    type: IngestUploadPayload,
    description: 'Starts a job. The same Idempotency-Key header gives the same job.',
    args: { input: t.arg({ type: IngestUploadInput, required: true }) },
    resolve: (_root, { input }, context) =>
      settle(input.clientMutationId, async () => ingestUpload(input, context)),
  }),
);

function ingestUpload(
  input: typeof IngestUploadInput.$inferInput,
  context: RequestContext,
): Promise<JobRecord> {
  const { maxReportChars } = context.limits;
  const length = input.reportText?.length ?? 0;
  if (length > maxReportChars) {
    throw new AppError('LIMIT_EXCEEDED', {
      message: `reportText has ${length} characters, at most ${maxReportChars} are kept`,
      facts: { argument: 'reportText', allowed: maxReportChars, asked: length },
    });
  }
  return context.ingest({
    uploadId: decodeId('Upload', input.upload, 'upload'),
    reportText: input.reportText ?? undefined,
    caseId: input.case ? decodeId('Case', input.case, 'case') : undefined,
    projectId: input.project ? decodeId('Project', input.project, 'project') : undefined,
    idempotencyKey: context.idempotencyKey,
  });
}

const CancelJobInput = builder.inputType('CancelJobInput', {
  fields: (t) => ({ job: t.id({ required: true }), clientMutationId: t.string() }),
});

const CancelJobPayload = jobPayload('CancelJobPayload');

builder.mutationField('cancelJob', (t) =>
  t.field({
    type: CancelJobPayload,
    description: 'Asks a job to stop; one that runs ends at its next step. A finished job stays as it is.',
    args: { input: t.arg({ type: CancelJobInput, required: true }) },
    resolve: (_root, { input }, context) =>
      settle(input.clientMutationId, async () => context.db.cancelJob(decodeId('Job', input.job, 'job'))),
  }),
);
