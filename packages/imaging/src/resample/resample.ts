// A volume on another grid: linear for intensities, nearest for labels, box means when it shrinks.
import { AppError } from '@tomograph/kernel';
import { composeAffine, invertAffine, spacingMm } from '../geometry/affine.js';
import { assertVolume } from '../geometry/grid.js';
import { orientationCode } from '../geometry/orientation.js';
import { axisView, reorient, type VoxelArray, type Voxels } from '../geometry/reorient.js';
import type { Affine, Grid, Vec3 } from '../volume.js';
import { applyAxisOperators, axisOperator } from './axis-operator.js';
import { sampleLinear, sampleNearest } from './sample.js';

export interface ResampleOptions {
  /** Default: 'nearest' for unsigned voxels (labels are never mixed), else 'linear'. */
  readonly interpolation?: 'linear' | 'nearest';
  /** Value beyond the field of view. Default -1024 (air) for int16, 0 for the others. */
  readonly outside?: number;
}

/** 2^29 voxels: 1 GiB of int16. A larger target is a mistake or an attack. */
export const maxTargetVoxels = 2 ** 29;

/**
 * Resamples along the volume's own axes to exactly `spacing` (mm); the middle of the field of view stays where
 * it is and the extent is kept to half a voxel.
 * @throws AppError INVALID_ARGUMENT, GEOMETRY_UNSUPPORTED, LIMIT_EXCEEDED
 */
export function resampleToSpacing<V extends Voxels>(
  volume: V,
  spacing: number | Vec3,
  options: ResampleOptions = {},
): V {
  assertVolume(volume);
  const want = typeof spacing === 'number' ? ([spacing, spacing, spacing] as const) : spacing;
  assertSpacing(want);
  const have = spacingMm(volume.affine);
  const outputs = volume.size.map((n, a) => Math.max(1, Math.round((n * have[a]!) / want[a]!)));
  const steps = want.map((mm, a) => mm / have[a]!);
  const offsets = outputs.map((n, a) => (volume.size[a]! - 1 - (n - 1) * steps[a]!) / 2);
  return resampleToGrid(volume, indexGrid(volume, outputs, offsets, steps), options);
}

/**
 * Resamples onto any grid: other spacing, other axes, oblique, partly or wholly outside.
 * Aligned axes (any permutation and flip) are separable and take box means when they shrink; oblique ones are
 * shrunk first and then sampled trilinearly.
 * @throws AppError INVALID_ARGUMENT (linear on labels), GEOMETRY_UNSUPPORTED, LIMIT_EXCEEDED
 */
export function resampleToGrid<V extends Voxels>(volume: V, target: Grid, options: ResampleOptions = {}): V {
  assertVolume(volume);
  const count = target.size.reduce((product, n) => product * n, 1);
  if (!(count <= maxTargetVoxels) || target.size.some((n) => !Number.isSafeInteger(n) || n < 1)) {
    throw new AppError('LIMIT_EXCEEDED', {
      message: `the target grid ${target.size.join(' x ')} holds ${count} voxels, expected 1 to ${maxTargetVoxels}: choose a coarser spacing`,
    });
  }
  const isLabel = volume.voxels instanceof Uint16Array || volume.voxels instanceof Uint8Array;
  const interpolation = options.interpolation ?? (isLabel ? 'nearest' : 'linear');
  if (isLabel && interpolation === 'linear') {
    throw new AppError('INVALID_ARGUMENT', {
      message: 'labels cannot be interpolated linearly (a mean of two labels is a third one): use nearest',
    });
  }
  const outside = options.outside ?? (volume.voxels instanceof Int16Array ? -1024 : 0);
  const grid = { size: target.size, affine: target.affine };
  const make = volume.voxels.constructor as new (length: number) => VoxelArray;
  if (interpolation === 'nearest') {
    const voxels = new make(count);
    sampleNearest(
      volume,
      composeAffine(invertAffine(volume.affine), target.affine),
      grid.size,
      voxels,
      outside,
    );
    return { ...volume, ...grid, voxels };
  }
  const aligned = alignedSteps(volume, target);
  const values = aligned
    ? linearAligned(aligned.source, grid.size, aligned.offsets, aligned.steps, outside)
    : linearOblique(volume, target, outside);
  return { ...volume, ...grid, voxels: castVoxels(values, make) };
}

/**
 * At most `maxMm` along each axis by box means that cover the field of view exactly: the mean (and every line
 * integral) is kept. Axes that are fine already, or coarser, stay.
 * @param floor values below count as this (padding -3024 is air, not less than air)
 */
