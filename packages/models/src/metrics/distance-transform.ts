// Exact Euclidean distance to the nearest site of a grid with spacing, in time linear in its voxels.
// Source: Felzenszwalb & Huttenlocher, "Distance transforms of sampled functions", 2012. Not a chamfer approximation.
import type { Extents } from '../arch/patches.js';
import { invalid } from './invalid-argument.js';

/** Along z, y, x, as extents. */
export type SpacingMm = readonly [number, number, number];

/** sites [d·h·w], non-zero is a site -> squared distances in mm² [d·h·w]; all infinite without a site. */
export function squaredDistances(
  sites: ArrayLike<number>,
  extents: Extents,
  spacingMm: SpacingMm,
): Float64Array {
  const [d, h, w] = extents;
  if (sites.length !== d * h * w) invalid(`${sites.length} voxels on a grid of ${extents.join(' × ')}`);
  if (spacingMm.some((mm) => !(mm > 0 && mm < Infinity))) invalid(`spacing ${spacingMm.join(' × ')} mm`);
  const field = Float64Array.from({ length: sites.length }, (_, i) => (sites[i] === 0 ? Infinity : 0));
  const envelope = new Envelope(Math.max(d, h, w));
  for (let row = 0; row < d * h; row++) envelope.sweep(field, row * w, 1, w, spacingMm[2]);
  for (let z = 0; z < d; z++) {
    for (let x = 0; x < w; x++) envelope.sweep(field, z * h * w + x, w, h, spacingMm[1]);
  }
  for (let column = 0; column < h * w; column++) envelope.sweep(field, column, h * w, d, spacingMm[0]);
  return field;
}

/** The lower envelope of the parabolas f(q) + (s·(p − q))² of one line; buffers are reused from line to line. */
class Envelope {
  private readonly line: Float64Array;
  private readonly roots: Int32Array;
  /** The parabola of roots[k] is lowest from starts[k] to starts[k + 1]. */
  private readonly starts: Float64Array;

  constructor(longest: number) {
    this.line = new Float64Array(longest);
    this.roots = new Int32Array(longest);
    this.starts = new Float64Array(longest + 1);
  }

  sweep(field: Float64Array, first: number, stride: number, length: number, spacing: number): void {
    const { line, roots, starts } = this;
    const s2 = spacing * spacing;
    let last = -1;
    for (let q = 0; q < length; q++) {
      const f = field[first + q * stride]!;
      line[q] = f;
      if (f === Infinity) continue; // no parabola here
      let start = -Infinity;
      while (last >= 0) {
        const r = roots[last]!;
        start = (f - line[r]! + s2 * (q * q - r * r)) / (2 * s2 * (q - r));
        if (start > starts[last]!) break;
        last--;
        start = -Infinity;
      }
      roots[++last] = q;
      starts[last] = start;
    }
    if (last < 0) return;
    starts[last + 1] = Infinity;
    let k = 0;
    for (let p = 0; p < length; p++) {
      while (starts[k + 1]! < p) k++;
      const r = roots[k]!;
      field[first + p * stride] = line[r]! + s2 * (p - r) * (p - r);
    }
  }
}
