// Segments a volume of any size by overlapping patches with Gaussian weights, several tasks over one pass.
// Patches outside, tasks inside: a patch is read once. Probabilities are kept only for the slab of slices that later
// patches still touch; a finished slice becomes uint8 labels at once. Source: nnU-Net's sliding window.
import { AppError } from '@tomograph/kernel';
import { f32, floats, type Tensors } from '../graph/tensor-data.js';
import type { Factors, Head } from '../lora/adapter.js';
import type { LoraLayer } from '../lora/lora-scope.js';
import type { InferencePool } from '../runtime/inference-pool.js';
import { type Extents, voxels } from './patches.js';
import { taskFeeds } from './pvt-network.js';

/** Where patches come from. (z, y, x) order; voxel (z, y, x) at x + nx·(y + ny·z). */
export interface PatchSource {
  readonly size: Extents;
  /** Fills `out` [d, h, w] with normalised intensities from `origin` on; positions outside get the background's. */
  read(origin: Extents, size: Extents, out: Float32Array): void | Promise<void>;
}

export interface SegmentTask {
  readonly name: string;
  /** Absent = the base itself. */
  readonly factors?: ReadonlyMap<string, Factors>;
  readonly head: Head;
  /** First and last slice (z, both included) on which the task may speak; patches outside are not run. */
  readonly slices?: readonly [number, number];
}

export interface TaskMask {
  readonly name: string;
  readonly classes: readonly string[];
  /** Class per voxel, in the source's order; 0 = the task's background. */
  readonly labels: Uint8Array;
  /** Probability of that class × 255: what conflicts between tasks are decided by. */
  readonly confidence: Uint8Array;
}

export interface SegmentOptions {
  readonly pool: InferencePool;
  /** Of the pool's network. */
  readonly layout: readonly LoraLayer[];
  /** Patch of the network. */
  readonly patch: Extents;
  /** Share of a patch that neighbours have in common; default 0.5. */
  readonly overlap?: number;
  /** Cap on the slab of probabilities; default 1 GiB. */
  readonly maxSlabBytes?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * @returns one mask per task, of the source's size
 * @throws AppError LIMIT_EXCEEDED (with the bytes needed) before anything is allocated, CANCELLED, and what the pool throws
 */
export async function segment(
  source: PatchSource,
  tasks: readonly SegmentTask[],
  options: SegmentOptions,
): Promise<TaskMask[]> {
  const { patch, overlap = 0.5 } = options;
  const [rows, columns, depths] = [1, 2, 0].map((axis) =>
    windowStarts(source.size[axis]!, patch[axis]!, overlap),
  ) as [number[], number[], number[]];
  refuseLargeSlab(source, tasks, options);
  const weights = gaussianWeights(patch);
  const running = tasks.map((task) => new TaskSlab(task, source.size, patch[0], options.layout));
  const input = new Float32Array(voxels(patch));
  const total = depths.length * rows.length * columns.length;
  let done = 0;
  for (const [i, z] of depths.entries()) {
    for (const y of rows)
      for (const x of columns) {
        if (options.signal?.aborted) throw cancelled(done, total);
        await source.read([z, y, x], patch, input);
        const feed = f32(input, [1, ...patch]);
        const due = running.filter((slab) => slab.wants(z, patch[0]));
        const answers = due.map((slab) =>
          options.pool.run({ x: feed, ...slab.feeds }, abortable(options.signal)),
        );
        for (const [t, answer] of (await Promise.all(answers)).entries()) {
          due[t]!.add(floats(answer, 'probabilities'), [z, y, x], patch, weights);
        }
        options.onProgress?.(++done, total);
      }
    // slices before the next row of patches are complete
    for (const slab of running) slab.finishUntil(depths[i + 1] ?? source.size[0]);
  }
  return running.map((slab) => slab.mask);
}

const abortable = (signal: AbortSignal | undefined): { signal?: AbortSignal } =>
  signal === undefined ? {} : { signal };

function cancelled(done: number, total: number): AppError {
  return new AppError('CANCELLED', {
    message: `segmentation was cancelled after ${done} of ${total} patches`,
  });
}

/** First positions along an axis: equal steps, the last patch flush with the end; one patch where the axis is shorter. */
export function windowStarts(extent: number, patch: number, overlap: number): number[] {
  if (!(overlap >= 0 && overlap < 1)) {
    throw new AppError('INVALID_ARGUMENT', { message: `overlap must be in [0, 1), got ${overlap}` });
  }
  if (extent <= patch) return [0];
  const steps = Math.ceil((extent - patch) / Math.max(1, Math.floor(patch * (1 - overlap))));
  return Array.from({ length: steps + 1 }, (_, i) => Math.round((i * (extent - patch)) / steps));
}

/** Separable Gaussian of sigma = patch/8, as nnU-Net weighs a patch; nowhere zero. */
export function gaussianWeights(patch: Extents): Float32Array {
  const axes = patch.map((n) =>
    Array.from({ length: n }, (_, i) => Math.exp(-0.5 * ((i - (n - 1) / 2) / (n / 8)) ** 2)),
  );
  const out = new Float32Array(voxels(patch));
  let i = 0;
  for (const z of axes[0]!)
    for (const y of axes[1]!) for (const x of axes[2]!) out[i++] = Math.max(z * y * x, 1e-4);
  return out;
}

/** Bytes of the slab: slices of one patch's depth, every class of every task. */
export function slabBytes(size: Extents, patchDepth: number, classes: readonly number[]): number {
  const sliceVoxels = size[1] * size[2];
  return classes.reduce((n, count) => n + 4 * count * sliceVoxels * Math.min(patchDepth, size[0]), 0);
}

function refuseLargeSlab(source: PatchSource, tasks: readonly SegmentTask[], options: SegmentOptions): void {
  const needed = slabBytes(
    source.size,
    options.patch[0],
    tasks.map(({ head }) => head.classes.length),
  );
  const { maxSlabBytes = 1 << 30 } = options;
  if (needed <= maxSlabBytes) return;
  throw new AppError('LIMIT_EXCEEDED', {
    message: `segmenting ${source.size.join('×')} voxels for ${tasks.length} tasks needs ${needed} bytes at once, at most ${maxSlabBytes}: fewer tasks, or a coarser grid`,
    facts: { needed, limit: maxSlabBytes },
  });
}

/** Weighted probabilities of one task for a ring of slices, and its finished labels. */
class TaskSlab {
  readonly feeds: Tensors;
  readonly mask: TaskMask;
  private readonly classes: number;
  private readonly depth: number;
  /** [depth, ny, nx, classes]; slice z lives at z mod depth. */
  private readonly sums: Float32Array;
  private finished = 0;
  private readonly slices: readonly [number, number];

