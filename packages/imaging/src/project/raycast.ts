// Line integrals through a voxel grid by Joseph's method: along each ray, one bilinear sample per slice of the
// axis the ray follows most. Exact for rays along an axis, second order else.
// Source: P. M. Joseph, "An improved algorithm for reprojecting rays through pixel images", IEEE TMI 1982.
import { applyAffine, applyLinear, invertAffine } from '../geometry/affine.js';
import type { Voxels } from '../geometry/reorient.js';
import type { Affine, Image2d, Vec3 } from '../volume.js';

/** A flat detector in LPS mm: pixel (column, row) is at corner + column * across + row * down. */
export interface Detector {
  readonly corner: Vec3;
  readonly across: Vec3;
  readonly down: Vec3;
  readonly width: number;
  readonly height: number;
}

export type RaySource =
  | { readonly kind: 'point'; readonly atLps: Vec3 }
  | { readonly kind: 'direction'; readonly alongLps: Vec3 };

/** Integral of `density` (per mm) along the ray of each detector pixel; outside the grid it is 0. */
export function castRays(density: Voxels<Float32Array>, source: RaySource, detector: Detector): Image2d {
  const padded = padByOne(density);
  const toIndex = invertAffine(density.affine);
  const pixels = new Float32Array(detector.width * detector.height);
  const { corner, across, down } = detector;
  for (let row = 0, at = 0; row < detector.height; row++) {
    for (let column = 0; column < detector.width; column++, at++) {
      const pixel = add(corner, across, column, down, row);
      const along = source.kind === 'point' ? add(pixel, source.atLps, -1, source.atLps, 0) : source.alongLps;
      pixels[at] = castRay(padded, toIndex, pixel, along);
    }
  }
  const length = (v: Vec3) => Math.hypot(v[0], v[1], v[2]);
  return {
    width: detector.width,
    height: detector.height,
    pixels,
    spacingMm: [length(across), length(down)],
  };
}

function castRay(padded: Voxels<Float32Array>, toIndex: Affine, through: Vec3, along: Vec3): number {
  const p = applyAffine(toIndex, through);
  const d = applyLinear(toIndex, along);
  const m = mainAxis(d);
  const [b, c] = (
    [
      [1, 2],
      [0, 2],
      [0, 1],
    ] as const
  )[m];
  const n = padded.size;
  const strides = [1, n[0], n[0] * n[1]] as const;
  // position on axes b and c at padded slice s of the main axis: from + step * s
  const [stepB, stepC] = [d[b] / d[m], d[c] / d[m]];
  const fromB = p[b] + 1 + stepB * (-1 - p[m]);
  const fromC = p[c] + 1 + stepC * (-1 - p[m]);
  const [lowB, highB] = slices(fromB, stepB, n[b] - 1);
  const [lowC, highC] = slices(fromC, stepC, n[c] - 1);
  const first = Math.max(1, Math.ceil(Math.max(lowB, lowC)));
  const last = Math.min(n[m] - 2, Math.floor(Math.min(highB, highC)));
  const data = padded.voxels;
  const [mainStride, strideB, strideC] = [strides[m], strides[b], strides[c]];
  let sum = 0;
  for (let s = first; s <= last; s++) {
    const u = fromB + stepB * s;
    const v = fromC + stepC * s;
    const i = Math.min(Math.max(Math.floor(u), 0), n[b] - 2);
    const j = Math.min(Math.max(Math.floor(v), 0), n[c] - 2);
    const fu = u - i;
    const fv = v - j;
    const at = s * mainStride + i * strideB + j * strideC;
    sum +=
      (data[at]! * (1 - fu) + data[at + strideB]! * fu) * (1 - fv) +
      (data[at + strideC]! * (1 - fu) + data[at + strideB + strideC]! * fu) * fv;
  }
  const mmPerSlice = Math.hypot(along[0], along[1], along[2]) / Math.abs(d[m]);
  return sum * mmPerSlice;
}

function mainAxis(d: Vec3): 0 | 1 | 2 {
  const [x, y, z] = [Math.abs(d[0]), Math.abs(d[1]), Math.abs(d[2])] as const;
  return x >= y && x >= z ? 0 : y >= z ? 1 : 2;
}

/** The range of s for which 0 <= from + step * s <= high. */
function slices(from: number, step: number, high: number): readonly [number, number] {
  if (Math.abs(step) < 1e-12) return from >= 0 && from <= high ? [-Infinity, Infinity] : [1, 0];
  const [s, t] = [(0 - from) / step, (high - from) / step];
  return s < t ? [s, t] : [t, s];
}

/** A border of zeros, so that samples next to the grid need no case of their own. */
function padByOne({ size, affine, voxels }: Voxels<Float32Array>): Voxels<Float32Array> {
  const [nx, ny, nz] = size;
  const [mx, my] = [nx + 2, ny + 2];
  const out = new Float32Array(mx * my * (nz + 2));
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const row = nx * (j + ny * k);
      out.set(voxels.subarray(row, row + nx), 1 + mx * (j + 1 + my * (k + 1)));
    }
  }
  return { size: [mx, my, nz + 2], affine, voxels: out };
}

function add(base: Vec3, u: Vec3, s: number, v: Vec3, t: number): Vec3 {
  return [base[0] + u[0] * s + v[0] * t, base[1] + u[1] * s + v[1] * t, base[2] + u[2] * s + v[2] * t];
}
