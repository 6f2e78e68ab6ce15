// ASSESS_NODULE: places in a stored CT series through the nodule model of the registry, each into a row with its files. A
// place that cannot be assessed is an answer with its reason; only a series that is gone or no CT fails the job. A place
// that the same model has seen before is found again.
import {
  type ClaimedJob,
  type JobContext,
  type NewNoduleAssessment,
  noduleAssessmentId,
  type SavedBlob,
  saveNoduleAssessment,
} from '@tomograph/data';
import { decodeNifti, type SegSource, uidFrom, uidOfUuid, type Volume } from '@tomograph/imaging';
import {
  AppError,
  type AssessNoduleResult,
  assessNoduleInputSchema,
  canonicalJson,
  type NoduleTarget,
  type Sha256,
  sha256,
} from '@tomograph/kernel';
import type { WorkerDependencies } from '../dependencies.js';
import { assessTarget } from './assess-target.js';
import { noduleAnswer } from './nodule-answer.js';
import { noduleFiles } from './nodule-files.js';
import { pareName } from './pare-manifest.js';
import { ensureShippedPare, type OpenPare, openRegisteredPare } from './shipped-pare.js';

const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';
type Series = Awaited<ReturnType<typeof seriesOf>>;

export async function runAssessNodule(
  job: ClaimedJob,
  context: JobContext,
  deps: WorkerDependencies,
): Promise<undefined> {
  const started = performance.now();
  const { seriesId, targets } = assessNoduleInputSchema.parse(job.input);
  const { database, config, models } = deps;
  const series = await seriesOf(seriesId, deps);
  await context.progress(0.05, 'loading the scan and the model');
  // where another base was named at the start, the first assessment brings the nodule model
  if ((await models.registry.state()).versions(pareName).length === 0)
    await ensureShippedPare(models.registry);
  await using pare = await openRegisteredPare(models.registry, config.device);
  const volume = await decodeNifti(await database.blobs.get(series.volumeBlob));
  const made: (NewNoduleAssessment | string)[] = [];
  for (const [n, target] of targets.entries()) {
    if (context.signal.aborted) throw new AppError('CANCELLED', { message: 'the assessment was stopped' });
    await context.progress(
      0.3 + (0.65 * n) / targets.length,
      `looking at place ${n + 1} of ${targets.length}`,
    );
    const key = noduleKey(pare.id, target);
    const known = await noduleAssessmentId(database, series.id, key);
    made.push(known ?? (await assessed(pare, { volume, series, target, key }, deps)));
  }
  await context.finish(async (tx) => {
    const assessments: string[] = [];
    for (const each of made)
      assessments.push(
        typeof each === 'string' ? each : (await saveNoduleAssessment(tx, database.blobs, each)).id,
      );
    return {
      seriesId: series.id,
      studyId: series.studyId,
      model: pare.id,
      assessments,
      refused: made.filter((each) => typeof each !== 'string' && each.answer.kind === 'REFUSED').length,
      seconds: Math.round(performance.now() - started) / 1000,
    } satisfies AssessNoduleResult;
  });
}

/** One place, seen by one model; places are told apart to a tenth of a millimetre. */
export function noduleKey(model: Sha256, target: NoduleTarget): Sha256 {
  const rounded = JSON.parse(JSON.stringify(target), (_, value: unknown) =>
    typeof value === 'number' ? Math.round(value * 10) / 10 + 0 : value,
  ) as unknown;
  return sha256(canonicalJson({ model, target: rounded }));
}

async function assessed(
  pare: OpenPare,
  { volume, series, target, key }: { volume: Volume; series: Series; target: NoduleTarget; key: Sha256 },
  { database }: WorkerDependencies,
): Promise<NewNoduleAssessment> {
  const assessment = await assessTarget(pare, volume, target);
  const answer = await noduleAnswer(assessment, pare.model);
  const row = { seriesId: series.id, key, model: pare.id, target, answer };
  if (assessment.kind === 'REFUSED' || answer.kind === 'REFUSED')
    return { ...row, mask: null, seg: null, sr: null };
  const files = await noduleFiles(
    { name: 'Nodule', answer, mask: assessment.mask },
    {
      grid: { size: volume.size, affine: volume.affine },
      source: sourceOf(series),
      model: { name: pare.name, digest: pare.id },
      content: sha256(`${key} ${series.id}`),
    },
  );
  const store = async (bytes: Uint8Array | null, mediaType: string): Promise<SavedBlob | null> =>
    bytes && { digest: await database.blobs.put(bytes), bytes: bytes.length, mediaType };
  return {
    ...row,
    mask: await store(files.mask, 'application/gzip'),
    seg: await store(files.seg, 'application/dicom'),
    sr: await store(files.sr, 'application/dicom'),
  };
}

/** The UIDs of the images stayed outside: study and series are named by the ids that they have here. */
function sourceOf({ id, studyId }: Series): SegSource {
  return {
    studyUid: uidOfUuid(studyId),
    seriesUid: uidOfUuid(id),
    frameOfReferenceUid: uidFrom('frame', id),
    sopClassUid: CT_IMAGE,
    sopInstanceUids: [],
  };
}

async function seriesOf(id: string, { database }: WorkerDependencies) {
  const [series] = await database.systemDbBypassingViewer('nodule').seriesByIds([id]);
  if (series === undefined)
    throw new AppError('NOT_FOUND', { message: 'the series is gone: its case was erased' });
  if (series.modality !== 'CT')
    throw new AppError('INVALID_ARGUMENT', {
      message: `the series is ${series.modality}: nodules are assessed in CT in Hounsfield units`,
      facts: { modality: series.modality },
    });
  return series;
}
