// Batches of patches cut from volumes larger than the network sees. A batch is a pure function of its step.
// Not a data loader: volumes are in memory, in Hounsfield units, on the base's spacing and orientation.
import { AppError, Random } from '@tomograph/kernel';
import { type Extents, voxels } from '../../arch/patches.js';
import { f32, i32, type Tensors } from '../../graph/tensor-data.js';
import { normaliseHu } from './organ-task.js';

/** Voxel (z, y, x) at x + nx·(y + ny·z). */
export interface CropCase {
  readonly size: Extents;
  /** HU. */
  readonly image: Int16Array;
  /** 0 = everything else, 1.. = the task's organs. */
  readonly labels: Uint8Array;
  /** Finer labels whose HU may be moved apart from each other; phantoms have them. */
  readonly tissues?: Uint8Array;
}

export interface CropOptions {
  /** (z, y, x) */
  readonly patch: Extents;
  readonly batchSize: number;
  readonly seed: number;
  /** Share of patches centred on a voxel of an organ, each organ equally often; default 0.5. */
  readonly foregroundShare?: number;
  /** Standard deviation of a shift of all intensities; default 15 HU. */
  readonly shiftHu?: number;
  /** Intensities are scaled by 1 ± this about 0 HU; default 0.05. */
  readonly gain?: number;
  /** Highest standard deviation of added white noise; default 25 HU. */
  readonly noiseHu?: number;
  /** Standard deviation of a shift per tissue, where cases have tissues; default 20 HU. */
  readonly tissueHu?: number;
}

const beyond = -1024;

/** One table of normal numbers, entered anywhere: drawing each anew would take longer than the network's step. */
const noiseTable = (() => {
  const random = new Random(0, 'crop-noise');
  return Float32Array.from({ length: 0x10000 }, () => random.normal());
})();

/** Feeds x [n, d, h, w] and labels [n, voxels] by step. @throws AppError INVALID_ARGUMENT for cases that do not fit */
export function cropBatches(cases: readonly CropCase[], options: CropOptions): (step: number) => Tensors {
  cases.forEach(checkCase);
  const seeds = cases.map(foregroundSeeds);
  const { patch, batchSize, seed } = options;
  const count = voxels(patch);
  return (step) => {
    const random = new Random(seed, `crop-${step}`);
    const x = new Float32Array(batchSize * count);
    const labels = new Int32Array(batchSize * count);
    for (let n = 0; n < batchSize; n++) {
      const at = random.int(cases.length);
      const origin = chooseOrigin(cases[at]!, seeds[at]!, random, options);
      cut(cases[at]!, origin, random, options, {
        x: x.subarray(n * count, (n + 1) * count),
        labels: labels.subarray(n * count, (n + 1) * count),
      });
    }
    return { x: f32(x, [batchSize, ...patch]), labels: i32(labels, [batchSize, count]) };
  };
}

function checkCase({ size, image, labels, tissues }: CropCase, at: number): void {
  const wanted = voxels(size);
  if (image.length === wanted && labels.length === wanted && (tissues?.length ?? wanted) === wanted) return;
  throw new AppError('INVALID_ARGUMENT', {
    message: `case ${at}: expected ${wanted} voxels, got ${image.length} and ${labels.length} labels`,
    facts: { case: at },
  });
}

/** Some voxels of every organ, evenly spread over its voxels in reading order. */
function foregroundSeeds({ labels }: CropCase): readonly (readonly number[])[] {
  const all: number[][] = [];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label === 0) continue;
    all[label] ??= [];
    all[label].push(i);
  }
  return all
    .filter((list) => list !== undefined)
    .map((list) => {
      const stride = Math.max(1, Math.floor(list.length / 256));
      return list.filter((_, i) => i % stride === 0);
    });
}

/** Flush with the volume where it is larger than the patch, but for a few voxels beyond: borders are seen too. */
function chooseOrigin(
  { size }: CropCase,
  seeds: readonly (readonly number[])[],
  random: Random,
  { patch, foregroundShare = 0.5 }: CropOptions,
): Extents {
  const margin = patch.map((extent) => Math.floor(extent / 8));
  const low = margin.map((m) => -m);
  const high = size.map((extent, a) => Math.max(0, extent - patch[a]!) + margin[a]!);
  const wantsOrgan = seeds.length > 0 && random.uniform(0, 1) < foregroundShare;
  if (!wantsOrgan) return low.map((l, a) => l + random.int(high[a]! - l + 1)) as unknown as Extents;
  const voxel = random.pick(random.pick(seeds));
  const [, ny, nx] = size;
  const centre = [Math.floor(voxel / (nx * ny)), Math.floor(voxel / nx) % ny, voxel % nx];
  return centre.map((c, a) => {
    const jittered = c - Math.floor(patch[a]! / 2) + Math.round((patch[a]! / 4) * random.uniform(-1, 1));
    return Math.min(high[a]!, Math.max(low[a]!, jittered));
  }) as unknown as Extents;
}

function cut(
  item: CropCase,
  [z0, y0, x0]: Extents,
  random: Random,
  options: CropOptions,
  into: { readonly x: Float32Array; readonly labels: Int32Array },
): void {
  const { patch, shiftHu = 15, gain = 0.05, noiseHu = 25, tissueHu = 20 } = options;
  const scale = 1 + gain * random.uniform(-1, 1);
  const shift = random.normal(0, shiftHu);
  const noise = random.uniform(0, noiseHu);
  const offsets = Float32Array.from({ length: 256 }, () => shift + random.normal(0, tissueHu));
  const noiseFrom = random.int(noiseTable.length);
  const [nz, ny, nx] = item.size;
  let to = 0;
  for (let z = z0; z < z0 + patch[0]; z++)
    for (let y = y0; y < y0 + patch[1]; y++)
      for (let x = x0; x < x0 + patch[2]; x++, to++) {
        if (z < 0 || y < 0 || x < 0 || z >= nz || y >= ny || x >= nx) {
          into.x[to] = normaliseHu(beyond);
          continue;
        }
        const from = x + nx * (y + ny * z);
        const moved = item.tissues === undefined ? shift : offsets[item.tissues[from]!]!;
        into.x[to] = normaliseHu(
          scale * item.image[from]! + moved + noise * noiseTable[(noiseFrom + to) & 0xffff]!,
        );
        into.labels[to] = item.labels[from]!;
      }
}
