import { describe, expect, it } from 'vitest';
import type { TensorData } from '../../graph/tensor-data.js';
import { type CropCase, type CropOptions, cropBatches } from './crop-batch.js';
import { normaliseHu } from './organ-task.js';

/** 12 × 10 × 8 voxels whose HU tells their position; organ 1 is one slice, organ 2 one voxel. */
function numbered(): CropCase {
  const size = [12, 10, 8] as const;
  const image = Int16Array.from({ length: 960 }, (_, i) => i - 400);
  const labels = Uint8Array.from({ length: 960 }, (_, i) => (i >= 400 && i < 480 ? 1 : i === 700 ? 2 : 0));
  return { size, image, labels };
}
const still = { shiftHu: 0, gain: 0, noiseHu: 0, tissueHu: 0 };
const options: CropOptions = { patch: [4, 4, 4], batchSize: 2, seed: 7, ...still };
const batchOf = (cases: readonly CropCase[], changed: Partial<CropOptions> = {}) => {
  const feeds = cropBatches(cases, { ...options, ...changed });
  return (step: number) => feeds(step) as { x: TensorData; labels: TensorData };
};
const steps = Array.from({ length: 60 }, (_, step) => step);

describe('patches cut from volumes', () => {
  it('are a function of the step and the seed alone', () => {
    const noisy = { noiseHu: 25, shiftHu: 15 };
    const one = batchOf([numbered()], noisy);
    const other = batchOf([numbered()], noisy);
    const later = other(5);
    expect(later).toEqual(one(5)); // whatever was asked for before
    expect(one(5)).not.toEqual(one(6));
    expect(batchOf([numbered()], { ...noisy, seed: 8 })(5)).not.toEqual(one(5));
    expect(one(5).x.shape).toEqual([2, 4, 4, 4]);
    expect(one(5).labels.shape).toEqual([2, 64]);
  });

  it('hold neighbours in reading order and their own labels; beyond the volume is air and background', () => {
    const { size, image, labels } = numbered();
    const [, ny, nx] = size;
    const air = Math.fround(normaliseHu(-1024));
    const huOf = new Map([...image].map((hu, i) => [Math.fround(normaliseHu(hu)), i]));
    let beyond = 0;
    for (const step of steps) {
      const batch = batchOf([numbered()], { patch: [8, 4, 4] })(step);
      for (let at = 0; at < 256; at += 128) {
        const patch = batch.x.data.slice(at, at + 128) as Float32Array;
        const inside = patch.findIndex((value) => value !== air);
        const voxel = huOf.get(patch[inside]!)!;
        const [dz, dy, dx] = [inside >> 4, (inside >> 2) & 3, inside & 3];
        const origin = [
          Math.floor(voxel / (nx * ny)) - dz,
          (Math.floor(voxel / nx) % ny) - dy,
          (voxel % nx) - dx,
        ];
        patch.forEach((value, i) => {
          const [z, y, x] = [origin[0]! + (i >> 4), origin[1]! + ((i >> 2) & 3), origin[2]! + (i & 3)];
          const isInside = [z, y, x].every((c, axis) => c >= 0 && c < size[axis]!);
          const from = x + nx * (y + ny * z);
          expect(value).toBe(isInside ? Math.fround(normaliseHu(image[from]!)) : air);
          expect(batch.labels.data[at + i]).toBe(isInside ? labels[from] : 0);
          beyond += Number(!isInside);
        });
      }
    }
    expect(beyond).toBeGreaterThan(0); // borders are seen too
  });

  it('show every organ equally often, however small it is', () => {
    const seen = [0, 0, 0];
    for (const step of steps) {
      const { labels } = batchOf([numbered()], { foregroundShare: 1, batchSize: 1 })(step);
      for (const organ of [1, 2]) if (labels.data.some((label) => Number(label) === organ)) seen[organ]!++;
    }
    expect(seen[1]).toBeGreaterThan(20); // half of 60 aim at it; a jitter of a quarter patch keeps most inside
    expect(seen[2]).toBeGreaterThan(20); // one voxel of 960: by chance it would be seen in 4
  });

  it('move intensities as a whole, and tissues apart from each other', () => {
    const flat: CropCase = {
      size: [8, 8, 8],
      image: new Int16Array(512),
      labels: new Uint8Array(512),
      tissues: Uint8Array.from({ length: 512 }, (_, i) => Number(i >= 256)),
    };
    const values = (changed: Partial<CropOptions>): number =>
      new Set(
        steps.flatMap((step) => [
          ...new Set(
            batchOf([flat], { patch: [8, 8, 8], batchSize: 1, ...changed })(step).x.data as Float32Array,
          ),
        ]),
      ).size;
    const air = 1; // some patches reach beyond the volume
    expect(values({})).toBe(1 + air);
    expect(values({ shiftHu: 15 })).toBe(60 + air);
    expect(values({ tissueHu: 20 })).toBe(120 + air);
  });

  it('pad a volume that is smaller than the patch', () => {
    const small: CropCase = {
      size: [2, 2, 2],
      image: new Int16Array(8).fill(100),
      labels: new Uint8Array(8),
    };
    const { x } = batchOf([small], { batchSize: 1 })(0);
    const inside = [...x.data].filter((value) => value === Math.fround(normaliseHu(100)));
    expect(inside).toHaveLength(8);
    expect(x.data).toHaveLength(64);
  });

  it('refuse a case whose arrays do not fit its size', () => {
    const wrong = { ...numbered(), labels: new Uint8Array(959) };
    expect(() => cropBatches([numbered(), wrong], options)).toThrow(/case 1: expected 960 voxels/);
    const tissues = { ...numbered(), tissues: new Uint8Array(1) };
    expect(() => cropBatches([tissues], options)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});
