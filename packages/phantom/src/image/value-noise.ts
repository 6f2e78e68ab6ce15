// Smooth noise fixed in canonical space: a periodic lattice of random numbers with trilinear interpolation. Mean 0, sd about 1.
import type { Random } from '@tomograph/kernel';

const SIDE = 32;
const MASK = SIDE - 1;

export class ValueNoise {
  private readonly lattice = new Float32Array(SIDE * SIDE * SIDE);

  constructor(random: Random) {
    // 1.75 makes up for what interpolation takes from the variance
    for (let i = 0; i < this.lattice.length; i++) this.lattice[i] = random.normal(0, 1.75);
  }

  /** Value at lattice coordinates (1 unit = one lattice step). */
  at(x: number, y: number, z: number): number {
    const i = Math.floor(x);
    const j = Math.floor(y);
    const k = Math.floor(z);
    const fx = x - i;
    const fy = y - j;
    const fz = z - k;
    const i0 = i & MASK;
    const i1 = (i + 1) & MASK;
    const j0 = (j & MASK) * SIDE;
    const j1 = ((j + 1) & MASK) * SIDE;
    const k0 = (k & MASK) * SIDE * SIDE;
    const k1 = ((k + 1) & MASK) * SIDE * SIDE;
    const l = this.lattice;
    const a = l[i0 + j0 + k0]! + (l[i1 + j0 + k0]! - l[i0 + j0 + k0]!) * fx;
    const b = l[i0 + j1 + k0]! + (l[i1 + j1 + k0]! - l[i0 + j1 + k0]!) * fx;
    const c = l[i0 + j0 + k1]! + (l[i1 + j0 + k1]! - l[i0 + j0 + k1]!) * fx;
    const d = l[i0 + j1 + k1]! + (l[i1 + j1 + k1]! - l[i0 + j1 + k1]!) * fx;
    const e = a + (b - a) * fy;
    const f = c + (d - c) * fy;
    return e + (f - e) * fz;
  }
}
