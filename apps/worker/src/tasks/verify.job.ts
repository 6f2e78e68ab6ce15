// VERIFY: a certificate anew for a version that is registered, over the tasks that are in use today.
import type { ClaimedJob, JobContext } from '@tomograph/data';
import { type VerifyResult, verifyInputSchema } from '@tomograph/kernel';
import type { WorkerDependencies } from '../dependencies.js';
import { certify } from './register-adapter.js';

export async function runVerify(
  job: ClaimedJob,
  context: JobContext,
  { config, models }: WorkerDependencies,
): Promise<VerifyResult> {
  const { uri, who } = verifyInputSchema.parse(job.input);
  await context.progress(0, 'replaying canaries');
  await models.prepare();
  const row = await models.registry.find(uri);
  const { document, digest } = await certify(models, row, {
    home: config.home,
    who,
    why: 'asked for',
    signal: context.signal,
    onProgress: (share) => void context.progress(share, 'replaying canaries'),
  });
  return {
    model: row.model,
    version: row.version,
    verdict: document.verdict,
    certificate: digest,
    reasons: document.reasons,
  };
}
