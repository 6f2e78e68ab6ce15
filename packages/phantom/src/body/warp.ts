// Smooth invertible maps of space: subject -> canonical coordinates, follow-up -> baseline. Each map is written in the
// direction the renderer needs ("pull": where in the source does this point come from) and inverted by iteration.
import type { Vec3 } from './vector.js';

/** A mutable point, so that the voxel loop allocates nothing. */
export interface Point {
  x: number;
  y: number;
  z: number;
}

export interface SpatialMap {
  /** Replaces `p` by its image. */
  pull(p: Point): void;
}

/** Scale and rotate about a centre, then shift: x' = M (x - centre) + centre + shift. */
export class AffineMap implements SpatialMap {
  constructor(
    private readonly m: readonly number[],
    private readonly centre: Vec3,
    private readonly shift: Vec3,
  ) {}

  pull(p: Point): void {
    const { m } = this;
    const x = p.x - this.centre[0];
    const y = p.y - this.centre[1];
    const z = p.z - this.centre[2];
    p.x = m[0]! * x + m[1]! * y + m[2]! * z + this.centre[0] + this.shift[0];
    p.y = m[3]! * x + m[4]! * y + m[5]! * z + this.centre[1] + this.shift[1];
    p.z = m[6]! * x + m[7]! * y + m[8]! * z + this.centre[2] + this.shift[2];
  }
}

/** A local push: displacement `by` plus `gain` times the offset from the centre, fading as (1 - r²)³ to the radii. */
export interface Bump {
  readonly centre: Vec3;
  readonly radii: Vec3;
  readonly by: Vec3;
  readonly gain: number;
}

/** The sum of local pushes. Folds nowhere while each push is below about a third of its radius: `determinant` tells. */
export class BumpMap implements SpatialMap {
  private readonly data: Float64Array;

  constructor(bumps: readonly Bump[]) {
    this.data = Float64Array.from(
      bumps.flatMap((b) => [...b.centre, 1 / b.radii[0], 1 / b.radii[1], 1 / b.radii[2], ...b.by, b.gain]),
    );
  }

  pull(p: Point): void {
    const { data } = this;
    const { x, y, z } = p;
    for (let i = 0; i < data.length; i += 10) {
      const dx = x - data[i]!;
      const dy = y - data[i + 1]!;
      const dz = z - data[i + 2]!;
      const u = dx * data[i + 3]!;
      const v = dy * data[i + 4]!;
      const w = dz * data[i + 5]!;
      const f = 1 - (u * u + v * v + w * w);
      if (f <= 0) continue;
      const weight = f * f * f;
      const gain = data[i + 9]!;
      p.x += weight * (data[i + 6]! + gain * dx);
      p.y += weight * (data[i + 7]! + gain * dy);
      p.z += weight * (data[i + 8]! + gain * dz);
    }
  }
}

/** Maps applied one after the other. */
export class ChainMap implements SpatialMap {
  constructor(private readonly maps: readonly SpatialMap[]) {}

  pull(p: Point): void {
    for (const map of this.maps) map.pull(p);
  }
}

/** The point whose image is `target`: damped fixed-point iteration, to 1e-4 mm; `toMm` is what is left if it stalls. */
export function invert(
  map: SpatialMap,
  target: Vec3,
  start: Vec3 = target,
): { point: Vec3; errorMm: number } {
  let [x, y, z] = start;
  const p: Point = { x, y, z };
  let error = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 200 && error > 1e-4; i++) {
    p.x = x;
    p.y = y;
    p.z = z;
    map.pull(p);
    const [dx, dy, dz] = [target[0] - p.x, target[1] - p.y, target[2] - p.z];
    error = Math.sqrt(dx * dx + dy * dy + dz * dz);
    x += dx * 0.8;
    y += dy * 0.8;
    z += dz * 0.8;
  }
  return { point: [x, y, z], errorMm: error };
}

/** Determinant of the Jacobian of `pull` at a point, by central differences of 0.5 mm. */
export function determinant(map: SpatialMap, at: Vec3): number {
  const columns = [0, 1, 2].map((axis) => {
    const side = (sign: number): Vec3 => {
      const p = { x: at[0], y: at[1], z: at[2] };
      if (axis === 0) p.x += sign * 0.5;
      else if (axis === 1) p.y += sign * 0.5;
      else p.z += sign * 0.5;
      map.pull(p);
      return [p.x, p.y, p.z];
    };
    const [a, b] = [side(1), side(-1)];
    return [a[0] - b[0], a[1] - b[1], a[2] - b[2]] as const;
  });
  const [u, v, w] = columns as [Vec3, Vec3, Vec3];
  return (
    u[0] * (v[1] * w[2] - v[2] * w[1]) -
    v[0] * (u[1] * w[2] - u[2] * w[1]) +
    w[0] * (u[1] * v[2] - u[2] * v[1])
  );
}
