// From quarantine to training and test cases on the base's grid: everything that is wrong with the data in one report.
import { mkdir, rm } from 'node:fs/promises';
import { type Collected, collect, defaultLimits } from '@tomograph/imaging';
import { AppError, Random, type Sha256, sha256, type TrainTaskInput } from '@tomograph/kernel';
import type { CropCase } from '@tomograph/models';
import type { Label } from '@tomograph/registry';
import type { ComputeThread } from '../compute/compute-thread.js';
import type { Preprocessing } from '../segment/base-grid.js';
import { type Dataset, type DatasetCase, readDataset } from './dataset.js';
import type { CaseProblem } from './training-case.js';

export interface TrainingData {
  readonly labels: readonly Label[];
  readonly train: readonly CropCase[];
  /** Never trained on; may be empty. */
  readonly test: readonly CropCase[];
  /** Of all cases as they are taught: equal data, equal digest. */
  readonly digest: Sha256;
  readonly notes: readonly string[];
}

export interface ReadOptions {
  /** A folder or file. */
  readonly path: string;
  /** For what is unpacked; made and removed here. */
  readonly scratch: string;
  readonly labels: TrainTaskInput['labels'];
  readonly preprocessing: Preprocessing;
  readonly compute: ComputeThread;
  readonly seed: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
  /** Called for every problem found, before the error that sums them up. */
  readonly onProblem?: (problem: CaseProblem & { readonly case: number }) => void;
}

/** Voxels of all cases together on the base's grid: 1.5 GB. */
const maxVoxels = 500_000_000;

/** @throws AppError INVALID_ARGUMENT naming the first problems by the number of their case; LIMIT_EXCEEDED, CANCELLED */
export async function readTrainingData(options: ReadOptions): Promise<TrainingData> {
  await rm(options.scratch, { recursive: true, force: true });
  await mkdir(options.scratch, { recursive: true, mode: 0o700 });
  try {
    const collected: Collected = await collect(options.path, options.scratch, defaultLimits);
    const dataset = await readDataset(collected, options.labels);
    return await readCases(dataset, options);
  } finally {
    await rm(options.scratch, { recursive: true, force: true });
  }
}

interface ReadCase extends Pick<DatasetCase, 'isTest'> {
  readonly data: CropCase;
  readonly voxels: readonly number[];
}

async function readCases(dataset: Dataset, options: ReadOptions): Promise<TrainingData> {
  const { cases, labels } = dataset;
  const read: ReadCase[] = [];
  const problems: (CaseProblem & { case: number })[] = [];
  const notes: string[] = [...dataset.notes];
  let total = 0;
  for (const { number, image, label, isTest } of cases) {
    options.signal?.throwIfAborted();
    options.onProgress?.(number - 1, cases.length);
    const request = {
      imagePath: image.path,
      labelPath: label.path,
      values: labels.map(({ value }) => value),
      known: [...dataset.known],
      preprocessing: options.preprocessing,
    };
    const found = await options.compute.run('trainingCase', request, options.signal);
    notes.push(...found.notes.map((note) => `case ${number}: ${note}`));
    for (const problem of found.problems) {
      problems.push({ ...problem, case: number });
      options.onProblem?.({ ...problem, case: number });
    }
    if (found.data === undefined) continue;
    total += found.data.labels.length;
    if (total > maxVoxels) {
      throw new AppError('LIMIT_EXCEEDED', {
        message: `the cases hold more than ${maxVoxels} voxels on the base's grid: give fewer`,
        facts: { limit: maxVoxels },
      });
    }
    read.push({ data: found.data, voxels: found.voxels, isTest });
  }
  if (problems.length > 0) throw summary(problems, cases.length);
  return split(read, dataset, notes, options.seed);
}

function summary(problems: readonly (CaseProblem & { case: number })[], cases: number): AppError {
  const told = problems.slice(0, 10).map((problem) => `case ${problem.case}: ${problem.message}`);
  const rest = problems.length > 10 ? `; and ${problems.length - 10} more` : '';
  return new AppError('INVALID_ARGUMENT', {
    message: `the training data cannot be used (cases in the order of their names, ${cases} in all): ${told.join('; ')}${rest}`,
    facts: { argument: 'data', cases, problems: problems.length },
  });
}

/** A fifth of the cases, drawn by the seed, where the data set brings no test set of its own. */
function split(all: readonly ReadCase[], { labels }: Dataset, notes: string[], seed: number): TrainingData {
  const given = all.filter(({ isTest }) => isTest);
  const pool = all.filter(({ isTest }) => !isTest);
  const order = new Random(seed, 'held-out').shuffle(pool.map((_, at) => at));
  const held = given.length > 0 || pool.length < 3 ? 0 : Math.max(1, Math.floor(pool.length / 5));
  const heldOut = new Set(order.slice(0, held));
  const train = pool.filter((_, at) => !heldOut.has(at));
  const test = [...given, ...pool.filter((_, at) => heldOut.has(at))];
  if (train.length === 0) {
    throw new AppError('INVALID_ARGUMENT', {
      message: 'the training data cannot be used: there is no case to learn from',
    });
  }
  labels.forEach(({ name }, at) => {
    const shown = train.map(({ voxels }) => voxels[at]!).filter((n) => n > 0);
    if (shown.length === 0) {
      throw new AppError('INVALID_ARGUMENT', {
        message: `the training data cannot be used: no case to learn from shows ${name}`,
        facts: { argument: 'data', structure: name },
      });
    }
    const mean = shown.reduce((sum, n) => sum + n, 0) / shown.length;
    if (mean < 30) notes.push(`${name} is ${mean.toFixed(0)} voxels large on the base's grid: expect little`);
  });
  if (test.length === 0) notes.push('too few cases to hold one out: nothing was measured');
  const digests = all.map(({ data }) =>
    sha256(`${data.size} ${digestOf(data.image)} ${digestOf(data.labels)}`),
  );
  return {
    labels,
    train: train.map(({ data }) => data),
    test: test.map(({ data }) => data),
    digest: sha256(digests.join()),
    notes,
  };
}

function digestOf(array: Int16Array | Uint8Array): Sha256 {
  return sha256(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
}
