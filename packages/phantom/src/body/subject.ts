// A subject: the seeded parameter vector of one body and the smooth map from its space to canonical coordinates.
// Not what is wrong with it (findings) and not how it was scanned (acquisition).
import type { Random } from '@tomograph/kernel';
import type { TorsoShape } from './torso.js';
import type { Vec3 } from './vector.js';
import { AffineMap, type Bump, BumpMap, ChainMap, invert, type SpatialMap } from './warp.js';

export interface Subject {
  readonly sex: 'FEMALE' | 'MALE';
  readonly ageYears: number;
  readonly heightCm: number;
  readonly torso: TorsoShape;
  /** Calcium in arteries and cartilages grows with age. 0..1 */
  readonly calcification: number;
  /** Subject mm -> canonical mm. */
  readonly toCanonical: SpatialMap;
  readonly parameters: Readonly<Record<string, number>>;
}

/** What findings may ask of the body's form. */
export interface BodyDemands {
  /** Heart size relative to this subject's own, e.g. 1.3 for cardiomegaly. */
  readonly heart?: number;
  readonly liver?: number;
  readonly spleen?: number;
  /** Emphysema: lungs longer and deeper. 0..1 */
  readonly hyperinflation?: number;
}

export function sampleSubject(random: Random, demands: BodyDemands = {}): Subject {
  const r = random.fork('subject');
  const sex = r.chance(0.5) ? 'FEMALE' : 'MALE';
  const ageYears = Math.round(clamp(r.normal(58, 14), 22, 90));
  const heightCm = clamp(r.normal(sex === 'MALE' ? 176 : 163, 6.5), 148, 196);
  const fatMm = clamp(Math.exp(r.normal(Math.log(sex === 'MALE' ? 13 : 17), 0.38)), 5, 42);
  const muscle = clamp(r.normal(sex === 'MALE' ? 1.04 : 0.86, 0.1), 0.65, 1.3);
  const size = heightCm / 175;
  // width and depth follow the square root of height: volumes of organs then grow with the square of height, as body surface
  // and weight at the same body mass index do, and a woman of 1.50 m does not get half a man's liver
  const girth = Math.sqrt(size) * clamp(r.normal(sex === 'MALE' ? 1.0 : 0.96, 0.035), 0.88, 1.1);
  const depth = girth * clamp(r.normal(1, 0.04), 0.9, 1.1);
  const parameters: Record<string, number> = { ageYears, heightCm, fatMm, muscle, girth, depth };
  const bumps = organBumps(r, demands, parameters);
  const tilt = [r.normal(0, 0.018), r.normal(0, 0.014), r.normal(0, 0.03)] as const;
  return {
    sex,
    ageYears,
    heightCm,
    torso: {
      fatMm,
      muscle,
      breast: sex === 'FEMALE' ? clamp(r.normal(0.9, 0.35), 0.2, 1.8) : 0,
      mediastinalFatMm: clamp(2.5 + 0.12 * fatMm + r.normal(0, 0.6), 2, 7),
    },
    calcification: clamp((ageYears - 45) / 45 + r.normal(0, 0.15), 0, 1),
    toCanonical: new ChainMap([
      new AffineMap(linear([1 / girth, 1 / depth, 1 / size], tilt), [0, 0, 0], [0, 0, 0]),
      new BumpMap(bumps),
    ]),
    parameters,
  };
}

/** Canonical -> subject mm. */
export function toSubject(subject: Subject, canonical: Vec3): Vec3 {
  return invert(subject.toCanonical, canonical).point;
}

// A bump pulls: to make an organ *larger*, points around it must come from nearer its centre, so the gain is negative.
function organBumps(r: Random, demands: BodyDemands, parameters: Record<string, number>): Bump[] {
  const grown = (name: string, sd: number, demand = 1): number => {
    const factor = clamp(r.normal(1, sd), 1 - 2 * sd, 1 + 2 * sd) * demand;
    parameters[name] = factor;
    return 1 / factor - 1;
  };
  const hyper = demands.hyperinflation ?? 0;
  const dome = r.normal(0, 8) - 16 * hyper;
  const leftDome = 0.7 * dome + r.normal(0, 5) - 14 * hyper;
  parameters['rightDomeMm'] = dome;
  parameters['leftDomeMm'] = leftDome;
  const bumps: Bump[] = [
    bump([20, -48, -80], [190, 150, 150], [0, 0, 0], grown('heart', 0.06, demands.heart)),
    bump([-62, -15, -165], [150, 125, 120], [0, 0, 0], grown('liver', 0.07, demands.liver)),
    bump([90, 32, -162], [120, 120, 130], [0, 0, 0], grown('spleen', 0.095, demands.spleen)),
    bump([-70, -15, -105], [110, 130, 120], [0, 0, -dome], 0),
    bump([70, -15, -115], [110, 130, 120], [0, 0, -leftDome], 0),
    bump([0, -90, -60], [170, 120, 170], [0, r.normal(0, 4) + 8 * hyper, 0], 0),
    bump([0, 60, -20], [150, 120, 170], [0, r.normal(0, 4), 0], 0),
    bump([0, 20, -250], [150, 130, 150], [0, r.normal(0, 4), 0], 0),
  ];
  for (const z of [60, -40, -150, -260]) {
    const centre: Vec3 = [r.normal(0, 60), r.normal(-10, 40), z + r.normal(0, 20)];
    const radius = r.uniform(100, 150);
    bumps.push(bump(centre, [radius, radius, radius], [r.normal(0, 4), r.normal(0, 4), r.normal(0, 5)], 0));
  }
  return bumps;
}

const bump = (centre: Vec3, radii: Vec3, by: Vec3, gain: number): Bump => ({ centre, radii, by, gain });

/** Rotation by small angles about x, y, z times a diagonal scale. */
export function linear(diagonal: readonly number[], angles: readonly number[]): number[] {
  const [a, b, c] = angles as [number, number, number];
  const [ca, sa, cb, sb, cc, sc] = [
    Math.cos(a),
    Math.sin(a),
    Math.cos(b),
    Math.sin(b),
    Math.cos(c),
    Math.sin(c),
  ];
  const m = [
    [cb * cc, sa * sb * cc - ca * sc, ca * sb * cc + sa * sc],
    [cb * sc, sa * sb * sc + ca * cc, ca * sb * sc - sa * cc],
    [-sb, sa * cb, ca * cb],
  ];
  return m.flatMap((row, i) => row.map((v) => v * diagonal[i]!));
}

export function clamp(v: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, v));
}
