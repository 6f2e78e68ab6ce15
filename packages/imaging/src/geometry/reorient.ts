// Another order of the same voxels: permutation and flips only, never a new value.
import type { Affine, Grid, Vec3 } from '../volume.js';
import { axisAssignment, parseOrientationCode } from './orientation.js';

export type VoxelArray = Int16Array | Uint16Array | Uint8Array | Float32Array;
/** Any grid with voxels: a Volume, a LabelVolume, a float image. */
export type Voxels<T extends VoxelArray = VoxelArray> = Grid & { readonly voxels: T };

/** How to walk a grid in another orientation without copying it. */
export interface AxisView extends Grid {
  /** Position in the source array of the view's voxel (0, 0, 0). */
  readonly offset: number;
  /** Step in the source array for one step along the view's i, j, k. */
  readonly strides: Vec3;
}

/**
 * The grid as `code` orders it: its size, its affine (same patient positions) and the strides into the source.
 * Oblique grids stay oblique; the code then means the closest axes.
 */
export function axisView(grid: Grid, code: string): AxisView {
  const from = axisAssignment(grid.affine);
  const to = parseOrientationCode(code);
  const [nx, ny] = grid.size;
  const sourceStrides = [1, nx, nx * ny];
  const size: number[] = [];
  const strides: number[] = [];
  const affine = [...grid.affine];
  let offset = 0;
  for (let i = 0; i < 3; i++) {
    const source = from.axis.indexOf(to.axis[i]!);
    const extent = grid.size[source]!;
    const sign = from.sign[source] === to.sign[i] ? 1 : -1;
    size.push(extent);
    strides.push(sign * sourceStrides[source]!);
    if (sign < 0) offset += (extent - 1) * sourceStrides[source]!;
    for (let row = 0; row < 12; row += 4) {
      const column = grid.affine[row + source]!;
      affine[row + i] = sign < 0 ? 0 - column : column;
      if (sign < 0) affine[row + 3] = affine[row + 3]! + (extent - 1) * column;
    }
  }
  return {
    size: size as unknown as Vec3,
    strides: strides as unknown as Vec3,
    offset,
    affine: affine as Affine,
  };
}

/** Lossless for all 48 orders; voxels keep their patient positions. The same object when nothing changes. */
export function reorient<V extends Voxels>(volume: V, code: string): V {
  const view = axisView(volume, code);
  const [nx, ny, nz] = view.size;
  const [sx, sy, sz] = view.strides;
  if (view.offset === 0 && sx === 1 && sy === nx && sz === nx * ny) return volume;
  const source = volume.voxels;
  const voxels = new (source.constructor as new (length: number) => VoxelArray)(source.length);
  let at = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      let from = view.offset + k * sz + j * sy;
      for (let i = 0; i < nx; i++, from += sx) voxels[at++] = source[from]!;
    }
  }
  return { ...volume, size: view.size, affine: view.affine, voxels };
}
