import { reorient, type Volume } from '@tomograph/imaging';
import { describe, expect, test } from 'vitest';
import { type Preprocessing, patchSource, toBaseGrid } from './base-grid.js';

const preprocessing = {
  orientation: 'LPS',
  spacingMmXyz: [2, 2, 4],
  clip: { low: -1000, high: 1000 },
  normalise: { mean: 100, sd: 50 },
  unit: 'HU',
} as unknown as Preprocessing;

const volume: Volume = {
  size: [4, 6, 3],
  affine: [2, 0, 0, 5, 0, 2, 0, 6, 0, 0, 4, 7],
  voxels: Int16Array.from({ length: 72 }, (_, at) => 10 * at - 300),
};

describe('a volume on the grid of a base', () => {
  test('that has this spacing and orientation already is the same voxels', () => {
    const grid = toBaseGrid(volume, preprocessing);
    expect(grid.size).toEqual([4, 6, 3]);
    expect(grid.voxels).toEqual(volume.voxels);
  });

  test('is the same whatever the order of axes in the file', () => {
    expect(toBaseGrid(reorient(volume, 'SAR'), preprocessing)).toEqual(toBaseGrid(volume, preprocessing));
  });

  test('is refused for a base that names no spacing', () => {
    const loose = { ...preprocessing, spacingMmXyz: null } as unknown as Preprocessing;
    expect(() => toBaseGrid(volume, loose)).toThrow(expect.objectContaining({ code: 'MANIFEST_INVALID' }));
  });
});

describe('patches for the network', () => {
  const source = patchSource(toBaseGrid(volume, preprocessing), preprocessing);
  const read = (origin: readonly [number, number, number], size: readonly [number, number, number]) => {
    const out = new Float32Array(size[0] * size[1] * size[2]);
    void source.read(origin, size, out);
    return out;
  };

  test('come in z, y, x with intensities of the network', () => {
    expect(source.size).toEqual([3, 6, 4]);
    const at = (x: number, y: number, z: number) =>
      Math.fround((volume.voxels[x + 4 * (y + 6 * z)]! - 100) / 50);
    expect([...read([1, 2, 1], [1, 2, 3])]).toEqual([
      at(1, 2, 1),
      at(2, 2, 1),
      at(3, 2, 1),
      at(1, 3, 1),
      at(2, 3, 1),
      at(3, 3, 1),
    ]);
  });

  test('hold air beyond the scan, and values are clipped', () => {
    const air = Math.fround((-1000 - 100) / 50);
    expect([...read([-1, 0, 0], [1, 1, 2])]).toEqual([air, air]);
    expect([...read([2, 5, 3], [2, 2, 2])].slice(1)).toEqual(Array(7).fill(air));
  });
});
