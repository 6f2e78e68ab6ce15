// The airway tree: named central branches, 18 named segments, and volume-filling subdivision to generation 8 inside the
// segment's territory. Volume filling after Tawhai et al., Ann Biomed Eng 2000;28:793-802; branching ratios and angles are
// kept inside the ranges of Weibel and Horsfield (radius 0.72-0.84, length 0.68-0.85, angle 28-48 degrees).
import type { Random } from '@tomograph/kernel';
import type { LobeName } from '../body/torso.js';
import {
  add,
  cross,
  distance,
  dot,
  length,
  mix,
  normalise,
  perpendicular,
  rotate,
  scale,
  subtract,
  type Vec3,
} from '../body/vector.js';
import type { LungTerritory } from './territory.js';

export interface Branch {
  readonly id: number;
  /** -1 for the trachea. */
  readonly parent: number;
  /** 0 = trachea. */
  readonly generation: number;
  /** Anatomical name of central and segmental branches: trachea, RMB, RUL, RB1 … LB10; the segment's name + a path below. */
  readonly name: string;
  readonly lobe: LobeName | undefined;
  /** 1 trachea and main bronchi, 2 lobar to segmental, 3 distal (AMC classes of the airway system). */
  readonly airwayClass: 1 | 2 | 3;
  readonly from: Vec3;
  readonly to: Vec3;
  /** Radius of the lumen, mm, at the start and the end. */
  readonly radius: number;
  readonly endRadius: number;
  readonly wallMm: number;
  /** A mucus plug: no air here. A gap: hidden by partial volume. Undefined: open. */
  readonly broken?: 'plug' | 'gap';
  /** False where the simulated annotator left this sub-tree out. */
  readonly annotated: boolean;
}

/** Lung points that a terminal branch still feeds; the arteries go on from here. */
export interface Growth {
  readonly branch: Branch;
  readonly points: readonly Vec3[];
  readonly normal: Vec3;
}

export interface AirwayTree {
  readonly branches: readonly Branch[];
  readonly ends: readonly Growth[];
}

type Central = readonly [
  name: string,
  parent: string,
  to: Vec3,
  radius: number,
  airwayClass: 1 | 2,
  lobe?: LobeName,
];

const TRACHEA_TOP: Vec3 = [0, -5, 142];

const central: readonly Central[] = [
  ['trachea-upper', '', [1, -2, 70], 9, 1],
  ['trachea', 'trachea-upper', [0, 2, 0], 9, 1],
  ['RMB', 'trachea', [-24, 5, -18], 7, 1],
  ['LMB', 'trachea', [43, 10, -33], 6.2, 1],
  ['RUL', 'RMB', [-44, 7, -12], 5, 2, 'RUL'],
  ['BI', 'RMB', [-34, 10, -44], 5.5, 2],
  ['RML', 'BI', [-47, -9, -60], 3.8, 2, 'RML'],
  ['RLL', 'BI', [-40, 20, -58], 4.8, 2, 'RLL'],
  ['RLL-basal', 'RLL', [-50, 22, -80], 4.3, 2, 'RLL'],
  ['LUL', 'LMB', [56, 1, -31], 4.9, 2, 'LUL'],
  ['LUL-upper', 'LUL', [61, -3, -15], 4, 2, 'LUL'],
  ['lingula', 'LUL', [68, -18, -43], 3.6, 2, 'LUL'],
  ['LLL', 'LMB', [50, 20, -52], 4.9, 2, 'LLL'],
  ['LLL-basal', 'LLL', [57, 22, -76], 4.3, 2, 'LLL'],
];

/** Segment, its parent, its lobe, the middle of its territory (canonical mm). */
export const segments: readonly (readonly [name: string, parent: string, lobe: LobeName, centre: Vec3])[] = [
  ['RB1', 'RUL', 'RUL', [-58, 14, 62]],
  ['RB2', 'RUL', 'RUL', [-95, 44, 12]],
  ['RB3', 'RUL', 'RUL', [-78, -52, 2]],
  ['RB4', 'RML', 'RML', [-102, -44, -78]],
  ['RB5', 'RML', 'RML', [-64, -78, -85]],
  ['RB6', 'RLL', 'RLL', [-78, 56, -20]],
  ['RB7', 'RLL-basal', 'RLL', [-52, 4, -112]],
  ['RB8', 'RLL-basal', 'RLL', [-102, -16, -116]],
  ['RB9', 'RLL-basal', 'RLL', [-112, 26, -124]],
  ['RB10', 'RLL-basal', 'RLL', [-70, 58, -130]],
  ['LB1+2', 'LUL-upper', 'LUL', [58, 18, 56]],
  ['LB3', 'LUL-upper', 'LUL', [72, -54, 18]],
  ['LB4', 'lingula', 'LUL', [104, -50, -48]],
  ['LB5', 'lingula', 'LUL', [92, -78, -84]],
  ['LB6', 'LLL', 'LLL', [78, 56, -20]],
  ['LB7+8', 'LLL-basal', 'LLL', [98, -14, -118]],
  ['LB9', 'LLL-basal', 'LLL', [112, 26, -126]],
  ['LB10', 'LLL-basal', 'LLL', [68, 58, -132]],
];

