// Looks at the scan around a point before any network does: is this inside, is it lung, are data missing, how thick.
import type { AssessmentWarning, RefusalReason } from './nodule-result.js';
import type { PareConfig } from './pare-config.js';
import { applyAffine, type CtVolume, inverseAffine, paddingBelowHu, slabToLps, type Vec3 } from './patch.js';

export interface Surroundings {
  readonly refusal: { readonly reason: RefusalReason; readonly message: string } | undefined;
  readonly warnings: readonly AssessmentWarning[];
  /** Distance of slices, mm: the largest voxel edge. */
  readonly sliceMm: number;
}

const lungRadiusMm = 20;

export function surroundings(volume: CtVolume, point: Vec3, config: PareConfig): Surroundings {
  const edges = [0, 1, 2].map((axis) =>
    Math.hypot(volume.affine[axis]!, volume.affine[4 + axis]!, volume.affine[8 + axis]!),
  );
  const sliceMm = Math.max(...edges);
  const refuse = (reason: RefusalReason, message: string): Surroundings => ({
    refusal: { reason, message },
    warnings: [],
    sliceMm,
  });
  const inverse = inverseAffine(volume.affine);
  const at = applyAffine(inverse, point);
  const inside = at.every((value, axis) => value >= -0.5 && value <= volume.size[axis]! - 0.5);
  if (!inside || point.some((value) => !Number.isFinite(value)))
    return refuse('OUTSIDE_SCAN', 'the point lies outside the scan: give LPS millimetres inside it');
  if (sliceMm > 10)
    return refuse(
      'SLICES_TOO_FAR_APART',
      `slices lie ${sliceMm.toFixed(1)} mm apart: nothing under 10 mm is seen reliably`,
    );
  const near = surveyBall(volume, inverse, point, 2);
  if (near.padding > 0.2) return refuse('PADDING', 'the scanner recorded nothing at this point (padding)');
  const around = surveyBall(volume, inverse, point, lungRadiusMm);
  if (around.airOutside > 0.9)
    return refuse('OUTSIDE_LUNG', 'there is only air around this point: it lies outside the body');
  if (around.lung < 0.03) return refuse('OUTSIDE_LUNG', `no lung within ${lungRadiusMm} mm of this point`);
  return { refusal: undefined, warnings: warningsOf(volume, inverse, point, sliceMm, config), sliceMm };
}

function warningsOf(
  volume: CtVolume,
  inverse: readonly number[],
  point: Vec3,
  sliceMm: number,
  config: PareConfig,
): AssessmentWarning[] {
  const warnings: AssessmentWarning[] = [];
  if (sliceMm >= 5)
    warnings.push({
      code: 'THICK_SLICES',
      message: `slices of ${sliceMm.toFixed(1)} mm: the interval is widened`,
    });
  else if (sliceMm > 2.6)
    warnings.push({
      code: 'THICKER_THAN_TRAINED',
      message: `slices of ${sliceMm.toFixed(1)} mm are thicker than those of the training (2.5 mm)`,
    });
  if (surveyBall(volume, inverse, point, 12).padding > 0.01)
    warnings.push({ code: 'PADDING_NEAR', message: 'part of the surroundings was not recorded' });
  const [pz, py, px] = config.patch;
  const corners: Vec3[] = [
    slabToLps(config, { centre: point }, 0, 0, 0),
    slabToLps(config, { centre: point }, pz - 1, py - 1, px - 1),
  ];
  const leaves = corners.some((corner) =>
    applyAffine(inverse, corner).some((value, axis) => value < -0.5 || value > volume.size[axis]! - 0.5),
  );
  if (leaves) warnings.push({ code: 'AT_SCAN_EDGE', message: 'the surroundings reach beyond the scan' });
  if (hasRepeatedSlices(volume, applyAffine(inverse, point)))
    warnings.push({
      code: 'SLICES_MISSING',
      message: 'neighbouring slices are equal or constant: data are missing',
    });
  return warnings;
}

interface BallSurvey {
  readonly padding: number;
  readonly lung: number;
  readonly airOutside: number;
}

/** Shares of the voxels within a radius; beyond the scan counts as nothing. */
function surveyBall(
  { size, affine, voxels }: CtVolume,
  inverse: readonly number[],
  point: Vec3,
  radiusMm: number,
): BallSurvey {
  const middle = applyAffine(inverse, point);
  const [low, high] = [
    [0, 0, 0],
    [0, 0, 0],
  ] as [number[], number[]];
  for (let axis = 0; axis < 3; axis++) {
    const reach = radiusMm * Math.hypot(inverse[4 * axis]!, inverse[4 * axis + 1]!, inverse[4 * axis + 2]!);
    low[axis] = Math.max(0, Math.floor(middle[axis]! - reach));
    high[axis] = Math.min(size[axis]! - 1, Math.ceil(middle[axis]! + reach));
  }
  const counts = { all: 0, padding: 0, lung: 0, air: 0 };
  for (let k = low[2]!; k <= high[2]!; k++)
    for (let j = low[1]!; j <= high[1]!; j++)
      for (let i = low[0]!; i <= high[0]!; i++) {
        const [x, y, z] = applyAffine(affine, [i, j, k]);
        const d = Math.hypot(x - point[0], y - point[1], z - point[2]);
        if (
          d > Math.max(radiusMm, 0) &&
          !(i === Math.round(middle[0]) && j === Math.round(middle[1]) && k === Math.round(middle[2]))
        )
          continue;
        const hu = voxels[i + size[0] * (j + size[1] * k)]!;
        counts.all++;
        if (!Number.isFinite(hu) || hu < paddingBelowHu) counts.padding++;
        else if (hu < -965) counts.air++;
        if (hu >= paddingBelowHu && hu < -500) counts.lung++;
      }
  const n = Math.max(counts.all, 1);
  return { padding: counts.padding / n, lung: counts.lung / n, airOutside: counts.air / n };
}

/** Whether one of the slices around the point equals the next in a window of 21 × 21 voxels, or is constant. */
function hasRepeatedSlices({ size: [nx, ny, nz], voxels }: CtVolume, at: Vec3): boolean {
  const [ci, cj, ck] = at.map(Math.round) as [number, number, number];
  for (let k = Math.max(0, ck - 2); k < Math.min(nz - 1, ck + 2); k++) {
    let [same, constant] = [true, true];
    for (let j = Math.max(0, cj - 10); j <= Math.min(ny - 1, cj + 10); j++)
      for (let i = Math.max(0, ci - 10); i <= Math.min(nx - 1, ci + 10); i++) {
        const n = i + nx * (j + ny * k);
        if (voxels[n] !== voxels[n + nx * ny]) same = false;
        if (voxels[n] !== voxels[ci + nx * (cj + ny * k)]) constant = false;
      }
    if (same || constant) return true;
  }
  return false;
}
