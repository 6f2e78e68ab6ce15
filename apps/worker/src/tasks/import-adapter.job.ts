// IMPORT_ADAPTER: two blobs -> registered version -> certificate. Whoever asked verified them already; here the network runs.
// Repeated, the job ends with the same version.
import type { ClaimedJob, JobContext } from '@tomograph/data';
import {
  type ImportAdapterInput,
  type ImportAdapterResult,
  importAdapterInputSchema,
  type Sha256,
} from '@tomograph/kernel';
import type { BlobStore } from '@tomograph/registry';
import type { WorkerDependencies } from '../dependencies.js';
import { importAdapter } from './import-adapter.js';

export async function runImportAdapter(
  job: ClaimedJob,
  context: JobContext,
  { config, database, models }: WorkerDependencies,
): Promise<ImportAdapterResult> {
  const input = importAdapterInputSchema.parse(job.input);
  const { who, config: _, model: __, ...said } = input;
  await context.progress(0, 'loading the base');
  await models.prepare();
  const files = await filesOf(database.blobs, input);
  // not now(): a repeated job must make the same manifest, whose digest is its id
  const [asked] = await database.query<{ createdAt: Date }>(
    'select created_at as "createdAt" from job where id = $1',
    [job.id],
  );
  await context.progress(0.1, 'running it once');
  const { row, certificate } = await importAdapter(
    models,
    config.home,
    { ...said, files, by: { name: who, mayMoveProtected: false }, createdAt: asked!.createdAt },
    {
      signal: context.signal,
      onRegistered: () => void context.progress(0.3, 'replaying canaries'),
      onProgress: (share) => void context.progress(0.3 + 0.7 * share, 'replaying canaries'),
    },
  );
  return {
    model: row.model,
    version: row.version,
    manifest: row.manifest,
    verdict: certificate.document.verdict,
    certificate: certificate.digest,
    reasons: certificate.document.reasons,
  };
}

async function filesOf(blobs: BlobStore, { config, model }: ImportAdapterInput) {
  return {
    adapterConfig: await blobs.get(config as Sha256),
    adapterModel: await blobs.get(model as Sha256),
  };
}
