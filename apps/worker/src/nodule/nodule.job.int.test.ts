// ASSESS_NODULE on a stored series, with the shipped model. Needs the built files (threads).
import type { Volume } from '@tomograph/imaging';
import { type AssessNoduleResult, assessNoduleResultSchema, Random } from '@tomograph/kernel';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { saveVolumeSeries } from '../testing/ball-series.js';
import { type TinyWorker, tinyWorker } from '../testing/tiny-worker.js';

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

async function saveSeries(modality: 'CT' | 'MR'): Promise<string> {
  const { database, projectId } = tiny;
  return (await saveVolumeSeries(database, projectId, ballInLung(), { name: 'nodule', modality })).seriesId;
}

const assess = async (seriesId: string, point: readonly number[]) =>
  tiny.ended(await tiny.enqueue('ASSESS_NODULE', { seriesId, point }));

let seriesId: string;
beforeAll(async () => {
  tiny = await tinyWorker();
  seriesId = await saveSeries('CT');
});
afterAll(() => tiny?.[Symbol.asyncDispose]());

test('a ball in lung is found from a click beside its middle and measured, with evidence and the model that said it', async () => {
  const job = await assess(seriesId, [2, -1, 1]);
  expect(job.state).toBe('SUCCEEDED');
  const { assessment, model } = assessNoduleResultSchema.parse(job.result);
  expect(model).toMatch(/^sha256:/);
  if (assessment.kind !== 'ASSESSED') throw new Error(assessment.reason);
  expect(Math.abs(assessment.diameterMm - diameterMm)).toBeLessThan(3);
  expect(assessment.interval[0]).toBeLessThanOrEqual(assessment.probability);
  expect(assessment.interval[1]).toBeGreaterThanOrEqual(assessment.probability);
  expect(assessment.nearest).toHaveLength(5);
  expect(assessment.nearest.every(({ thumbnail }) => Buffer.from(thumbnail, 'base64').length === 1024)).toBe(
    true,
  );
  expect(assessment.prototypes.length).toBeGreaterThan(0);
});

test('a point outside the scan is an answer with its reason, and the job has succeeded', async () => {
  const job = await assess(seriesId, [500, 0, 0]);
  expect(job.state).toBe('SUCCEEDED');
  expect((job.result as AssessNoduleResult).assessment).toMatchObject({
    kind: 'REFUSED',
    reason: 'OUTSIDE_SCAN',
  });
});

test('a series that is no CT, or that is gone, fails the job by its own code', async () => {
  const mr = await assess(await saveSeries('MR'), [0, 0, 0]);
  expect(mr).toMatchObject({ state: 'FAILED', error: { code: 'INVALID_ARGUMENT' } });
  const gone = await assess('00000000-0000-4000-8000-000000000000', [0, 0, 0]);
  expect(gone).toMatchObject({ state: 'FAILED', error: { code: 'NOT_FOUND' } });
});
