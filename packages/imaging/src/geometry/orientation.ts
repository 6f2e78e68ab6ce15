// Orientation codes: to which side of the patient each index axis grows ('LPS': left, posterior, superior).
// The letters name where an axis leads *to*, as nibabel and ITK-SNAP do, not where it comes from.
import { AppError } from '@tomograph/kernel';
import type { Affine, Vec3 } from '../volume.js';
import { assertUsable, directionCosines } from './affine.js';

const positive = ['L', 'P', 'S'] as const;
const negative = ['R', 'A', 'I'] as const;
const permutations: readonly Vec3[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/** Patient axis (0 = L/R, 1 = P/A, 2 = S/I) and sign of each index axis. */
export interface AxisAssignment {
  readonly axis: Vec3;
  readonly sign: Vec3;
}

/**
 * The closest axis-aligned reading of an affine: of the six permutations the one with the largest sum of
 * |cosines|, so an oblique image is never given the same patient axis twice.
 * @throws AppError GEOMETRY_UNSUPPORTED for degenerate axes
 */
export function axisAssignment(affine: Affine): AxisAssignment {
  assertUsable(affine);
  const cosines = directionCosines(affine);
  const fit = (p: Vec3) =>
    Math.abs(cosines[0][p[0] as 0]) + Math.abs(cosines[1][p[1] as 0]) + Math.abs(cosines[2][p[2] as 0]);
  let best = permutations[0]!;
  for (const p of permutations) if (fit(p) > fit(best) + 1e-9) best = p;
  const sign = (i: 0 | 1 | 2) => (cosines[i][best[i] as 0] < 0 ? -1 : 1);
  return { axis: best, sign: [sign(0), sign(1), sign(2)] };
}

/** E.g. 'LPS', 'RAS', 'SPL'. Oblique images get the code of the closest axes. */
export function orientationCode(affine: Affine): string {
  const { axis, sign } = axisAssignment(affine);
  return [0, 1, 2].map((i) => (sign[i]! > 0 ? positive : negative)[axis[i]!]).join('');
}

/** @throws AppError INVALID_ARGUMENT unless the code names each of L/R, P/A and S/I once */
export function parseOrientationCode(code: string): AxisAssignment {
  const axes: number[] = [];
  const signs: number[] = [];
  for (const letter of code) {
    const plus = positive.indexOf(letter as 'L');
    axes.push(plus >= 0 ? plus : negative.indexOf(letter as 'R'));
    signs.push(plus >= 0 ? 1 : -1);
  }
  if (axes.length !== 3 || ![0, 1, 2].every((axis) => axes.includes(axis))) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `orientation code ${JSON.stringify(code.slice(0, 8))} is not one of the 48: expected one of L/R, one of P/A and one of S/I, e.g. LPS`,
    });
  }
  return { axis: axes as unknown as Vec3, sign: signs as unknown as Vec3 };
}

/** All 48. */
export const orientationCodes: readonly string[] = permutations.flatMap((p) =>
  Array.from({ length: 8 }, (_, bits) =>
    [0, 1, 2].map((i) => ((bits >> i) & 1 ? negative : positive)[p[i]!]).join(''),
  ),
);
