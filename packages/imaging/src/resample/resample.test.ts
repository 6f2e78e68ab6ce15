import { AppError } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { affineFrom, applyAffine, flipRasLps, spacingMm } from '../geometry/affine.js';
import { gridCentreLps } from '../geometry/grid.js';
import { orientationCodes } from '../geometry/orientation.js';
import { axisView, reorient } from '../geometry/reorient.js';
import type { Affine, Grid, LabelVolume, Vec3, Volume } from '../volume.js';
import { crop, pad } from './crop.js';
import { resampleToGrid, resampleToSpacing, shrinkToSpacing } from './resample.js';

/** HU = a linear function of the patient position: trilinear interpolation must reproduce it exactly. */
const plane = ([x, y, z]: Vec3) => 200 + 3 * x - 2 * y + 5 * z;

function fill(grid: Grid, hu: (point: Vec3) => number): Volume {
  const [nx, ny, nz] = grid.size;
  const voxels = Int16Array.from({ length: nx * ny * nz }, (_, at) =>
    Math.round(hu(applyAffine(grid.affine, [at % nx, Math.floor(at / nx) % ny, Math.floor(at / nx / ny)]))),
  );
  return { ...grid, voxels };
}

function worstError(
  volume: Volume,
  hu: (point: Vec3) => number,
  isCounted: (point: Vec3) => boolean = () => true,
) {
  const [nx, ny] = volume.size;
  let worst = 0;
  let counted = 0;
  volume.voxels.forEach((value, at) => {
    const point = applyAffine(volume.affine, [at % nx, Math.floor(at / nx) % ny, Math.floor(at / nx / ny)]);
    if (!isCounted(point)) return;
    counted++;
    worst = Math.max(worst, Math.abs(value - hu(point)));
  });
  expect(counted).toBeGreaterThan(20);
  return worst;
}

const grid: Grid = { size: [20, 24, 16], affine: affineFrom([1, 1, 2], [-10, -12, -16]) };
const isInner = ([x, y, z]: Vec3) => Math.abs(x) < 8 && Math.abs(y) < 9 && Math.abs(z) < 12;
const turned = (degrees: number): Affine => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return affineFrom(
    [1.3, 0.8, 1.1],
    [-4, -6, -5],
    [
      [c, s, 0],
      [-s, c, 0],
      [0, 0, 1],
    ],
  );
};

describe('resampleToGrid', () => {
  it('reproduces a linear function on finer, shifted and coarser grids to the rounding of int16', () => {
    const volume = fill(grid, plane);
    for (const spacing of [
      [0.5, 0.7, 0.9],
      [1, 1, 1],
      [1.5, 2.5, 3],
    ] as const) {
      const target = { size: [12, 12, 8] as Vec3, affine: affineFrom(spacing, [-5.3, -4.9, -8.1]) };
      expect(worstError(resampleToGrid(volume, target), plane, isInner)).toBeLessThanOrEqual(1.01);
    }
  });

  it('reproduces it on an oblique grid', () => {
    const volume = fill(grid, plane);
    const out = resampleToGrid(volume, { size: [8, 10, 9], affine: turned(25) });
    expect(worstError(out, plane, isInner)).toBeLessThanOrEqual(1.01);
  });

  it('is a copy on the same grid and a reorientation on each of the 48 axis orders', () => {
    const volume = fill(grid, plane);
    for (const code of orientationCodes) {
      const out = resampleToGrid(volume, axisView(volume, code));
      expect(out.voxels).toEqual(reorient(volume, code).voxels);
    }
  });

  it('gives the outside value beyond the field of view, in linear, nearest and oblique alike', () => {
    const volume = fill(grid, () => 40);
    const far = { size: [4, 4, 4] as Vec3, affine: affineFrom([1, 1, 1], [500, 0, 0]) };
    expect(new Set(resampleToGrid(volume, far).voxels)).toEqual(new Set([-1024]));
    expect(new Set(resampleToGrid(volume, far, { interpolation: 'nearest', outside: 7 }).voxels)).toEqual(
      new Set([7]),
    );
    const obliqueFar = { size: [4, 4, 4] as Vec3, affine: turned(30).map((m, at) => (at === 3 ? 500 : m)) };
    expect(new Set(resampleToGrid(volume, obliqueFar).voxels)).toEqual(new Set([-1024]));
  });

  it('never mixes labels, and refuses to be asked to', () => {
    const labels: LabelVolume = {
      ...grid,
      voxels: Uint16Array.from(fill(grid, ([x]) => (x > 0 ? 9 : 3)).voxels),
    };
    const out = resampleToGrid(labels, { size: [9, 9, 9], affine: turned(10) });
    expect([...new Set(out.voxels)].sort()).toEqual([3, 9]);
    expect(() => resampleToGrid(labels, grid, { interpolation: 'linear' })).toThrow(AppError);
  });

  it('refuses a target that would not fit into memory', () => {
    const huge = { size: [4096, 4096, 4096] as Vec3, affine: grid.affine };
    expect(() => resampleToGrid(fill(grid, plane), huge)).toThrow(/choose a coarser spacing/);
  });
});