const LAST_GENERATION = 9;
const rad = Math.PI / 180;
/** Radius below which a lumen is not drawn thinner at 1 mm, mm. */
const THINNEST = 0.9;
/** Between two lumina that do not touch at 1 mm: a voxel's diagonal, in a body scaled to 0.85, mm. */
const GAP = 2.2;

export interface AirwayOptions {
  /** Chance that a distal branch is plugged or lost. */
  readonly breakRate: number;
  /** Chance, per generation beyond the segments, that the annotator omits a sub-tree. */
  readonly omitRate: number;
  /** Lumen relative to normal in these lobes (bronchiectasis). */
  readonly dilated: Readonly<Partial<Record<LobeName, number>>>;
  /** Wall relative to normal (peribronchial thickening). */
  readonly wall: number;
}

export function growAirways(territory: LungTerritory, random: Random, options: AirwayOptions): AirwayTree {
  const branches: Branch[] = [];
  const ends: Growth[] = [];
  const jitter = random.fork('central');
  const damage = random.fork('breaks');
  const annotator = random.fork('annotator');
  const byName = new Map<string, Branch>();
  const push = (b: Omit<Branch, 'id' | 'wallMm' | 'annotated'>): Branch => {
    const parent = branches[b.parent];
    const omitted = b.generation > 4 && annotator.chance(options.omitRate * (b.generation - 4));
    const hurt = b.generation >= 6 && damage.chance(options.breakRate);
    const kind = damage.chance(0.5) ? 'plug' : 'gap';
    const branch: Branch = {
      ...b,
      id: branches.length,
      wallMm: Math.max(0.35, (b.generation < 2 ? 0.15 : 0.28) * b.radius) * options.wall,
      annotated: (parent?.annotated ?? true) && !omitted,
      ...(hurt ? { broken: kind } : {}),
    };
    branches.push(branch);
    return branch;
  };
  for (const [name, parentName, to, radius, airwayClass, lobe] of central) {
    const parent = byName.get(parentName);
    const moved: Vec3 =
      name === 'trachea'
        ? to
        : [to[0] + jitter.normal(0, 1), to[1] + jitter.normal(0, 1), to[2] + jitter.normal(0, 1)];
    const wide = radius * (lobe === undefined ? 1 : 1 + ((options.dilated[lobe] ?? 1) - 1) * 0.3);
    const branch = push({
      parent: parent?.id ?? -1,
      generation: parent === undefined ? 0 : name === 'trachea' ? 0 : parent.generation + 1,
      name,
      lobe,
      airwayClass,
      from: parent?.to ?? TRACHEA_TOP,
      to: moved,
      radius: wide,
      endRadius: wide * 0.95,
    });
    byName.set(name, branch);
  }
  // all segments first: the trees of one lobe grow around the segments of the others
  const starts: (readonly [Growth, Random])[] = [];
  const lobes = [...new Set(segments.map((s) => s[2]))];
  for (const lobe of lobes) {
    const own = segments.filter((s) => s[2] === lobe);
    const points = territory.sample(lobe, own.length * 120, random.fork(`points-${lobe}`));
    for (const [name, parentName, , centre] of own) {
      const mine = points.filter((p) => own.every((other) => distance(p, centre) <= distance(p, other[3])));
      const parent = byName.get(parentName)!;
      const r = random.fork(`segment-${name}`);
      const target = mine.length > 0 ? mix(mean(mine), centre, 0.5) : centre;
      const reach = Math.min(22, Math.max(13, 0.3 * distance(parent.to, target))) * r.uniform(0.92, 1.08);
      const dilated = options.dilated[lobe] ?? 1;
      const radius = 2.75 * r.uniform(0.93, 1.07) * dilated;
      const segment = push({
        parent: parent.id,
        generation: parent.generation + 1,
        name,
        lobe,
        airwayClass: 2,
        from: parent.to,
        to: add(parent.to, scale(normalise(subtract(target, parent.to)), reach)),
        radius,
        endRadius: radius * 0.92,
      });
      const normal = perpendicular(subtract(segment.to, segment.from));
      starts.push([{ branch: segment, points: mine, normal }, r]);
    }
  }
  for (const [growth, r] of starts) subdivide(growth, r);
  return { branches, ends };

  /**
   * The lumen stays a tree at 1 mm: where a new branch is nearer to another than both radii, the wall and a voxel's diagonal,
   * it must be leaving it, as it leaves its parent and sister; coming nearer would close a loop.
   */
  function clear(parent: Branch, aim: Vec3, reach: number, ratio: number): boolean {
    const radius = Math.max(THINNEST, parent.radius * ratio);
    const steps = Math.ceil(reach / 0.8);
    for (const b of branches) {
      if (b.id === parent.id || (b.lobe !== parent.lobe && b.lobe !== undefined)) continue;
      const room = radius + Math.max(THINNEST, b.radius) + GAP;
      const start = pointToSegment(parent.to, aim, 0, b.from, b.to);
      if (start > room + reach) continue;
      let before = start;
      for (let i = 1; i <= steps; i++) {
        const here = pointToSegment(parent.to, aim, (reach * i) / steps, b.from, b.to);
        if (here < room && here < before - 0.02) return false;
        before = here;
      }
    }
    return true;
  }

  function subdivide(growth: Growth, r: Random): void {
    const { branch, points, normal } = growth;
    if (branch.generation >= LAST_GENERATION || points.length < 4 || branch.radius < 0.55) {
      ends.push(growth);
      return;
    }
    const halves = splitPoints(branch, points, normal, r);
    const along = normalise(subtract(branch.to, branch.from));
    halves.points.forEach((half, i) => {
      const aim = clampAngle(along, normalise(subtract(mean(half), branch.to)), 34 * rad, 47.5 * rad);
      const own = distance(branch.from, branch.to);
      const far = 0.42 * distance(mean(half), branch.to);
      let reach = Math.min(0.845 * own, Math.max(0.685 * own, far));
      const ratio = half.length >= points.length / 2 ? r.uniform(0.77, 0.84) : r.uniform(0.72, 0.8);
      const inside = () => {
        const at = territory.depth(add(branch.to, scale(aim, reach)));
        return (
          at.depthMm > 4 && at.lobe === branch.lobe && at.fissureMm > 1.5 && clear(branch, aim, reach, ratio)
        );
      };
      if (!inside()) reach = 0.685 * own;
      if (!inside()) {
        ends.push({ branch, points: half, normal });
        return;
      }
      const radius = branch.radius * ratio;
      const child = push({
        parent: branch.id,
        generation: branch.generation + 1,
        name: `${branch.name}${branch.airwayClass === 2 ? '.' : ''}${'ab'[i]}`,
        lobe: branch.lobe,
        airwayClass: 3,
        from: branch.to,
        to: add(branch.to, scale(aim, reach)),
        radius,
        endRadius: radius * 0.92,
      });
      subdivide({ branch: child, points: half, normal: halves.normal }, r);
    });
  }
}

