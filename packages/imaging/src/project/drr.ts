// A CT seen as an X-ray (digitally reconstructed radiograph): the integral of attenuation along each ray.
// One energy, no scatter, no beam hardening: geometry is physical, contrast only roughly so.
import { AppError } from '@tomograph/kernel';
import { affineFrom, composeAffine } from '../geometry/affine.js';
import { assertVolume, boundsThrough } from '../geometry/grid.js';
import type { Voxels } from '../geometry/reorient.js';
import { shrinkToSpacing } from '../resample/resample.js';
import type { Affine, Image2d, Vec3, Volume } from '../volume.js';
import { type DisplayOptions, displayLineIntegrals } from './display.js';
import { castRays, type Detector, type RaySource } from './raycast.js';

/** Water at about 60 keV: 0.0206 per mm. Source: NIST XCOM, mass attenuation 0.2059 cm²/g. */
export const muWaterPerMm = 0.0206;

export type ProjectionView = 'AP' | 'PA' | 'LATERAL';

export type Beam =
  | { readonly kind: 'parallel' }
  | { readonly kind: 'cone'; readonly sourceToDetectorMm: number; readonly sourceToCentreMm: number };

/** How the patient stands: turned about the volume's centre (x, y, z of LPS, in this order), then scaled. */
export interface Pose {
  readonly rotationDegrees?: Vec3;
  readonly scale?: number;
  readonly shiftMm?: Vec3;
}

export interface ProjectionOptions {
  readonly view: ProjectionView;
  readonly beam?: Beam;
  readonly pose?: Pose;
  /** Detector pixel in mm; default 2. */
  readonly pixelMm?: number;
  /** Detector (columns, rows); default: as many as show the whole unposed volume. At most 4096 each. */
  readonly size?: readonly [number, number];
  /** The volume is first brought to at most this spacing by box means, which keep integrals; default 2.5. */
  readonly voxelMm?: number;
}

/**
 * Line integrals (no unit) of mu = muWater * (1 + HU / 1000), air and less = 0. Row 0 is cranial. AP and PA:
 * column 0 is the patient's right (PA is displayed like AP, as films are). LATERAL: column 0 is anterior, the
 * detector at the patient's left. The centre ray meets the volume's centre; spacingMm is that of the detector.
 * @throws AppError INVALID_ARGUMENT for a beam whose source or detector lies inside the volume
 */
export function projectLineIntegrals(volume: Volume, options: ProjectionOptions): Image2d {
  return projectDensity(attenuation(volume, options.voxelMm ?? 2.5), options);
}

export interface Drr {
  /** [0, 1], dense = bright, after noise, tone curve and collimation. */
  readonly display: Image2d;
  /** The noise-free line integrals. */
  readonly lineIntegrals: Image2d;
}

/** Projection and display in one step; see `projectLineIntegrals` and `displayLineIntegrals`. */
export function renderDrr(volume: Volume, options: ProjectionOptions & DisplayOptions): Drr {
  const lineIntegrals = projectLineIntegrals(volume, options);
  return { display: displayLineIntegrals(lineIntegrals, options), lineIntegrals };
}

/** Attenuation per mm on a grid of at most `voxelMm`: project many poses of one volume without shrinking again. */
export function attenuation(volume: Volume, voxelMm = 2.5): Voxels<Float32Array> {
  assertVolume(volume);
  const density = shrinkToSpacing(volume, voxelMm, -1000);
  for (let at = 0; at < density.voxels.length; at++) {
    density.voxels[at] = muWaterPerMm * (1 + density.voxels[at]! / 1000);
  }
  return density;
}

/** As `projectLineIntegrals`, of attenuation per mm. */
export function projectDensity(density: Voxels<Float32Array>, options: ProjectionOptions): Image2d {
  const bounds = boundsThrough(density.affine, density.size);
  const centre = [0, 1, 2].map((a) => (bounds.low[a]! + bounds.high[a]!) / 2) as unknown as Vec3;
  const extent = [0, 1, 2].map((a) => bounds.high[a]! - bounds.low[a]!) as unknown as Vec3;
  const { source, detector } = setUp(options, centre, extent);
  const affine = options.pose
    ? composeAffine(poseAffine(options.pose, centre), density.affine)
    : density.affine;
  return castRays({ ...density, affine }, source, detector);
}