describe('resampleToSpacing', () => {
  it('gives exactly the asked spacing and keeps the centre', () => {
    const out = resampleToSpacing(fill({ ...grid, affine: flipRasLps(grid.affine) }, plane), [1.5, 0.7, 3]);
    spacingMm(out.affine).forEach((mm, axis) => {
      expect(mm).toBeCloseTo([1.5, 0.7, 3][axis]!, 9);
    });
    gridCentreLps(out).forEach((mm, axis) => {
      expect(mm).toBeCloseTo(gridCentreLps({ ...grid, affine: flipRasLps(grid.affine) })[axis]!, 9);
    });
  });

  it('does not alias: a checkerboard becomes its mean, where point samples would keep one colour', () => {
    const board = fill({ size: [32, 32, 32], affine: affineFrom([1, 1, 1]) }, ([x, y, z]) =>
      (x + y + z) % 2 ? 1000 : 0,
    );
    expect(new Set(resampleToSpacing(board, 2).voxels)).toEqual(new Set([500]));
  });

  it('refuses spacings that are not lengths', () => {
    for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => resampleToSpacing(fill(grid, plane), bad)).toThrow(AppError);
    }
  });
});

describe('shrinkToSpacing', () => {
  it('keeps the mean exactly and the field of view, whatever the ratio', () => {
    const volume = fill(
      { size: [37, 41, 13], affine: affineFrom([0.8, 0.8, 5]) },
      ([x, y, z]) => (x * y * (z + 3)) % 977,
    );
    const mean = (values: ArrayLike<number>) => Array.from(values).reduce((s, v) => s + v, 0) / values.length;
    const small = shrinkToSpacing(volume, 2.5);
    expect(small.size).toEqual([12, 14, 13]);
    expect(mean(small.voxels)).toBeCloseTo(mean(volume.voxels), 2);
    const extent = (g: Grid) => g.size.map((n, a) => n * spacingMm(g.affine)[a]!);
    extent(small).forEach((mm, axis) => {
      expect(mm).toBeCloseTo(extent(volume)[axis]!, 9);
    });
  });

  it('raises values to the floor before averaging, so padding is not less than air', () => {
    const volume = fill({ size: [4, 4, 4], affine: affineFrom([1, 1, 1]) }, ([x]) => (x < 2 ? -3024 : 0));
    expect([...new Set(shrinkToSpacing(volume, 4, -1000).voxels)]).toEqual([-500]);
    expect(Math.min(...shrinkToSpacing(volume, 1, -1000).voxels)).toBe(-1000);
  });
});

describe('crop and pad', () => {
  it('keep patient positions: a padded then cropped volume is the volume', () => {
    const volume = fill(grid, plane);
    const padded = pad(volume, [1, 2, 3], [4, 0, 1], -1024);
    expect(padded.size).toEqual([25, 26, 20]);
    expect(padded.voxels[0]).toBe(-1024);
    expect(
      worstError(
        padded,
        plane,
        ([x, y, z]) => x >= -10 && x < 10 && y >= -12 && y < 12 && z >= -16 && z < 16,
      ),
    ).toBe(0);
    const back = crop(padded, [1, 2, 3], grid.size);
    expect(back.voxels).toEqual(volume.voxels);
    expect(back.affine).toEqual(volume.affine);
  });

  it('refuse boxes that do not lie inside and absurd margins', () => {
    const volume = fill(grid, plane);
    expect(() => crop(volume, [0, 0, 1], grid.size)).toThrow(AppError);
    expect(() => crop(volume, [-1, 0, 0], [2, 2, 2])).toThrow(/does not lie inside/);
    expect(() => pad(volume, [0, 0, 0], [1e9, 0, 0], 0)).toThrow(AppError);
  });
});
