// Implicit shapes: signed distance in mm (negative inside) and a bounding box, in canonical coordinates.
// Exact for capsules and spheres, first-order for ellipsoids: good near the surface, which is where it is used.
import { cross, dot, length, normalise, perpendicular, subtract, type Vec3 } from './vector.js';

export interface Box {
  readonly low: Vec3;
  readonly high: Vec3;
}

export interface Shape {
  readonly box: Box;
  /** Radius of the thinnest part, mm: below half a voxel the renderer uses the area ratio. */
  readonly thin: number;
  signed(x: number, y: number, z: number): number;
}

const around = (centre: Vec3, r: Vec3): Box => ({
  low: [centre[0] - r[0], centre[1] - r[1], centre[2] - r[2]],
  high: [centre[0] + r[0], centre[1] + r[1], centre[2] + r[2]],
});

/** Axes of a shape: `long` is its first axis, `up` fixes the roll. */
export function axes(long: Vec3, up: Vec3 = [0, 0, 1]): readonly [Vec3, Vec3, Vec3] {
  const e1 = normalise(long);
  const side = cross(e1, up);
  const e2 = length(side) > 1e-6 ? normalise(side) : perpendicular(e1);
  return [e1, e2, cross(e1, e2)];
}

const worldAxes: readonly [Vec3, Vec3, Vec3] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

export function ellipsoid(centre: Vec3, radii: Vec3, frame = worldAxes): Shape {
  const [cx, cy, cz] = centre;
  const [a, b, c] = radii;
  const [[ax, ay, az], [bx, by, bz], [dx, dy, dz]] = frame;
  const reach = [0, 1, 2].map((k) =>
    Math.sqrt((frame[0][k]! * a) ** 2 + (frame[1][k]! * b) ** 2 + (frame[2][k]! * c) ** 2),
  ) as unknown as Vec3;
  return {
    box: around(centre, reach),
    thin: Math.min(a, b, c),
    signed(x, y, z) {
      const px = x - cx;
      const py = y - cy;
      const pz = z - cz;
      const u = (px * ax + py * ay + pz * az) / a;
      const v = (px * bx + py * by + pz * bz) / b;
      const w = (px * dx + py * dy + pz * dz) / c;
      const f = Math.sqrt(u * u + v * v + w * w);
      const g = Math.sqrt((u / a) ** 2 + (v / b) ** 2 + (w / c) ** 2);
      return g < 1e-9 ? -Math.min(a, b, c) : (f * (f - 1)) / g;
    },
  };
}

/** A round cone: the sphere of radius ra at `a` moved to radius rb at `b`. */
export class Capsule implements Shape {
  readonly box: Box;
  readonly thin: number;
  private readonly dx: number;
  private readonly dy: number;
  private readonly dz: number;
  private readonly inverse: number;

  constructor(
    readonly a: Vec3,
    readonly b: Vec3,
    readonly ra: number,
    readonly rb: number,
  ) {
    const r = Math.max(ra, rb);
    this.thin = Math.min(ra, rb);
    this.dx = b[0] - a[0];
    this.dy = b[1] - a[1];
    this.dz = b[2] - a[2];
    const l2 = this.dx ** 2 + this.dy ** 2 + this.dz ** 2;
    this.inverse = l2 > 1e-12 ? 1 / l2 : 0;
    this.box = {
      low: [Math.min(a[0], b[0]) - r, Math.min(a[1], b[1]) - r, Math.min(a[2], b[2]) - r],
      high: [Math.max(a[0], b[0]) + r, Math.max(a[1], b[1]) + r, Math.max(a[2], b[2]) + r],
    };
  }

  signed(x: number, y: number, z: number): number {
    const px = x - this.a[0];
    const py = y - this.a[1];
    const pz = z - this.a[2];
    let t = (px * this.dx + py * this.dy + pz * this.dz) * this.inverse;
    if (t < 0) t = 0;
    else if (t > 1) t = 1;
    const qx = px - t * this.dx;
    const qy = py - t * this.dy;
    const qz = pz - t * this.dz;
    return Math.sqrt(qx * qx + qy * qy + qz * qz) - (this.ra + (this.rb - this.ra) * t);
  }
}

/** A rib-like bar: a capsule flattened to `flat` of its radius along `normal`. */
export function flatBar(a: Vec3, b: Vec3, radius: number, flat: number, normal: Vec3): Shape {
  const inner = new Capsule(a, b, radius, radius);
  const [nx, ny, nz] = normalise(normal);
  const [mx, my, mz] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2];
  const stretch = 1 / flat - 1;
  return {
    box: inner.box,
    thin: radius * flat,
    signed(x, y, z) {
      const n = ((x - mx) * nx + (y - my) * ny + (z - mz) * nz) * stretch;
      const d = inner.signed(x + n * nx, y + n * ny, z + n * nz);
      return d > 0 ? d : d * (0.5 + 0.5 * flat);
    },
  };
}

/** A cylinder with an elliptic section (half-axes rx, ry) about the axis a–b, rounded by 1.5 mm. */
export function drum(a: Vec3, b: Vec3, rx: number, ry: number): Shape {
  const axis = normalise(subtract(b, a));
  const [, e2, e3] = axes(axis, [0, 1, 0]);
  const half = length(subtract(b, a)) / 2;
  const centre: Vec3 = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2];
  const r = Math.max(rx, ry) + half;
  return {
    box: around(centre, [Math.max(rx, 4) + 4, ry + 4 + half * 0.4, Math.min(r, half + ry * 0.4 + 2)]),
    thin: Math.min(rx, ry, half),
    signed(x, y, z) {
      const p: Vec3 = [x - centre[0], y - centre[1], z - centre[2]];
      const u = dot(p, e2) / rx;
      const v = dot(p, e3) / ry;
      const f = Math.sqrt(u * u + v * v);
      const radial = f < 1e-6 ? -Math.min(rx, ry) : ((f - 1) * f) / Math.sqrt((u / rx) ** 2 + (v / ry) ** 2);
      const along = Math.abs(dot(p, axis)) - half;
      return radial > 0 && along > 0 ? Math.sqrt(radial * radial + along * along) : Math.max(radial, along);
    },
  };
}

/** Any function with a box: for blends and cuts. */
export function custom(box: Box, thin: number, signed: Shape['signed']): Shape {
  return { box, thin, signed };
}

/** Smooth union over `blend` mm (polynomial minimum, Quilez). */
export function blend(a: Shape, b: Shape, k: number): Shape {
  return {
    box: union(a.box, b.box),
    thin: Math.min(a.thin, b.thin),
    signed(x, y, z) {
      const p = a.signed(x, y, z);
      const q = b.signed(x, y, z);
      const h = Math.max(0, k - Math.abs(p - q)) / k;
      return Math.min(p, q) - (h * h * k) / 4;
    },
  };
}

export function union(a: Box, b: Box): Box {
  return {
    low: [Math.min(a.low[0], b.low[0]), Math.min(a.low[1], b.low[1]), Math.min(a.low[2], b.low[2])],
    high: [Math.max(a.high[0], b.high[0]), Math.max(a.high[1], b.high[1]), Math.max(a.high[2], b.high[2])],
  };
}