/** Points cut in two by a plane along the branch, about 90° from the previous cut. */
export function splitPoints(
  branch: { from: Vec3; to: Vec3 },
  points: readonly Vec3[],
  normal: Vec3,
  r: Random,
): { points: Vec3[][]; normal: Vec3 } {
  const along = normalise(subtract(branch.to, branch.from));
  const turned = rotate(normalise(cross(along, normal)), along, r.normal(0, 0.25));
  const sorted = [...points].sort((p, q) => dot(subtract(p, q), turned));
  const cut = Math.round(sorted.length * r.uniform(0.4, 0.6));
  return {
    points: [sorted.slice(0, cut), sorted.slice(cut)].filter((half) => half.length > 0),
    normal: turned,
  };
}

/** `aim` turned in its plane with `along` until the angle between them lies in [low, high]. */
export function clampAngle(along: Vec3, aim: Vec3, low: number, high: number): Vec3 {
  const angle = Math.acos(Math.min(1, Math.max(-1, dot(along, aim))));
  if (angle >= low && angle <= high) return aim;
  const turn = cross(along, aim);
  // straight on or straight back: any plane will do
  const axis = length(turn) > 1e-6 ? normalise(turn) : perpendicular(along);
  return rotate(along, axis, angle < low ? low : high);
}

/** Distance of `from + along * t` to the segment a-b. Written out: this is the inner loop of growing. */
function pointToSegment(from: Vec3, along: Vec3, t: number, a: Vec3, b: Vec3): number {
  const [ux, uy, uz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  const px = from[0] + along[0] * t - a[0];
  const py = from[1] + along[1] * t - a[1];
  const pz = from[2] + along[2] * t - a[2];
  const s = (px * ux + py * uy + pz * uz) / Math.max(1e-9, ux * ux + uy * uy + uz * uz);
  const c = Math.min(1, Math.max(0, s));
  const [dx, dy, dz] = [px - c * ux, py - c * uy, pz - c * uz];
  return Math.sqrt(dx * dx + dy * dy + dz * dz);
}

export function mean(points: readonly Vec3[]): Vec3 {
  const sum = points.reduce((s, p) => add(s, p), [0, 0, 0] as Vec3);
  return scale(sum, 1 / points.length);
}
