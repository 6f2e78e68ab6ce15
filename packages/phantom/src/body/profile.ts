// Cross-sections of the trunk as functions of height: rounded boxes whose half-axes follow a smooth curve in z.
// Not an outline of voxels: everything is looked up at any z.
import { catmullRom } from './vector.js';

/** [z mm, half-width mm, half-depth mm, centre y mm, squareness 0 (ellipse) … 1 (box)], z ascending. */
export type ProfileRow = readonly [z: number, a: number, b: number, cy: number, k: number];

const STEP_MM = 2;

export class Profile {
  private readonly lowest: number;
  private readonly count: number;
  private readonly table: Float64Array;

  constructor(rows: readonly ProfileRow[]) {
    this.lowest = rows[0]![0];
    const highest = rows[rows.length - 1]![0];
    this.count = Math.round((highest - this.lowest) / STEP_MM) + 1;
    this.table = new Float64Array(this.count * 4);
    let span = 0;
    for (let i = 0; i < this.count; i++) {
      const z = this.lowest + i * STEP_MM;
      while (span + 2 < rows.length && z > rows[span + 1]![0]) span++;
      const [p0, p1, p2, p3] = [-1, 0, 1, 2].map(
        (d) => rows[Math.min(rows.length - 1, Math.max(0, span + d))]!,
      );
      const t = (z - p1![0]) / (p2![0] - p1![0]);
      for (let k = 0; k < 4; k++) {
        this.table[i * 4 + k] = catmullRom(p0![k + 1]!, p1![k + 1]!, p2![k + 1]!, p3![k + 1]!, t);
      }
    }
  }

  /** Value k (0 a, 1 b, 2 cy, 3 squareness) at height z; the ends continue. */
  at(z: number, k: 0 | 1 | 2 | 3): number {
    const u = Math.min(this.count - 1.001, Math.max(0, (z - this.lowest) / STEP_MM));
    const i = Math.floor(u);
    const low = this.table[i * 4 + k]!;
    return low + (this.table[i * 4 + 4 + k]! - low) * (u - i);
  }

  /** Signed distance in mm in the plane of z, negative inside, measured along the ray from the section's centre. */
  signed(x: number, y: number, z: number): number {
    const u = Math.min(this.count - 1.001, Math.max(0, (z - this.lowest) / STEP_MM));
    const i = Math.floor(u);
    const t = u - i;
    const o = i * 4;
    const table = this.table;
    const a = table[o]! + (table[o + 4]! - table[o]!) * t;
    const b = table[o + 1]! + (table[o + 5]! - table[o + 1]!) * t;
    const dy = y - (table[o + 2]! + (table[o + 6]! - table[o + 2]!) * t);
    const k = table[o + 3]! + (table[o + 7]! - table[o + 3]!) * t;
    const p = (x / a) * (x / a);
    const q = (dy / b) * (dy / b);
    const s = p + q;
    const f = Math.sqrt((s + Math.sqrt(Math.max(0, s * s - 4 * k * p * q))) / 2);
    if (f < 1e-6) return -Math.min(a, b);
    return Math.sqrt(x * x + dy * dy) * (1 - 1 / f);
  }

  /** Point of the outline at `angle` from posterior (0) through the side (90°) to anterior (180°), `outside` mm out. */
  point(angleDegrees: number, z: number, outside: number): readonly [x: number, y: number] {
    const angle = (angleDegrees * Math.PI) / 180;
    const a = this.at(z, 0);
    const b = this.at(z, 1);
    const ux = Math.sin(angle) * a;
    const uy = Math.cos(angle) * b;
    const p = (ux / a) ** 2;
    const q = (uy / b) ** 2;
    const f = Math.sqrt((1 + Math.sqrt(Math.max(0, 1 - 4 * this.at(z, 3) * p * q))) / 2);
    const l = Math.sqrt(ux * ux + uy * uy);
    const grow = 1 / f + outside / l;
    return [ux * grow, this.at(z, 2) + uy * grow];
  }
}

// Canonical reference: an adult 175 cm tall, supine, arms up, full inspiration. Origin = carina, LPS mm.
export const trunkRows: readonly ProfileRow[] = [
  [-520, 168, 100, 0, 0.3],
  [-430, 178, 108, -5, 0.3],
  [-360, 172, 110, -8, 0.3],
  [-300, 160, 110, -11, 0.3],
  [-240, 155, 111, -13, 0.3],
  [-180, 155, 116, -15, 0.33],
  [-120, 160, 120, -16, 0.35],
  [-60, 165, 122, -15, 0.36],
  [0, 171, 118, -13, 0.37],
  [40, 180, 109, -9, 0.36],
  [75, 180, 96, -2, 0.33],
  [100, 158, 84, 4, 0.25],
  [122, 112, 74, 8, 0.15],
  [142, 74, 68, 8, 0.08],
  [190, 62, 64, 8, 0.08],
];

/** Inner surface of the ribs above, of the abdominal wall below. */
export const cavityRows: readonly ProfileRow[] = [
  [-470, 6, 6, -5, 0.2],
  [-452, 50, 40, -3, 0.2],
  [-420, 95, 66, -6, 0.25],
  [-360, 126, 80, -12, 0.3],
  [-300, 130, 82, -14, 0.3],
  [-240, 130, 84, -15, 0.3],
  [-190, 131, 92, -13, 0.32],
  [-140, 133, 96, -12, 0.32],
  [-90, 132, 97, -11, 0.31],
  [-40, 129, 93, -9, 0.3],
  [0, 122, 86, -5, 0.28],
  [30, 111, 77, 0, 0.26],
  [55, 97, 64, 6, 0.24],
  [75, 79, 48, 12, 0.2],
  [90, 60, 27, 15, 0.2],
  [98, 34, 10, 16, 0.1],
  [102, 4, 2, 16, 0],
  [108, 0.5, 0.5, 16, 0],
];
