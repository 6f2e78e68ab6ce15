// Where the body is in a CT: couch, clothes and air left out. A heuristic for framing, not a segmentation.
import { AppError } from '@tomograph/kernel';
import { spacingMm } from '../geometry/affine.js';
import { assertVolume } from '../geometry/grid.js';
import { orientationCode } from '../geometry/orientation.js';
import { reorient } from '../geometry/reorient.js';
import type { LabelVolume, Vec3, Volume } from '../volume.js';
import { applyAxisOperators, axisOperator } from './axis-operator.js';
import { largeComponents, sliceBody } from './components.js';
import { crop } from './crop.js';

/** Below lies air, lung and mattress, above every soft tissue. */
export const bodyThresholdHu = -300;
const maskPixelMm = 2;

/**
 * 1 = body (lungs and gas inside included), 0 = outside. Per axial slice: threshold, opening by one pixel, the
 * components of at least 40 % of the largest (two legs stay, the couch goes), holes filled; then the 3-D
 * components of at least 10 % of the largest. Works at about 2 mm in the plane, so its edge is that coarse.
 * @throws AppError INVALID_ARGUMENT, GEOMETRY_UNSUPPORTED
 */
export function bodyMask(volume: Volume): LabelVolume {
  assertVolume(volume);
  const upright = reorient(volume, 'LPS');
  const [nx, ny, nz] = upright.size;
  const [sx, sy] = spacingMm(upright.affine);
  const [mx, my] = [Math.ceil((nx * sx) / maskPixelMm), Math.ceil((ny * sy) / maskPixelMm)];
  const [width, height] = [Math.min(nx, mx), Math.min(ny, my)];
  const [stepX, stepY] = [nx / width, ny / height];
  const small = applyAxisOperators(upright.voxels, upright.size, [
    axisOperator(nx, width, (stepX - 1) / 2, stepX),
    axisOperator(ny, height, (stepY - 1) / 2, stepY),
    axisOperator(nz, nz, 0, 1),
  ]);
  const body = new Uint8Array(small.length);
  for (let k = 0; k < nz; k++) {
    const plane = width * height;
    sliceBody(
      small.subarray(k * plane, (k + 1) * plane),
      width,
      height,
      bodyThresholdHu,
      body.subarray(k * plane, (k + 1) * plane),
    );
  }
  largeComponents(body, [width, height, nz], 0.1);
  const voxels = enlarge(body, [width, height], upright.size);
  return reorient({ size: upright.size, affine: upright.affine, voxels }, orientationCode(volume.affine));
}

export interface CropToBodyOptions {
  /** Kept around the body's box where the volume has it; default 0. */
  readonly marginMm?: number;
  /** HU written outside the body; default -1024. 'keep' leaves couch and air as they are. */
  readonly outside?: number | 'keep';
}

/**
 * The smallest box that holds the body, everything outside the body made air.
 * @throws AppError INVALID_ARGUMENT when nothing in the volume is denser than -300 HU
 */
export function cropToBody(volume: Volume, options: CropToBodyOptions = {}): Volume {
  const mask = bodyMask(volume);
  const box = boundingBox(mask);
  if (box === undefined) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `no body found: no part of the volume is denser than ${bodyThresholdHu} HU; is it a CT in Hounsfield units?`,
    });
  }
  const outside = options.outside ?? -1024;
  const cleaned =
    outside === 'keep'
      ? volume
      : { ...volume, voxels: volume.voxels.map((hu, at) => (mask.voxels[at] ? hu : outside)) };
  const margin = spacingMm(volume.affine).map((mm) => Math.round((options.marginMm ?? 0) / mm));
  const low = box.low.map((n, a) => Math.max(0, n - margin[a]!)) as unknown as Vec3;
  const size = box.high.map((n, a) => Math.min(volume.size[a]!, n + margin[a]! + 1) - low[a]!);
  return crop(cleaned, low, size as unknown as Vec3);
}

/** First and last index of any non-zero voxel on each axis; undefined when all are zero. */
export function boundingBox(mask: LabelVolume): { readonly low: Vec3; readonly high: Vec3 } | undefined {
  const [nx, ny, nz] = mask.size;
  const low: [number, number, number] = [nx, ny, nz];
  const high: [number, number, number] = [-1, -1, -1];
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const row = nx * (j + ny * k);
      let first = 0;
      while (first < nx && !mask.voxels[row + first]) first++;
      if (first === nx) continue;
      let last = nx - 1;
      while (!mask.voxels[row + last]) last--;
      low[0] = Math.min(low[0], first);
      high[0] = Math.max(high[0], last);
      low[1] = Math.min(low[1], j);
      high[1] = Math.max(high[1], j);
      low[2] = Math.min(low[2], k);
      high[2] = k;
    }
  }
  return high[2] < 0 ? undefined : { low, high };
}

function enlarge(
  body: Uint8Array,
  [width, height]: readonly [number, number],
  [nx, ny, nz]: Vec3,
): Uint16Array {
  const columns = Int32Array.from({ length: nx }, (_, i) => Math.floor(((i + 0.5) * width) / nx));
  const voxels = new Uint16Array(nx * ny * nz);
  for (let k = 0, at = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const row = width * (Math.floor(((j + 0.5) * height) / ny) + height * k);
      for (let i = 0; i < nx; i++) voxels[at++] = body[row + columns[i]!]!;
    }
  }
  return voxels;
}
