// Facts about a grid: its digest, its centre, whether two grids are one, whether voxels fit.
import { AppError, canonicalJson, type Sha256, sha256 } from '@tomograph/kernel';
import type { Affine, Grid, Vec3 } from '../volume.js';
import { applyAffine, assertUsable } from './affine.js';
import type { Voxels } from './reorient.js';

/**
 * Names a geometry: equal for equal size and an affine that agrees after rounding: axes to 1e-5 mm, position
 * to 1e-3 mm (float32 files store no more). Two values on either side of a rounding border still differ: ask
 * `sameGeometry` where a tolerance is meant.
 */
export function geometryDigest(grid: Grid): Sha256 {
  const rounded = grid.affine.map((value, at) => Math.round(value * (at % 4 === 3 ? 1e3 : 1e5)) + 0); // + 0: no -0
  return sha256(canonicalJson({ size: grid.size, rounded }));
}

/** Same size, and every corner of the grid at the same place to `toleranceMm`. */
export function sameGeometry(a: Grid, b: Grid, toleranceMm = 1e-3): boolean {
  if (a.size.some((extent, axis) => extent !== b.size[axis])) return false;
  const difference = a.affine.map((value, at) => value - b.affine[at]!);
  return cornerIndices(a.size).every((corner) => {
    const [x, y, z] = applyAffine(difference, corner);
    return Math.hypot(x, y, z) <= toleranceMm;
  });
}

/** LPS mm of the grid's middle. */
export function gridCentreLps(grid: Grid): Vec3 {
  const [nx, ny, nz] = grid.size;
  return applyAffine(grid.affine, [(nx - 1) / 2, (ny - 1) / 2, (nz - 1) / 2]);
}

/** The eight corners of the field of view, outer faces of the voxels included, through any affine. */
export function boundsThrough(affine: Affine, size: Vec3): { readonly low: Vec3; readonly high: Vec3 } {
  const corners = cornerIndices(size, 0.5).map((corner) => applyAffine(affine, corner));
  const pick = (of: (...values: number[]) => number): Vec3 => [
    of(...corners.map((c) => c[0])),
    of(...corners.map((c) => c[1])),
    of(...corners.map((c) => c[2])),
  ];
  return { low: pick(Math.min), high: pick(Math.max) };
}

/** @throws AppError INVALID_ARGUMENT (extents, voxel count) or GEOMETRY_UNSUPPORTED (axes) */
export function assertVolume(volume: Voxels): void {
  const [nx, ny, nz] = volume.size;
  const whole = volume.size.length === 3 && volume.size.every((n) => Number.isSafeInteger(n) && n > 0);
  if (!whole || nx * ny * nz !== volume.voxels.length) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `a volume of size ${volume.size.join(' x ')} cannot hold ${volume.voxels.length} voxels: size and voxels must agree`,
    });
  }
  assertUsable(volume.affine);
}

function cornerIndices(size: Vec3, margin = 0): Vec3[] {
  const ends = size.map((n) => [-margin, n - 1 + margin] as const);
  return Array.from({ length: 8 }, (_, bits) => [
    ends[0]![bits & 1]!,
    ends[1]![(bits >> 1) & 1]!,
    ends[2]![(bits >> 2) & 1]!,
  ]);
}
