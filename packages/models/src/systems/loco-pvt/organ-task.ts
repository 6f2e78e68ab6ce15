// A task of organ segmentation: cases with labels of its own organs, and batches that are a pure function of the step.
// Not a data loader: cases are in memory, normalised with the base's statistics (never re-estimated per task).
import { AppError, Random } from '@tomograph/kernel';
import { type Extents, voxels } from '../../arch/patches.js';
import { f32, i32, type Tensors } from '../../graph/tensor-data.js';

export interface OrganCase {
  /** Normalised intensities [d, h, w]. */
  readonly image: Float32Array;
  /** 0 = everything else, 1.. = the task's organs. */
  readonly labels: Uint8Array;
}

export interface OrganTask {
  readonly name: string;
  /** Class names, index 0 the task's own background. */
  readonly classes: readonly string[];
  readonly size: Extents;
  readonly train: readonly OrganCase[];
  readonly test: readonly OrganCase[];
}

/** CT statistics of the base set, fixed for every task: clip, then z-score (six-systems §1.1). */
export const ctNormalisation = { low: -995, high: 1265, mean: -187.9, sd: 490.7 } as const;

/** HU -> network intensity. */
export function normaliseHu(hu: number): number {
  const { low, high, mean, sd } = ctNormalisation;
  return (Math.min(Math.max(hu, low), high) - mean) / sd;
}

/** @throws AppError INVALID_ARGUMENT when a case does not fit the task */
export function checkTask(task: OrganTask): void {
  const wanted = voxels(task.size);
  for (const [i, { image, labels }] of [...task.train, ...task.test].entries()) {
    const largest = labels.reduce((a, b) => Math.max(a, b), 0);
    if (image.length === wanted && labels.length === wanted && largest < task.classes.length) continue;
    throw new AppError('INVALID_ARGUMENT', {
      message: `task ${task.name}, case ${i}: expected ${wanted} voxels and labels below ${task.classes.length}, got ${image.length}, ${labels.length} and ${largest}`,
      facts: { task: task.name, case: i },
    });
  }
}

export interface BatchOptions {
  readonly size: number;
  readonly seed: number;
  /** Random scale and shift of intensities, as a share of one standard deviation; no mirroring (left and right differ). */
  readonly intensityJitter: number;
}

/** Feeds x [n, d, h, w] and labels [n, voxels] of a step: the same step gives the same bytes. */
export function taskBatch(task: OrganTask, step: number, options: BatchOptions): Tensors {
  const random = new Random(options.seed, `${task.name}-batch-${step}`);
  const count = voxels(task.size);
  const x = new Float32Array(options.size * count);
  const labels = new Int32Array(options.size * count);
  for (let n = 0; n < options.size; n++) {
    const { image, labels: own } = random.pick(task.train);
    const gain = 1 + options.intensityJitter * random.uniform(-1, 1);
    const shift = options.intensityJitter * random.uniform(-1, 1);
    for (let i = 0; i < count; i++) {
      x[n * count + i] = image[i]! * gain + shift;
      labels[n * count + i] = own[i]!;
    }
  }
  return { x: f32(x, [options.size, ...task.size]), labels: i32(labels, [options.size, count]) };
}
