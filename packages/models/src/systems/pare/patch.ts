// Cuts the slab that the network reads out of a volume: trilinear, borders repeated, padding read as air.
// Knows volumes only by their structure; no file, no DICOM.
import type { PareConfig } from './pare-config.js';

export type Vec3 = readonly [number, number, number];

/** A CT in HU. Voxel (i, j, k) at i + nx·(j + ny·k); `affine` 3x4 row-major, index -> LPS mm at voxel centres. */
export interface CtVolume {
  readonly size: Vec3;
  readonly affine: readonly number[];
  readonly voxels: ArrayLike<number>;
}

/** Where and how a slab lies: middle in LPS mm, turned in the axial plane, perhaps mirrored, perhaps coarser. */
export interface SlabPose {
  readonly centre: Vec3;
  readonly zoom?: number;
  readonly turn?: number;
  readonly mirror?: Vec3;
}

/** Values below this are padding outside the field of view (-3024, -2000), not air. */
export const paddingBelowHu = -1500;
const airHu = -1000;

/** Rows of the inverse of an index -> mm matrix: mm -> index. */
export function inverseAffine(affine: readonly number[]): number[] {
  const [a, b, c, tx, d, e, f, ty, g, h, i, tz] = affine as number[] & { length: 12 };
  const det = a! * (e! * i! - f! * h!) - b! * (d! * i! - f! * g!) + c! * (d! * h! - e! * g!);
  const m = [
    (e! * i! - f! * h!) / det,
    (c! * h! - b! * i!) / det,
    (b! * f! - c! * e!) / det,
    (f! * g! - d! * i!) / det,
    (a! * i! - c! * g!) / det,
    (c! * d! - a! * f!) / det,
    (d! * h! - e! * g!) / det,
    (b! * g! - a! * h!) / det,
    (a! * e! - b! * d!) / det,
  ];
  const t = (r: number): number => -(m[3 * r]! * tx! + m[3 * r + 1]! * ty! + m[3 * r + 2]! * tz!);
  return [m[0]!, m[1]!, m[2]!, t(0), m[3]!, m[4]!, m[5]!, t(1), m[6]!, m[7]!, m[8]!, t(2)];
}

export const applyAffine = (m: readonly number[], [x, y, z]: Vec3): [number, number, number] => [
  m[0]! * x + m[1]! * y + m[2]! * z + m[3]!,
  m[4]! * x + m[5]! * y + m[6]! * z + m[7]!,
  m[8]! * x + m[9]! * y + m[10]! * z + m[11]!,
];

/** LPS mm of a slab's voxel (z, y, x), fractions allowed. */
export function slabToLps(config: PareConfig, pose: SlabPose, z: number, y: number, x: number): Vec3 {
  const { zoom = 1, turn = 0, mirror = [1, 1, 1] } = pose;
  const [pz, py, px] = config.patch;
  const [sz, sy, sx] = config.spacingMm;
  const u = (x - (px - 1) / 2) * sx * zoom * mirror[0];
  const v = (y - (py - 1) / 2) * sy * zoom * mirror[1];
  const w = (z - (pz - 1) / 2) * sz * zoom * mirror[2];
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return [pose.centre[0] + cos * u - sin * v, pose.centre[1] + sin * u + cos * v, pose.centre[2] + w];
}

/** HU of the slab, [z·y·x] flat. `nearest` for label volumes. */
export function sampleSlab(
  volume: CtVolume,
  config: PareConfig,
  pose: SlabPose,
  mode: 'linear' | 'nearest' = 'linear',
): Float32Array {
  const [pz, py, px] = config.patch;
  const inverse = inverseAffine(volume.affine);
  const at = (z: number, y: number, x: number) => applyAffine(inverse, slabToLps(config, pose, z, y, x));
  const origin = at(0, 0, 0);
  const step = [at(1, 0, 0), at(0, 1, 0), at(0, 0, 1)].map((p) =>
    p.map((value, axis) => value - origin[axis]!),
  );
  const [dz, dy, dx] = step as [number[], number[], number[]];
  const out = new Float32Array(pz * py * px);
  const read = mode === 'linear' ? linear : nearest;
  let n = 0;
  for (let z = 0; z < pz; z++)
    for (let y = 0; y < py; y++)
      for (let x = 0; x < px; x++) {
        out[n++] = read(
          volume,
          origin[0] + z * dz[0]! + y * dy[0]! + x * dx[0]!,
          origin[1] + z * dz[1]! + y * dy[1]! + x * dx[1]!,
          origin[2] + z * dz[2]! + y * dy[2]! + x * dx[2]!,
        );
      }
  return out;
}

function nearest({ size: [nx, ny, nz], voxels }: CtVolume, x: number, y: number, z: number): number {
  const clamp = (value: number, n: number): number => Math.min(Math.max(Math.round(value), 0), n - 1);
  return voxels[clamp(x, nx) + nx * (clamp(y, ny) + ny * clamp(z, nz))]!;
}

function linear({ size: [nx, ny, nz], voxels }: CtVolume, x: number, y: number, z: number): number {
  const cx = Math.min(Math.max(x, 0), nx - 1);
  const cy = Math.min(Math.max(y, 0), ny - 1);
  const cz = Math.min(Math.max(z, 0), nz - 1);
  const [i, j, k] = [Math.floor(cx), Math.floor(cy), Math.floor(cz)];
  const [fx, fy, fz] = [cx - i, cy - j, cz - k];
  const right = i + 1 < nx ? 1 : 0;
  const down = j + 1 < ny ? nx : 0;
  const up = k + 1 < nz ? nx * ny : 0;
  const at = i + nx * (j + ny * k);
  const row = (offset: number): number => {
    const a = air(voxels[offset]!);
    return a + (air(voxels[offset + right]!) - a) * fx;
  };
  const low = row(at) + (row(at + down) - row(at)) * fy;
  if (up === 0 || fz === 0) return low;
  return low + (row(at + up) + (row(at + up + down) - row(at + up)) * fy - low) * fz;
}

const air = (hu: number): number => (hu < paddingBelowHu ? airHu : hu);

/** The two channels of the network from HU: soft tissue and lung, and bright calcium. [2, voxels] flat. */
export function windows(hu: Float32Array, out: Float32Array, offset: number): void {
  const n = hu.length;
  for (let i = 0; i < n; i++) {
    const value = hu[i]!;
    out[offset + i] = (Math.min(Math.max(value, -1000), 400) + 300) / 700;
    out[offset + n + i] = Math.min(Math.max(value - 100, 0), 800) / 400;
  }
}
