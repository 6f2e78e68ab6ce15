// A small mask with a grid of its own, drawn on another grid: only the box that holds it, never the whole. For finished
// masks of 0 and 1; label maps of many structures are not resampled here.
import { AppError } from '@tomograph/kernel';
import { applyAffine, composeAffine, invertAffine } from '../geometry/affine.js';
import { boundsThrough } from '../geometry/grid.js';
import type { Affine, Grid, LabelVolume, Vec3 } from '../volume.js';

export interface SmallMask extends Grid {
  /** 1 inside; voxel (i, j, k) at i + nx·(j + ny·k). */
  readonly voxels: Uint8Array;
}

/** Part of a grid: `low` is the index of its first voxel there. */
export interface MaskOnGrid extends SmallMask {
  readonly low: Vec3;
  readonly count: number;
}

const maxBoxVoxels = 2 ** 26;

/**
 * Voxels whose centre lies inside the mask (its trilinear value is at least one half).
 * @returns undefined where no voxel centre does, such as between slices that are far apart
 * @throws AppError LIMIT_EXCEEDED for a box of more than 2^26 voxels, GEOMETRY_UNSUPPORTED for a degenerate grid
 */
export function maskOnGrid(mask: SmallMask, grid: Grid): MaskOnGrid | undefined {
  const { low, size } = boxOf(mask, grid);
  const [nx, ny, nz] = size;
  if (nx < 1 || ny < 1 || nz < 1) return undefined;
  if (nx * ny * nz > maxBoxVoxels) {
    throw new AppError('LIMIT_EXCEEDED', {
      message: `a mask would cover ${size.join(' x ')} voxels, at most ${maxBoxVoxels} are drawn`,
    });
  }
  const affine = shifted(grid.affine, low);
  const toMask = composeAffine(invertAffine(mask.affine), affine);
  const voxels = new Uint8Array(nx * ny * nz);
  let count = 0;
  for (let k = 0, n = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, n++)
        if (valueAt(mask, applyAffine(toMask, [i, j, k])) >= 0.5) {
          voxels[n] = 1;
          count++;
        }
  return count === 0 ? undefined : { low, size, affine, voxels, count };
}

/** As a label map of its own, `value` inside. */
export function asLabels({ size, affine, voxels }: SmallMask, value = 1): LabelVolume {
  return { size, affine, voxels: Uint16Array.from(voxels, (inside) => inside * value) };
}

function boxOf(mask: SmallMask, grid: Grid): { low: Vec3; size: Vec3 } {
  const toGrid = composeAffine(invertAffine(grid.affine), mask.affine);
  const { low, high } = boundsThrough(toGrid, mask.size);
  const first = low.map((value) => Math.max(0, Math.ceil(value)));
  const last = high.map((value, axis) => Math.min(grid.size[axis]! - 1, Math.floor(value)));
  return {
    low: first as unknown as Vec3,
    size: last.map((value, axis) => value - first[axis]! + 1) as unknown as Vec3,
  };
}

function shifted(affine: Affine, low: Vec3): Affine {
  const [x, y, z] = applyAffine(affine, low);
  return affine.map((value, at) => (at === 3 ? x : at === 7 ? y : at === 11 ? z : value));
}

/** Trilinear; 0 outside. */
function valueAt({ size: [nx, ny, nz], voxels }: SmallMask, [x, y, z]: Vec3): number {
  const [i, j, k] = [Math.floor(x), Math.floor(y), Math.floor(z)];
  const [fx, fy, fz] = [x - i, y - j, z - k];
  let sum = 0;
  for (let corner = 0; corner < 8; corner++) {
    const [dx, dy, dz] = [corner & 1, (corner >> 1) & 1, corner >> 2];
    const [a, b, c] = [i + dx, j + dy, k + dz];
    if (a < 0 || b < 0 || c < 0 || a >= nx || b >= ny || c >= nz) continue;
    const weight = (dx ? fx : 1 - fx) * (dy ? fy : 1 - fy) * (dz ? fz : 1 - fz);
    sum += weight * voxels[a + nx * (b + ny * c)]!;
  }
  return sum;
}
