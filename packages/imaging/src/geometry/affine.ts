// Arithmetic of 3x4 row-major affines (index -> mm). Knows nothing of voxels or files.
import { AppError } from '@tomograph/kernel';
import type { Affine, Vec3 } from '../volume.js';

export const identityAffine: Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];

/** The affine that applies `inner` first and `outer` second. */
export function composeAffine(outer: Affine, inner: Affine): Affine {
  const out: number[] = [];
  for (let row = 0; row < 3; row++) {
    const [a, b, c, t] = [
      outer[row * 4]!,
      outer[row * 4 + 1]!,
      outer[row * 4 + 2]!,
      outer[row * 4 + 3]!,
    ] as const;
    for (let column = 0; column < 4; column++) {
      const sum = a * inner[column]! + b * inner[4 + column]! + c * inner[8 + column]!;
      out.push(column === 3 ? sum + t : sum);
    }
  }
  return out;
}

/** mm -> index. @throws AppError GEOMETRY_UNSUPPORTED when an axis is missing, doubled or not finite */
export function invertAffine(affine: Affine): Affine {
  assertUsable(affine);
  const [a, b, c, tx, d, e, f, ty, g, h, i, tz] = affine as number[] as Twelve;
  const scale = 1 / determinant(affine);
  const linear = [
    (e * i - f * h) * scale,
    (c * h - b * i) * scale,
    (b * f - c * e) * scale,
    (f * g - d * i) * scale,
    (a * i - c * g) * scale,
    (c * d - a * f) * scale,
    (d * h - e * g) * scale,
    (b * g - a * h) * scale,
    (a * e - b * d) * scale,
  ] as const;
  const row = (r: 0 | 1 | 2) => {
    const [x, y, z] = [linear[r * 3]!, linear[r * 3 + 1]!, linear[r * 3 + 2]!];
    return [x, y, z, -(x * tx + y * ty + z * tz)];
  };
  return [...row(0), ...row(1), ...row(2)];
}

/** A point: index -> mm (or whatever the affine maps). */
export function applyAffine(m: Affine, [x, y, z]: Vec3): Vec3 {
  return [
    m[0]! * x + m[1]! * y + m[2]! * z + m[3]!,
    m[4]! * x + m[5]! * y + m[6]! * z + m[7]!,
    m[8]! * x + m[9]! * y + m[10]! * z + m[11]!,
  ];
}

/** A direction: the translation is left out. */
export function applyLinear(m: Affine, [x, y, z]: Vec3): Vec3 {
  return [
    m[0]! * x + m[1]! * y + m[2]! * z,
    m[4]! * x + m[5]! * y + m[6]! * z,
    m[8]! * x + m[9]! * y + m[10]! * z,
  ];
}

/** Step of one index along i, j, k in mm: the columns' lengths. */
export function spacingMm(affine: Affine): Vec3 {
  const length = (column: number) => Math.hypot(affine[column]!, affine[4 + column]!, affine[8 + column]!);
  return [length(0), length(1), length(2)];
}

/** Unit vectors of the index axes i, j, k in LPS. */
export function directionCosines(affine: Affine): readonly [Vec3, Vec3, Vec3] {
  const spacing = spacingMm(affine);
  const axis = (c: 0 | 1 | 2): Vec3 => [
    affine[c]! / spacing[c],
    affine[4 + c]! / spacing[c],
    affine[8 + c]! / spacing[c],
  ];
  return [axis(0), axis(1), axis(2)];
}

/** Of the 3x3 part: the signed volume of a voxel in mm³; negative = left-handed index axes. */
export function determinant(affine: Affine): number {
  const [a, b, c, , d, e, f, , g, h, i] = affine as number[] as Twelve;
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

/** From the parts that file formats store. `directions` are the unit vectors of i, j, k. */
export function affineFrom(
  spacing: Vec3,
  originLps: Vec3 = [0, 0, 0],
  directions: readonly [Vec3, Vec3, Vec3] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
): Affine {
  const row = (r: 0 | 1 | 2) => [
    directions[0][r] * spacing[0],
    directions[1][r] * spacing[1],
    directions[2][r] * spacing[2],
    originLps[r],
  ];
  return [...row(0), ...row(1), ...row(2)];
}

/** RAS <-> LPS: x and y change sign. It is its own inverse; NIfTI speaks RAS, DICOM and this house LPS. */
export function flipRasLps(affine: Affine): Affine {
  return affine.map((value, at) => (at < 8 ? 0 - value : value));
}

/** @throws AppError GEOMETRY_UNSUPPORTED */
export function assertUsable(affine: Affine): void {
  const [x, y, z] = spacingMm(affine);
  const finite = affine.length === 12 && affine.every(Number.isFinite);
  // Relative to the box of the same spacings, so that tiny and huge voxels are judged alike.
  if (finite && x * y * z > 0 && Math.abs(determinant(affine)) > 1e-6 * x * y * z) return;
  throw new AppError('GEOMETRY_UNSUPPORTED', {
    message:
      'the image axes do not span space: expected three independent finite axes, got ' +
      `spacing ${[x, y, z].map((s) => (Number.isFinite(s) ? s.toPrecision(4) : 'not finite')).join(' x ')} mm ` +
      'with a zero or undefined determinant; the geometry of the source file is broken',
  });
}

type Twelve = [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
