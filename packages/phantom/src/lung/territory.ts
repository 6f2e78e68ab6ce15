// Where in the lungs a point is, mediastinum included, and random points of a lobe: what the trees grow into.
import type { Random } from '@tomograph/kernel';
import type { Paint } from '../body/scene.js';
import { type LobeName, lobeNames, Torso, type TorsoShape } from '../body/torso.js';
import type { Vec3 } from '../body/vector.js';

const lobeBoxes: Readonly<Record<LobeName, readonly [Vec3, Vec3]>> = {
  RUL: [
    [-140, -105, -80],
    [0, 80, 102],
  ],
  RML: [
    [-145, -108, -160],
    [0, 20, -20],
  ],
  RLL: [
    [-145, -80, -200],
    [0, 85, 30],
  ],
  LUL: [
    [0, -108, -160],
    [145, 80, 102],
  ],
  LLL: [
    [0, -80, -200],
    [145, 85, 40],
  ],
};

export class LungTerritory {
  private readonly torso: Torso;
  private readonly obstacles: readonly {
    readonly low: Vec3;
    readonly high: Vec3;
    readonly grow: number;
    readonly paint: Paint;
  }[];

  /** @param obstacles paints that are not lung (heart, vessels and their fat) */
  constructor(shape: TorsoShape, obstacles: readonly Paint[]) {
    this.torso = new Torso(shape);
    this.obstacles = obstacles.map((paint) => {
      const grow = paint.grow ?? 0;
      const { low, high } = paint.shape.box;
      const reach = grow + 12;
      return {
        low: [low[0] - reach, low[1] - reach, low[2] - reach],
        high: [high[0] + reach, high[1] + reach, high[2] + reach],
        grow,
        paint,
      };
    });
  }

  /** Depth below the pleural surface in mm (positive inside the lung, never counting fissures) and the lobe. */
  depth(p: Vec3): { depthMm: number; lobe: LobeName; fissureMm: number } {
    this.torso.locate(p[0], p[1], p[2]);
    let d = this.torso.lung;
    const lobe = lobeNames[this.torso.lobe]!;
    const fissureMm = this.torso.fissure;
    if (d > 0) return { depthMm: -d, lobe, fissureMm };
    for (const { low, high, grow, paint } of this.obstacles) {
      if (p[0] < low[0] || p[1] < low[1] || p[2] < low[2]) continue;
      if (p[0] > high[0] || p[1] > high[1] || p[2] > high[2]) continue;
      d = Math.max(d, grow - paint.shape.signed(p[0], p[1], p[2]));
    }
    return { depthMm: -d, lobe, fissureMm };
  }

  /** `count` points of a lobe, at least `marginMm` below its surface and fissures. */
  sample(lobe: LobeName, count: number, random: Random, marginMm = 4): Vec3[] {
    const [low, high] = lobeBoxes[lobe];
    const out: Vec3[] = [];
    for (let tries = 0; out.length < count && tries < count * 60; tries++) {
      const p: Vec3 = [
        random.uniform(low[0], high[0]),
        random.uniform(low[1], high[1]),
        random.uniform(low[2], high[2]),
      ];
      const at = this.depth(p);
      if (at.lobe === lobe && at.depthMm > marginMm && at.fissureMm > marginMm / 2) out.push(p);
    }
    return out;
  }
}
