// ASSESS_NODULE on a stored series, with the shipped model. Needs the built files (threads).
import { decodeNifti, type Volume } from '@tomograph/imaging';
import {
  assessNoduleResultSchema,
  type NoduleTarget,
  newId,
  noduleAnswerSchema,
  Random,
  sha256,
} from '@tomograph/kernel';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { saveVolumeSeries } from '../testing/ball-series.js';
import { type JobRow, type TinyWorker, tinyWorker } from '../testing/tiny-worker.js';
import { noduleKey } from './nodule.job.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const diameterMm = 14;
let tiny: TinyWorker;

/** A ball of soft tissue in the middle of noisy lung; middle at (0, 0, 0). */
function ballInLung(): Volume {
  const [n, mm] = [56, 1.25];
  const random = new Random(1, 'lung');
  const from = (-(n - 1) / 2) * mm;
  const voxels = new Int16Array(n ** 3);
  for (let k = 0, at = 0; k < n; k++)
    for (let j = 0; j < n; j++)
      for (let i = 0; i < n; i++, at++) {
        const r = Math.hypot(from + i * mm, from + j * mm, from + k * mm);
        const inside = 1 / (1 + Math.exp((r - diameterMm / 2) / 0.5));
        voxels[at] = Math.round(-850 + 880 * inside + random.normal(0, 20));
      }
  return { size: [n, n, n], affine: [mm, 0, 0, from, 0, mm, 0, from, 0, 0, mm, from], voxels } as Volume;
}

const saveSeries = (modality: 'CT' | 'MR'): Promise<string> => saved(ballInLung(), 'nodule', modality);

async function saved(volume: Volume, name: string, modality: 'CT' | 'MR' = 'CT'): Promise<string> {
  const { database, projectId } = tiny;
  return (await saveVolumeSeries(database, projectId, volume, { name, modality })).seriesId;
}

/** The ball with every n-th slice only, the middle one kept. */
function everySlice(n: number): Volume {
  const { voxels, affine } = ballInLung();
  const [plane, first] = [56 * 56, 28 % n];
  const slices = Math.floor((55 - first) / n) + 1;
  const kept = new Int16Array(slices * plane);
  for (let k = 0; k < slices; k++)
    kept.set(voxels.subarray((first + k * n) * plane, (first + k * n + 1) * plane), k * plane);
  const moved = affine.map((value, at) => (at === 10 ? value * n : at === 11 ? value + first * 1.25 : value));
  return { size: [56, 56, slices], affine: moved, voxels: kept } as Volume;
}

const assess = async (seriesId: string, ...targets: NoduleTarget[]) =>
  tiny.ended(await tiny.enqueue('ASSESS_NODULE', { seriesId, targets }));
const at = (x: number, y: number, z: number): NoduleTarget => ({ kind: 'POINT', point: [x, y, z] });

/** What the job's rows say, in the order of its places. */
async function answersOf(job: JobRow) {
  expect(job).toMatchObject({ state: 'SUCCEEDED' });
  const result = assessNoduleResultSchema.parse(job.result);
  const found = await viewer().noduleAssessmentsByIds(result.assessments);
  const rows = result.assessments.map((id) => found.find((row) => row.id === id)!);
  return { result, rows, answers: rows.map(({ answer }) => noduleAnswerSchema.parse(answer)) };
}
const viewer = () =>
  tiny.database.viewer({
    name: 'test',
    role: 'READER',
    projectIds: [tiny.projectId],
    keyId: null,
    requestId: newId<string>(),
  });

let seriesId: string;
beforeAll(async () => {
  tiny = await tinyWorker();
  seriesId = await saveSeries('CT');
});
afterAll(() => tiny?.[Symbol.asyncDispose]());

