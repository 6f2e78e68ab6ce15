// ASSESS_NODULE: a point in a stored CT series through the shipped nodule model. A point that cannot be assessed is an
// answer with its reason; only a series that is gone or no CT fails the job.
import type { ClaimedJob, JobContext } from '@tomograph/data';
import { decodeNifti } from '@tomograph/imaging';
import { AppError, type AssessNoduleResult, assessNoduleInputSchema } from '@tomograph/kernel';
import { assessNodule } from '@tomograph/models';
import type { WorkerDependencies } from '../dependencies.js';
import { noduleAnswer } from './nodule-answer.js';
import { openShippedPare } from './shipped-pare.js';

export async function runAssessNodule(
  job: ClaimedJob,
  context: JobContext,
  { config, database }: WorkerDependencies,
): Promise<AssessNoduleResult> {
  const { seriesId, point } = assessNoduleInputSchema.parse(job.input);
  const [series] = await database.systemDbBypassingViewer('nodule').seriesByIds([seriesId]);
  if (series === undefined)
    throw new AppError('NOT_FOUND', { message: 'the series is gone: its case was erased' });
  if (series.modality !== 'CT')
    throw new AppError('INVALID_ARGUMENT', {
      message: `the series is ${series.modality}: nodules are assessed in CT in Hounsfield units`,
      facts: { modality: series.modality },
    });
  await context.progress(0.1, 'loading the scan and the model');
  const volume = await decodeNifti(await database.blobs.get(series.volumeBlob));
  await using pare = await openShippedPare(config.device);
  await context.progress(0.5, 'looking at the nodule');
  const started = performance.now();
  const assessment = noduleAnswer(await assessNodule(pare, volume, point), pare.model);
  const seconds = Math.round(performance.now() - started) / 1000;
  return { seriesId, studyId: series.studyId, model: pare.id, assessment, seconds };
}
