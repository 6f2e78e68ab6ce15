// Cutting out and adding margins on the voxel grid; patient positions stay.
import { AppError } from '@tomograph/kernel';
import { applyAffine } from '../geometry/affine.js';
import type { VoxelArray, Voxels } from '../geometry/reorient.js';
import type { Vec3 } from '../volume.js';

/** The box of `size` voxels from index `start`, wholly inside. @throws AppError INVALID_ARGUMENT */
export function crop<V extends Voxels>(volume: V, start: Vec3, size: Vec3): V {
  const fits = [0, 1, 2].every(
    (a) =>
      Number.isSafeInteger(start[a]) &&
      Number.isSafeInteger(size[a]) &&
      start[a]! >= 0 &&
      size[a]! > 0 &&
      start[a]! + size[a]! <= volume.size[a]!,
  );
  if (!fits) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `a crop of ${size.join(' x ')} voxels from ${start.join(', ')} does not lie inside ${volume.size.join(' x ')}`,
    });
  }
  return window(volume, start, size, 0);
}

/** Adds `before` and `after` voxels of `value` at the ends of each axis. @throws AppError INVALID_ARGUMENT */
export function pad<V extends Voxels>(volume: V, before: Vec3, after: Vec3, value: number): V {
  if (![...before, ...after].every((n) => Number.isSafeInteger(n) && n >= 0 && n <= 4096)) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `padding must be 0 to 4096 voxels per side, got ${before.join(', ')} and ${after.join(', ')}`,
    });
  }
  const size = volume.size.map((n, a) => n + before[a]! + after[a]!) as unknown as Vec3;
  return window(volume, [0 - before[0], 0 - before[1], 0 - before[2]], size, value);
}

function window<V extends Voxels>(volume: V, start: Vec3, size: Vec3, value: number): V {
  const [nx, ny, nz] = volume.size;
  const [mx, my, mz] = size;
  const source = volume.voxels;
  const voxels = new (source.constructor as new (length: number) => VoxelArray)(mx * my * mz);
  if (value !== 0) voxels.fill(value);
  const [fromX, toX] = [Math.max(0, start[0]), Math.min(nx, start[0] + mx)] as const;
  for (let k = Math.max(0, start[2]); k < Math.min(nz, start[2] + mz); k++) {
    for (let j = Math.max(0, start[1]); j < Math.min(ny, start[1] + my); j++) {
      const row = nx * (j + ny * k);
      const to = fromX - start[0] + mx * (j - start[1] + my * (k - start[2]));
      voxels.set(source.subarray(row + fromX, row + toX), to);
    }
  }
  const [x, y, z] = applyAffine(volume.affine, start);
  const affine = volume.affine.map((m, at) => (at === 3 ? x : at === 7 ? y : at === 11 ? z : m));
  return { ...volume, size, affine, voxels };
}