function setUp(
  options: ProjectionOptions,
  centre: Vec3,
  extent: Vec3,
): { source: RaySource; detector: Detector } {
  // beam direction, and which LPS axis runs along the columns
  const { along, acrossAxis } = (
    {
      AP: { along: [0, 1, 0], acrossAxis: 0 },
      PA: { along: [0, -1, 0], acrossAxis: 0 },
      LATERAL: { along: [1, 0, 0], acrossAxis: 1 },
    } as const
  )[options.view];
  const depth = extent[acrossAxis === 0 ? 1 : 0];
  const beam = options.beam ?? { kind: 'parallel' };
  const { magnification, behind } =
    beam.kind === 'cone' ? coneDistances(beam, depth) : { magnification: 1, behind: 0 };
  const pixelMm = options.pixelMm ?? 2;
  const fit = (mm: number) => Math.max(1, Math.ceil((mm * magnification) / pixelMm - 1e-6));
  const [width, height] = options.size ?? [fit(extent[acrossAxis]), fit(extent[2])];
  assertDetector(width, height, pixelMm);
  const across: Vec3 = acrossAxis === 0 ? [pixelMm, 0, 0] : [0, pixelMm, 0];
  const [halfWidth, halfHeight] = [(width - 1) / 2, ((height - 1) / 2) * pixelMm];
  const corner: Vec3 = [
    centre[0] + along[0] * behind - across[0] * halfWidth,
    centre[1] + along[1] * behind - across[1] * halfWidth,
    centre[2] + halfHeight,
  ];
  const detector: Detector = { corner, across, down: [0, 0, 0 - pixelMm], width, height };
  if (beam.kind === 'parallel') return { source: { kind: 'direction', alongLps: along }, detector };
  const back = beam.sourceToCentreMm;
  const atLps: Vec3 = [centre[0] - along[0] * back, centre[1] - along[1] * back, centre[2]];
  return { source: { kind: 'point', atLps }, detector };
}

function coneDistances(beam: Extract<Beam, { kind: 'cone' }>, depth: number) {
  const { sourceToDetectorMm, sourceToCentreMm } = beam;
  const behind = sourceToDetectorMm - sourceToCentreMm;
  if (!(sourceToCentreMm > depth / 2 + 1) || !(behind >= 0) || !Number.isFinite(behind)) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `a cone beam needs its source before the volume and its detector behind the centre: the volume is ${depth.toFixed(0)} mm deep, got source to centre ${sourceToCentreMm} mm, source to detector ${sourceToDetectorMm} mm`,
    });
  }
  // of the face next to the source, so that the detector shows all of it
  return { magnification: sourceToDetectorMm / (sourceToCentreMm - depth / 2), behind };
}

function assertDetector(width: number, height: number, pixelMm: number): void {
  const isSide = (n: number) => Number.isInteger(n) && n >= 1 && n <= 4096;
  if (pixelMm > 0 && Number.isFinite(pixelMm) && isSide(width) && isSide(height)) return;
  throw new AppError('INVALID_ARGUMENT', {
    message: `a detector has 1 to 4096 pixels a side of a positive size, got ${width} x ${height} of ${pixelMm} mm`,
  });
}

function poseAffine(pose: Pose, centre: Vec3): Affine {
  const scale = pose.scale ?? 1;
  const angles = pose.rotationDegrees ?? [0, 0, 0];
  const shift = pose.shiftMm ?? [0, 0, 0];
  if (!(scale > 0) || ![scale, ...angles, ...shift].every(Number.isFinite)) {
    throw new AppError('INVALID_ARGUMENT', {
      message: 'a pose needs finite angles and shifts and a positive scale',
    });
  }
  const rotate = angles.map((degrees, axis) => rotation(axis as 0, (degrees * Math.PI) / 180));
  const toOrigin = affineFrom([1, 1, 1], [0 - centre[0], 0 - centre[1], 0 - centre[2]]);
  const back = affineFrom([1, 1, 1], [centre[0] + shift[0], centre[1] + shift[1], centre[2] + shift[2]]);
  return [rotate[0]!, rotate[1]!, rotate[2]!, affineFrom([scale, scale, scale]), back].reduce(
    (inner, outer) => composeAffine(outer, inner),
    toOrigin,
  );
}

function rotation(axis: 0 | 1 | 2, radians: number): Affine {
  const [c, s] = [Math.cos(radians), Math.sin(radians)];
  if (axis === 0) return [1, 0, 0, 0, 0, c, -s, 0, 0, s, c, 0];
  if (axis === 1) return [c, 0, s, 0, 0, 1, 0, 0, -s, 0, c, 0];
  return [c, -s, 0, 0, s, c, 0, 0, 0, 0, 1, 0];
}
