// A CT of any grid -> what every cell of the patient is made of, and the frame that leads from a cell back to the patient.
// A cell holds shares of its points by HU, not one mean: a calcification, emphysema or a nodule is a share that a mean of
// 28 mm would lose. Knows volumes only by their structure. Input rules: docs/reference/biud.md.
import { AppError } from '@tomograph/kernel';
import { type CtVolume, inverseAffine, paddingBelowHu, type Vec3 } from '../pare/patch.js';
import { filmInput } from './film-input.js';

/** Box of the patient that the cells divide, LPS mm. */
export interface CtFrame {
  readonly low: Vec3;
  readonly high: Vec3;
}

export interface CtInput {
  /** [z, y, x, tissue] square roots of shares, which sum to 1 in a cell; x to the left, y to the back, z to the head. */
  readonly cells: Float32Array;
  /** The scan's own frontal projection, [size · size] as `filmInput` has it. */
  readonly front: Float32Array;
  readonly frame: CtFrame;
}

/**
 * Upper HU of each tissue but the last. Narrow where disease moves a tissue little: emphysema below −930, ground glass up
 * to −550, fat, fluid from 0, soft tissue, contrast and calcium.
 */
export const tissueEdges = [
  -960, -930, -900, -860, -800, -700, -550, -350, -150, -60, -10, 20, 50, 90, 130, 200, 350, 600,
] as const;
export const tissueCount = tissueEdges.length + 1;

const bodyAboveHu = -500;
/** A longer scan is read from its top: the encoder knows chests. */
export const maxLengthMm = 340;
/** Points looked at along each edge of a cell. */
const maxPoints = 12;
/** Voxels looked at to find the body. */
const maxLooked = 400_000;
const airHu = -1000;

/**
 * @param size cells along each axis; @param filmSize pixels along each edge of the projection
 * @throws AppError INVALID_ARGUMENT where nothing in the scan is body
 */
export function ctInput(volume: CtVolume, size: number, filmSize: number): CtInput {
  const frame = bodyFrame(volume);
  const inverse = inverseAffine(volume.affine);
  return {
    cells: tissueCells(volume, frame, inverse, size),
    front: frontal(volume, frame, inverse, filmSize),
    frame,
  };
}

/** Where the body of a scan is. @throws AppError INVALID_ARGUMENT where there is none */
export const ctFrame = (volume: CtVolume): CtFrame => bodyFrame(volume);

function tissueCells(
  volume: CtVolume,
  frame: CtFrame,
  inverse: readonly number[],
  size: number,
): Float32Array {
  const cell = [0, 1, 2].map((a) => (frame.high[a]! - frame.low[a]!) / size);
  const voxelMm = [0, 1, 2].map((a) =>
    Math.hypot(volume.affine[a]!, volume.affine[4 + a]!, volume.affine[8 + a]!),
  );
  // LPS axis a is looked at as finely as the finest voxel edge asks for
  const finest = Math.min(...voxelMm);
  const points = cell.map((mm) => Math.min(maxPoints, Math.max(1, Math.round(mm / finest))));
  const [sx, sy, sz] = points as [number, number, number];
  const count = sx * sy * sz;
  const cells = new Float32Array(size ** 3 * tissueCount);
  const point = (axis: 0 | 1 | 2, at: number, sub: number, of: number): number =>
    frame.low[axis] + (at + (sub + 0.5) / of) * cell[axis]!;
  let n = 0;
  for (let k = 0; k < size; k++)
    for (let j = 0; j < size; j++)
      for (let i = 0; i < size; i++) {
        for (let c = 0; c < sz; c++)
          for (let b = 0; b < sy; b++)
            for (let a = 0; a < sx; a++) {
              const hu = sampleAt(
                volume,
                inverse,
                point(0, i, a, sx),
                point(1, j, b, sy),
                point(2, k, c, sz),
              );
              cells[n + tissueOf(hu)]! += 1;
            }
        for (const end = n + tissueCount; n < end; n++) cells[n] = Math.sqrt(cells[n]! / count);
      }
  return cells;
}

/** Water equivalent along the patient's back, over the whole width of the scan: what an AP film of it would show. */
function frontal(volume: CtVolume, frame: CtFrame, inverse: readonly number[], size: number): Float32Array {
  const [low, high] = scanBox(volume);
  const step = [0, 1, 2].map((a) => (a === 2 ? frame.high[2] - frame.low[2] : high[a]! - low[a]!) / size);
  const pixels = new Float32Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const [x, z] = [low[0] + (column + 0.5) * step[0]!, frame.high[2] - (row + 0.5) * step[2]!];
      let sum = 0;
      for (let depth = 0; depth < size; depth++) {
        const y = low[1] + (depth + 0.5) * step[1]!;
        sum += Math.max(0, sampleAt(volume, inverse, x, y, z) / 1000 + 1);
      }
      pixels[row * size + column] = sum / size;
    }
  return filmInput({ width: size, height: size, pixels }, size);
}

