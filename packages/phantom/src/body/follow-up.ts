// A second scan of the same subject: another breath, another pose, small soft-tissue shifts. The maps are exact functions;
// `sampleField` writes them on a grid for those who need arrays.
import type { Grid } from '@tomograph/imaging';
import type { Random } from '@tomograph/kernel';
import { linear } from './subject.js';
import { cavity } from './torso.js';
import type { Vec3 } from './vector.js';
import {
  AffineMap,
  type Bump,
  BumpMap,
  ChainMap,
  determinant,
  invert,
  type Point,
  type SpatialMap,
} from './warp.js';

export interface FollowUpOptions {
  /** Days between the scans. Default 180. */
  readonly days?: number;
  /** How far the diaphragm moved, mm, positive = up (less air). Default: drawn from 10-30. */
  readonly breathingMm?: number;
  /** The lung slides along the chest wall instead of dragging it. Default false. */
  readonly sliding?: boolean;
  /** Turn and shift of the patient on the table. Default true. */
  readonly pose?: boolean;
  readonly newLesions?: number;
  /** Share of nodules that are gone. Default 0.1. */
  readonly vanishedShare?: number;
}

/** Displacement fields in mm on a grid, (x, y, z) of voxel n at 3n. */
export interface DisplacementField {
  readonly grid: Grid;
  /** Baseline point p is at p + forward(p) in the follow-up. */
  readonly forward: Float32Array;
  /** Follow-up point q was at q + inverse(q) in the baseline: this warps the baseline image onto the follow-up. */
  readonly inverse: Float32Array;
  /** Determinant of the Jacobian of the follow-up -> baseline map, per grid point. */
  readonly determinant: Float32Array;
}

/** Follow-up mm -> baseline mm. @param scale the subject's (girth, depth, height) relative to the reference */
export function followUpMap(random: Random, options: FollowUpOptions, scale: Vec3): SpatialMap {
  const r = random.fork('follow-up');
  const drawn = r.uniform(10, 30) * (r.chance(0.5) ? 1 : -1);
  const breathing = options.breathingMm ?? drawn;
  const angles = [r.normal(0, 0.02), r.normal(0, 0.015), r.normal(0, 0.04)];
  const shift: Vec3 = [r.normal(0, 4), r.normal(0, 3), r.normal(0, 5)];
  const bumps = Array.from({ length: 5 }, (): Bump => {
    const radius = r.uniform(85, 130);
    return {
      centre: [r.normal(0, 60), r.normal(-15, 40), r.uniform(-260, 60)],
      radii: [radius, radius, radius],
      by: [r.normal(0, 2.4), r.normal(0, 2.4), r.normal(0, 2.4)],
      gain: 0,
    };
  });
  return new ChainMap([
    ...(options.pose === false ? [] : [new AffineMap(linear([1, 1, 1], angles), [0, 0, -60], shift)]),
    new BreathMap(breathing, options.sliding ?? false, scale),
    new BumpMap(bumps),
  ]);
}

/** Diaphragm up by `mm`: full below the domes, fading to nothing at the apex, halved towards the pelvis. */
class BreathMap implements SpatialMap {
  constructor(
    private readonly mm: number,
    private readonly sliding: boolean,
    private readonly scale: Vec3,
  ) {}

  pull(p: Point): void {
    const [sx, sy, sz] = this.scale;
    const z = p.z / sz;
    const above = smooth((95 - z) / 215);
    const below = 1 - 0.6 * smooth((-170 - z) / 260);
    // In coordinates where the chest wall is a cylinder, the shift is a shear along its axis: its determinant is
    // 1 + d(shift)/dz whatever the mask does across. Beyond these heights the profile closes, so it is held there.
    const at = Math.min(60, Math.max(-300, z));
    const u = p.x / sx / cavity.at(at, 0);
    const v = (p.y / sy - cavity.at(at, 2)) / cavity.at(at, 1);
    const level = Math.sqrt(u * u + v * v);
    const mask = this.sliding
      ? 1 - 0.85 * smooth((level - 0.99) / 0.08)
      : 1 - 0.7 * smooth((level - 0.7) / 0.75);
    const shift = this.mm * above * below * mask;
    const to = Math.min(60, Math.max(-300, z - shift / sz));
    p.x = u * cavity.at(to, 0) * sx;
    p.y = (v * cavity.at(to, 1) + cavity.at(to, 2)) * sy;
    p.z -= shift;
    // less air, flatter chest; from the moved z, so that the two steps are shears one after the other and cannot fold
    const y = p.y / this.scale[1];
    const moved = p.z / this.scale[2];
    const high = smooth((95 - moved) / 215) * smooth((moved + 260) / 140);
    p.y += 0.12 * this.mm * high * smooth((-30 - y) / 90);
  }
}

function smooth(t: number): number {
  if (t <= 0) return 0;
  if (t >= 1) return 1;
  return t * t * t * (t * (6 * t - 15) + 10);
}

/** Both directions of a map on a grid. Cost: about 10 evaluations of the map per point. */
export function sampleField(map: SpatialMap, grid: Grid): DisplacementField {
  const [nx, ny, nz] = grid.size;
  const n = nx * ny * nz;
  const [forward, inverse, det] = [new Float32Array(3 * n), new Float32Array(3 * n), new Float32Array(n)];
  const a = grid.affine as number[];
  const p: Point = { x: 0, y: 0, z: 0 };
  let at = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, at++) {
        const q: Vec3 = [
          a[0]! * i + a[1]! * j + a[2]! * k + a[3]!,
          a[4]! * i + a[5]! * j + a[6]! * k + a[7]!,
          a[8]! * i + a[9]! * j + a[10]! * k + a[11]!,
        ];
        [p.x, p.y, p.z] = q;
        map.pull(p);
        inverse.set([p.x - q[0], p.y - q[1], p.z - q[2]], 3 * at);
        const there = invert(map, q, [2 * q[0] - p.x, 2 * q[1] - p.y, 2 * q[2] - p.z]).point;
        forward.set([there[0] - q[0], there[1] - q[1], there[2] - q[2]], 3 * at);
        det[at] = determinant(map, q);
      }
    }
  }
  return { grid, forward, inverse, determinant: det };
}

/** A grid over the same box, at least `mm` coarse: enough for fields this smooth. */
export function fieldGrid(grid: Grid & { readonly spacingMm: Vec3 }, mm: number): Grid {
  const a = grid.affine as number[];
  const size = grid.size.map((n, k) =>
    Math.max(2, Math.min(n, Math.round((n * grid.spacingMm[k]!) / mm))),
  ) as unknown as Vec3;
  const step = size.map((n, k) => (grid.size[k]! - 1) / (n - 1)) as unknown as Vec3;
  const affine = a.map((v, i) => (i % 4 === 3 ? v : v * step[i % 4]!));
  return { size, affine };
}