export function shrinkToSpacing(
  volume: Voxels,
  maxMm: number,
  floor = Number.NEGATIVE_INFINITY,
): Voxels<Float32Array> {
  assertVolume(volume);
  assertSpacing([maxMm, maxMm, maxMm]);
  const spacing = spacingMm(volume.affine);
  const outputs = volume.size.map((n, a) => Math.min(n, Math.ceil((n * spacing[a]!) / maxMm - 1e-6)));
  const steps = outputs.map((n, a) => volume.size[a]! / n);
  const offsets = steps.map((step) => (step - 1) / 2);
  const operator = (a: number) => axisOperator(volume.size[a]!, outputs[a]!, offsets[a]!, steps[a]!);
  const voxels = applyAxisOperators(
    volume.voxels,
    volume.size,
    [operator(0), operator(1), operator(2)],
    floor,
  );
  return { ...indexGrid(volume, outputs, offsets, steps), voxels };
}

/** The grid whose index o lies at the source's index offset + step * o. */
function indexGrid(
  source: Grid,
  size: readonly number[],
  offsets: readonly number[],
  steps: readonly number[],
): Grid {
  const [sx, sy, sz] = steps as Vec3;
  const [ox, oy, oz] = offsets as Vec3;
  return {
    size: size as unknown as Vec3,
    affine: composeAffine(source.affine, [sx, 0, 0, ox, 0, sy, 0, oy, 0, 0, sz, oz]),
  };
}

/** The source in the target's axis order with per-axis offset and step, or undefined when the axes are oblique. */
function alignedSteps(volume: Voxels, target: Grid) {
  const code = orientationCode(target.affine);
  const view = axisView(volume, code);
  const map = composeAffine(invertAffine(view.affine), target.affine);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      // a thousandth of a voxel over the whole extent is round-off, not obliquity
      if (row !== column && Math.abs(map[row * 4 + column]!) * target.size[column]! > 1e-3) return undefined;
    }
  }
  return {
    source: reorient(volume, code),
    offsets: [map[3]!, map[7]!, map[11]!] as const,
    steps: [map[0]!, map[5]!, map[10]!] as const,
  };
}

function linearAligned(
  source: Voxels,
  size: Vec3,
  offsets: Vec3,
  steps: Vec3,
  outside: number,
): Float32Array {
  const operator = (a: 0 | 1 | 2) => axisOperator(source.size[a], size[a], offsets[a], steps[a]);
  const values = applyAxisOperators(source.voxels, source.size, [operator(0), operator(1), operator(2)]);
  const isInside = ([0, 1, 2] as const).map((a) =>
    Array.from({ length: size[a] }, (_, o) => {
      const position = offsets[a] + steps[a] * o;
      return position >= -0.5 - 1e-6 && position <= source.size[a] - 0.5 + 1e-6;
    }),
  );
  if (isInside.every((axis) => axis.every(Boolean))) return values;
  const [nx, ny, nz] = size;
  for (let k = 0, at = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const inPlane = isInside[1]![j]! && isInside[2]![k]!;
      for (let i = 0; i < nx; i++, at++) if (!inPlane || !isInside[0]![i]!) values[at] = outside;
    }
  }
  return values;
}

function linearOblique(volume: Voxels, target: Grid, outside: number): Float32Array {
  // Where every target step is longer than the source's voxels, samples would skip voxels: shrink first.
  const coarsest = Math.min(...spacingMm(target.affine));
  const source =
    Math.min(...spacingMm(volume.affine)) < coarsest / 1.5 ? shrinkToSpacing(volume, coarsest) : volume;
  const map: Affine = composeAffine(invertAffine(source.affine), target.affine);
  const values = new Float32Array(target.size[0] * target.size[1] * target.size[2]);
  sampleLinear(source, map, target.size, values, outside);
  return values;
}

function castVoxels(values: Float32Array, make: new (length: number) => VoxelArray): VoxelArray {
  const voxels = new make(0);
  if (voxels instanceof Float32Array) return values;
  const out = new Int16Array(values.length);
  for (let at = 0; at < values.length; at++) {
    const value = Math.round(values[at]!);
    out[at] = value < -32768 ? -32768 : Math.min(value, 32767);
  }
  return out;
}

function assertSpacing(spacing: Vec3): void {
  if (spacing.every((mm) => mm > 0 && Number.isFinite(mm))) return;
  throw new AppError('INVALID_ARGUMENT', {
    message: `a spacing must be three positive lengths in mm, got ${spacing.join(' x ')}`,
  });
}
