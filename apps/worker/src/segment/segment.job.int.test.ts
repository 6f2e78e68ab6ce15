// Segmentations as jobs, on the tiny base with two taught tasks. Needs the built files (threads).
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SegmentationRecord, segmentationOf } from '@tomograph/data';
import { geometryDigest, labelsFromBytes } from '@tomograph/imaging';
import type { SegmentResult, TrainTaskResult } from '@tomograph/kernel';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { resolveTasks } from '../registry/choose-tasks.js';
import { diceOf } from '../tasks/dice-metrics.js';
import { ballBody, writeBallFolder } from '../testing/ball-cases.js';
import { type SavedSeries, saveBallSeries } from '../testing/ball-series.js';
import { type TinyWorker, tinyWorker } from '../testing/tiny-worker.js';
import { segmentationKey } from './segment.job.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const by = { name: 'admin', mayMoveProtected: true };
let tiny: TinyWorker;
let folder: string;
let series: SavedSeries;

async function teach(name: string, structure: string, value: number): Promise<TrainTaskResult> {
  const input = {
    quarantine: await tiny.quarantine(folder),
    name,
    licence: 'CC0-1.0',
    labels: { [structure]: { value, snomed: null } },
    steps: 160,
    rank: 4,
    who: 'tester',
  };
  const { result } = await tiny.ended(await tiny.enqueue('TRAIN_TASK', input));
  const taught = result as TrainTaskResult;
  await tiny.models.registry.promote({
    model: name,
    version: taught.version,
    alias: 'champion',
    by,
    why: 'test',
  });
  return taught;
}

async function segment(names: string[], of = series) {
  const { base, rows } = await resolveTasks(tiny.models.registry, names);
  const tasks = rows.map(({ model, version }) => `models:/${model}/${version}`);
  const job = await tiny.ended(await tiny.enqueue('SEGMENT', { seriesId: of.seriesId, base, tasks }));
  if (job.state !== 'SUCCEEDED') return { job };
  const result = job.result as SegmentResult;
  const row = await segmentationOf(tiny.database, of.seriesId, segmentationKey({ base, tasks }));
  expect(row!.id).toBe(result.segmentationId);
  return { job, result, row: row as SegmentationRecord };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tg-segment-'));
  await writeBallFolder(folder, { count: 4 });
  tiny = await tinyWorker();
  series = await saveBallSeries(tiny.database, tiny.projectId, 50);
  await teach('first', 'one', 1);
});
afterAll(async () => {
  await tiny?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test('a series becomes a label map on its own grid, volumes and a DICOM SEG', async () => {
  const { result, row } = await segment(['first']);
  const { volume, labels: truth } = ballBody(50);
  const labels = await labelsFromBytes(await tiny.database.blobs.get(row!.labelsBlob));
  expect(labels.size).toEqual(volume.size);
  expect(row!.geometryDigest).toBe(geometryDigest(volume));
  expect(diceOf(labels.voxels, truth.voxels, 1)).toBeGreaterThan(0.5);
  const [one] = row!.structures;
  expect(one).toMatchObject({ name: 'one', value: 1, task: 'models:/first/1' });
  expect(one!.voxels).toBe(labels.voxels.filter((label) => label === 1).length);
  expect(one!.volumeMl).toBeCloseTo(one!.voxels * 0.512, 6); // voxels of 8 mm
  expect(result).toMatchObject({
    seriesId: series.seriesId,
    studyId: series.studyId,
    structures: 1,
    skipped: [],
  });
  const dicom = await tiny.database.blobs.get(row!.dicomBlob!);
  expect(new TextDecoder('latin1').decode(dicom.subarray(128, 132))).toBe('DICM');
});

test('asked again, the same versions are the same row', async () => {
  const [a, b] = [await segment(['first']), await segment(['first'])];
  expect(b.result!.segmentationId).toBe(a.result!.segmentationId);
});

test('a second task changes not one byte of what the first one finds, and both share one map', async () => {
  const before = await segment(['first']);
  await teach('second', 'two', 2);
  const fresh = await saveBallSeries(tiny.database, tiny.projectId, 50 + 1);
  const alone = await segment(['first'], fresh);
  const both = await segment(['first', 'second'], fresh);
  // the same series once more would be answered from its row: its files are compared after the row is gone
  await tiny.database.query('delete from segmentation where id = $1', [before.row!.id]);
  const after = await segment(['first']);
  expect(after.row!.id).not.toBe(before.row!.id);
  expect(after.row!.labelsBlob).toBe(before.row!.labelsBlob);
  expect(after.row!.dicomBlob).toBe(before.row!.dicomBlob);
  expect(both.row!.structures.map(({ name, value }) => [name, value])).toEqual([
    ['one', 1],
    ['two', 2],
  ]);
  const [own, shared] = await Promise.all(
    [alone, both].map(
      async ({ row }) => (await labelsFromBytes(await tiny.database.blobs.get(row!.labelsBlob))).voxels,
    ),
  );
  // only voxels that both claim may differ, and they are counted
  const moved = own!.filter((label, at) => (label === 1) !== (shared![at] === 1)).length;
  expect(moved).toBeLessThanOrEqual(both.result!.conflictVoxels);
  expect(diceOf(shared!, ballBody(51).labels.voxels, 2)).toBeGreaterThan(0.4);
});

test('the base alone is a task too', async () => {
  const { row } = await segment(['base']);
  expect(row!.structures.map(({ name }) => name)).toEqual(['body']);
});

test('a scan that is no CT, and a series that is gone, are refused with their reasons', async () => {
  const mr = await saveBallSeries(tiny.database, tiny.projectId, 60, 'MR');
  expect((await segment(['first'], mr)).job.error).toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(/the series is MR/),
  });
  const gone = { ...series, seriesId: '00000000-0000-7000-8000-000000000000' };
  expect((await segment(['first'], gone)).job.error).toMatchObject({ code: 'NOT_FOUND' });
});

test('tasks of two bases, a task twice and a task that nobody promoted are refused before a job is made', async () => {
  const names = (...tasks: string[]) => resolveTasks(tiny.models.registry, tasks);
  await expect(names('first', 'first/1')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await expect(names('nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(names()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});