test('a ball in lung is found from a click beside its middle and measured, with evidence, files and the registered model that said it', async () => {
  const { result, rows, answers } = await answersOf(await assess(seriesId, at(2, -1, 1)));
  const champion = await tiny.models.registry.resolve('models:/pare@champion');
  expect(result).toMatchObject({ model: champion.manifest, refused: 0 });
  expect(rows[0]).toMatchObject({ model: champion.manifest, target: at(2, -1, 1) });
  const [answer] = answers;
  if (answer?.kind !== 'ASSESSED') throw new Error(answer?.reason);
  expect(Math.abs(answer.diameterMm - diameterMm)).toBeLessThan(3);
  expect(Math.abs(answer.perpendicularMm - diameterMm)).toBeLessThan(3);
  expect(answer.interval[0]).toBeLessThanOrEqual(answer.probability);
  expect(answer.interval[1]).toBeGreaterThanOrEqual(answer.probability);
  expect(answer.nearest).toHaveLength(5);
  expect(answer.prototypes.length).toBeGreaterThan(0);
  for (const { id } of answer.nearest)
    expect(Buffer.from(answer.pictures[id]!, 'base64').subarray(1, 4).toString()).toBe('PNG');
  const labels = await decodeNifti(await tiny.database.blobs.get(rows[0]!.maskBlob!));
  const inside = labels.voxels.reduce((sum, value) => sum + value, 0);
  expect(Math.abs((inside * 1.25 ** 3) / answer.volumeMm3 - 1)).toBeLessThan(0.2);
  for (const digest of [rows[0]!.segBlob!, rows[0]!.srBlob!])
    expect(
      Buffer.from(await tiny.database.blobs.get(digest))
        .subarray(128, 132)
        .toString(),
    ).toBe('DICM');
});

test('the same place again is the same row, and a new model would be another', async () => {
  const first = await answersOf(await assess(seriesId, at(2, -1, 1)));
  const second = await answersOf(await assess(seriesId, at(2.01, -1, 1)));
  expect(second.result.assessments).toEqual(first.result.assessments);
  expect(noduleKey(sha256('a'), at(0, 0, 0))).not.toBe(noduleKey(sha256('b'), at(0, 0, 0)));
  expect(noduleKey(sha256('a'), at(0, 0, 0))).toBe(noduleKey(sha256('a'), at(-0.01, 0, 0)));
});

test('a list of places is answered place by place, each refusal with its own reason', async () => {
  const box: NoduleTarget = { kind: 'BOX', low: [-12, -12, -12], high: [18, 18, 18] };
  const beside: NoduleTarget = { kind: 'BOX', low: [15, 15, 15], high: [19, 19, 19] };
  const job = await assess(seriesId, at(500, 0, 0), at(20, 20, 20), box, beside);
  const { result, answers } = await answersOf(job);
  expect(result.refused).toBe(3);
  expect(answers.map((answer) => (answer.kind === 'REFUSED' ? answer.reason : answer.kind))).toEqual([
    'OUTSIDE_SCAN',
    'NO_NODULE_AT_POINT',
    'ASSESSED',
    'NO_NODULE_AT_POINT',
  ]);
});

test('soft tissue without lung, padding, and slices too far apart are refused by their own reasons; 5 mm slices warn', async () => {
  const flat = (value: number): Volume =>
    ({ ...ballInLung(), voxels: new Int16Array(56 ** 3).fill(value) }) as Volume;
  const reason = async (volume: Volume, name: string): Promise<string> => {
    const { answers } = await answersOf(await assess(await saved(volume, name), at(0, 0, 0)));
    return answers[0]!.kind === 'REFUSED'
      ? answers[0]!.reason
      : answers[0]!.warnings.map(({ code }) => code).join();
  };
  expect(await reason(flat(40), 'tissue')).toBe('OUTSIDE_LUNG');
  // stored scans have air where the scanner padded; PADDING is for volumes that come another way
  expect(await reason(flat(-2000), 'padding')).toBe('OUTSIDE_LUNG');
  expect(await reason(everySlice(10), 'sparse')).toBe('SLICES_TOO_FAR_APART');
  expect(await reason(everySlice(4), 'thick')).toContain('THICK_SLICES');
});

test('a series that is no CT, or that is gone, fails the job by its own code', async () => {
  const mr = await assess(await saveSeries('MR'), at(0, 0, 0));
  expect(mr).toMatchObject({ state: 'FAILED', error: { code: 'INVALID_ARGUMENT' } });
  const gone = await assess('00000000-0000-4000-8000-000000000000', at(0, 0, 0));
  expect(gone).toMatchObject({ state: 'FAILED', error: { code: 'NOT_FOUND' } });
});