/** Corners of the scan along the patient's axes, LPS mm. */
function scanBox({ size: [nx, ny, nz], affine: m }: CtVolume): [Vec3, Vec3] {
  const low: [number, number, number] = [Infinity, Infinity, Infinity];
  const high: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (const corner of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const [i, j, k] = [
      corner & 1 ? nx - 0.5 : -0.5,
      corner & 2 ? ny - 0.5 : -0.5,
      corner & 4 ? nz - 0.5 : -0.5,
    ];
    for (const a of [0, 1, 2] as const) {
      const at = m[4 * a]! * i + m[4 * a + 1]! * j + m[4 * a + 2]! * k + m[4 * a + 3]!;
      low[a] = Math.min(low[a], at);
      high[a] = Math.max(high[a], at);
    }
  }
  return [low, high];
}

function tissueOf(hu: number): number {
  let [low, high]: [number, number] = [0, tissueEdges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (hu < tissueEdges[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Middle of a region cell, LPS mm. @param cell index in z, y, x order of `regions` cells an axis */
export function cellCentre(frame: CtFrame, cell: number, regions: number): Vec3 {
  const index = [cell % regions, Math.floor(cell / regions) % regions, Math.floor(cell / regions ** 2)];
  const at = (axis: 0 | 1 | 2): number =>
    frame.low[axis] + ((index[axis]! + 0.5) / regions) * (frame.high[axis] - frame.low[axis]);
  return [at(0), at(1), at(2)];
}

/** The middle 99 % of the body across and in depth (a couch is little of it), the scan's own length in z. */
function bodyFrame(volume: CtVolume): CtFrame {
  const [nx, ny, nz] = volume.size;
  const step = Math.max(1, Math.ceil(Math.cbrt((nx * ny * nz) / maxLooked)));
  const m = volume.affine;
  const points: number[][] = [[], [], []];
  for (let k = 0; k < nz; k += step)
    for (let j = 0; j < ny; j += step)
      for (let i = 0; i < nx; i += step) {
        if (volume.voxels[i + nx * (j + ny * k)]! < bodyAboveHu) continue;
        for (const axis of [0, 1])
          points[axis]!.push(
            m[4 * axis]! * i + m[4 * axis + 1]! * j + m[4 * axis + 2]! * k + m[4 * axis + 3]!,
          );
      }
  if (points[0]!.length < 8) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `nothing in this scan of ${nx} × ${ny} × ${nz} is denser than ${bodyAboveHu} HU: expected a patient`,
      facts: { size: volume.size },
    });
  }
  const [low, high] = scanBox(volume).map((corner) => corner[2]) as [number, number];
  const [x, y] = points.map((values) => {
    const sorted = Float64Array.from(values).sort();
    const at = (q: number): number => sorted[Math.round(q * (sorted.length - 1))]!;
    const margin = 0.02 * (at(0.995) - at(0.005)) + 1;
    return [at(0.005) - margin, at(0.995) + margin] as const;
  }) as [readonly [number, number], readonly [number, number]];
  return { low: [x[0], y[0], Math.max(low, high - maxLengthMm)], high: [x[1], y[1], high] };
}

/** Trilinear; outside the scan and in padding it is air. */
function sampleAt(volume: CtVolume, inverse: readonly number[], x: number, y: number, z: number): number {
  const [nx, ny, nz] = volume.size;
  const u = inverse[0]! * x + inverse[1]! * y + inverse[2]! * z + inverse[3]!;
  const v = inverse[4]! * x + inverse[5]! * y + inverse[6]! * z + inverse[7]!;
  const w = inverse[8]! * x + inverse[9]! * y + inverse[10]! * z + inverse[11]!;
  if (u < -0.5 || v < -0.5 || w < -0.5 || u > nx - 0.5 || v > ny - 0.5 || w > nz - 0.5) return airHu;
  const clamp = (value: number, n: number): number => Math.min(Math.max(value, 0), n - 1);
  const [cu, cv, cw] = [clamp(u, nx), clamp(v, ny), clamp(w, nz)];
  const [i, j, k] = [Math.floor(cu), Math.floor(cv), Math.floor(cw)];
  const [fu, fv, fw] = [cu - i, cv - j, cw - k];
  const [right, down, up] = [i + 1 < nx ? 1 : 0, j + 1 < ny ? nx : 0, k + 1 < nz ? nx * ny : 0];
  const at = i + nx * (j + ny * k);
  const hu = (offset: number): number => {
    const value = volume.voxels[offset]!;
    return value < paddingBelowHu ? airHu : value;
  };
  const row = (o: number): number => hu(o) + (hu(o + right) - hu(o)) * fu;
  const plane = (o: number): number => row(o) + (row(o + down) - row(o)) * fv;
  return plane(at) + (plane(at + up) - plane(at)) * fw;
}
