import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ComputeThread } from '../compute/compute-thread.js';
import type { Preprocessing } from '../segment/base-grid.js';
import { type BallFolder, writeBallFolder } from '../testing/ball-cases.js';
import { prepareCase } from './training-case.js';
import { readTrainingData } from './training-data.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tg-data-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The task of the compute thread, without the thread. */
const compute = { run: (_name: string, request: never) => prepareCase(request) } as unknown as ComputeThread;

async function read(options: BallFolder = {}, more: object = {}) {
  await writeBallFolder(join(folder, 'data'), options);
  return readTrainingData({
    path: join(folder, 'data'),
    scratch: join(folder, 'scratch'),
    labels: undefined,
    preprocessing: { spacingMmXyz: [8, 8, 8] } as unknown as Preprocessing,
    compute,
    seed: 1,
    ...more,
  });
}

test('a fifth of the cases is held out, at least one, the same ones for the same seed', async () => {
  const data = await read({ count: 6 });
  expect([data.train.length, data.test.length]).toEqual([5, 1]);
  expect(data.notes).toEqual([]);
  const again = await read({ count: 6 });
  expect(again.test).toEqual(data.test);
  expect(again.digest).toBe(data.digest);
  expect(await readdir(folder)).toEqual(['data']); // nothing of the unpacking stays
});

test('other voxels are another digest', async () => {
  const first = await read({ count: 3 });
  expect((await read({ count: 3, firstSeed: 2 })).digest).not.toBe(first.digest);
});

test('fewer than three cases are all learnt from, and it is said that nothing was measured', async () => {
  const data = await read({ count: 2 });
  expect([data.train.length, data.test.length]).toEqual([2, 0]);
  expect(data.notes).toEqual(['too few cases to hold one out: nothing was measured']);
});

test('a structure that no case shows is refused by name', async () => {
  const labels = { missing: { value: 3, snomed: null } };
  await expect(read({ count: 3 }, { labels })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(/no case to learn from shows missing/),
  });
});

test('what is wrong with the cases is told case by case, the first ten in the message', async () => {
  const told: number[] = [];
  const options = {
    count: 12,
    change: ({ volume, labels }: never) => ({
      volume,
      labels: { ...(labels as object), affine: (volume as { affine: number[] }).affine.map((v) => 2 * v) },
    }),
  };
  const reading = read(options as unknown as BallFolder, {
    onProblem: (problem: { case: number }) => told.push(problem.case),
  });
  await expect(reading).rejects.toMatchObject({
    message: expect.stringMatching(/12 in all\): case 1: label map: grid.*case 10: .*; and 2 more$/),
    facts: { cases: 12, problems: 12 },
  });
  expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test('a structure of a few voxels is taught with a warning', async () => {
  const change: BallFolder['change'] = ({ volume, labels }) => ({
    volume,
    labels: { ...labels, voxels: labels.voxels.map((value, at) => (at === 4000 ? 9 : value)) },
  });
  const labels = { dot: { value: 9, snomed: null } };
  const data = await read({ count: 3, change }, { labels });
  expect(data.notes).toEqual(["dot is 1 voxels large on the base's grid: expect little"]);
});