  constructor(
    task: SegmentTask,
    private readonly size: Extents,
    patchDepth: number,
    layout: readonly LoraLayer[],
  ) {
    this.feeds = taskFeeds(layout, task);
    this.classes = task.head.classes.length;
    this.depth = Math.min(patchDepth, size[0]);
    this.sums = new Float32Array(this.depth * size[1] * size[2] * this.classes);
    this.slices = task.slices ?? [0, size[0] - 1];
    const { name, head } = task;
    const empty = (): Uint8Array => new Uint8Array(voxels(size));
    this.mask = { name, classes: head.classes, labels: empty(), confidence: empty() };
  }

  wants(z: number, depth: number): boolean {
    return z <= this.slices[1] && z + depth > this.slices[0];
  }

  /** probabilities [patch voxels, classes] */
  add(probabilities: Float32Array, [z0, y0, x0]: Extents, patch: Extents, weights: Float32Array): void {
    const [nz, ny, nx] = this.size;
    const { classes, sums } = this;
    const width = Math.min(patch[2], nx - x0);
    for (let z = 0; z < patch[0] && z0 + z < nz; z++)
      for (let y = 0; y < patch[1] && y0 + y < ny; y++) {
        let from = (z * patch[1] + y) * patch[2];
        let to = ((((z0 + z) % this.depth) * ny + y0 + y) * nx + x0) * classes;
        for (let x = 0; x < width; x++, from++)
          for (let c = 0; c < classes; c++, to++)
            sums[to]! += weights[from]! * probabilities[from * classes + c]!;
      }
  }

  /** Argmax of the slices before z, and their room given back. */
  finishUntil(z: number): void {
    const sliceVoxels = this.size[1] * this.size[2];
    for (; this.finished < z; this.finished++) {
      const from = (this.finished % this.depth) * sliceVoxels * this.classes;
      const isDue = this.finished >= this.slices[0] && this.finished <= this.slices[1];
      for (let i = 0; isDue && i < sliceVoxels; i++)
        this.decide(from + i * this.classes, this.finished * sliceVoxels + i);
      this.sums.fill(0, from, from + sliceVoxels * this.classes);
    }
  }

  private decide(at: number, voxel: number): void {
    let best = 0;
    let total = 0;
    for (let c = 0; c < this.classes; c++) {
      const value = this.sums[at + c]!;
      total += value;
      if (value > this.sums[at + best]!) best = c;
    }
    this.mask.labels[voxel] = best;
    this.mask.confidence[voxel] = Math.round((255 * this.sums[at + best]!) / total);
  }
}
