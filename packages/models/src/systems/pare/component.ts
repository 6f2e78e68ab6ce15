// The one nodule that a click means, out of a probability map: threshold, the component at the middle, its axial shape.
import type { PareConfig } from './pare-config.js';

export interface Component {
  /** 1 inside, [z·y·x] flat. */
  readonly mask: Uint8Array;
  readonly voxels: number;
  /** Slab index of the slice with the largest area. */
  readonly widest: number;
  /** Middle, slab voxels (z, y, x): of the whole in z, of the widest slice in the plane. */
  readonly middle: readonly [number, number, number];
  /** Whether it reaches the edge of the slab in the plane: then it is larger than what is seen. */
  readonly touchesEdge: boolean;
}

/** @returns undefined where nothing lies within `reachMm` of the middle */
export function componentAtMiddle(
  probability: ArrayLike<number>,
  config: Pick<PareConfig, 'patch' | 'spacingMm'>,
  options: { threshold?: number; reachMm?: number; seed?: readonly [number, number, number] } = {},
): Component | undefined {
  const [pz, py, px] = config.patch;
  const { threshold = 0.5, reachMm = 5, seed = [(pz - 1) / 2, (py - 1) / 2, (px - 1) / 2] } = options;
  const start = nearestAbove(probability, config, threshold, reachMm, seed);
  if (start === undefined) return undefined;
  const mask = new Uint8Array(pz * py * px);
  const stack = [start];
  mask[start] = 1;
  while (stack.length > 0) {
    const at = stack.pop()!;
    const x = at % px;
    const y = Math.floor(at / px) % py;
    const z = Math.floor(at / (px * py));
    const visit = (inside: boolean, next: number): void => {
      if (inside && mask[next] === 0 && probability[next]! > threshold) {
        mask[next] = 1;
        stack.push(next);
      }
    };
    visit(x > 0, at - 1);
    visit(x + 1 < px, at + 1);
    visit(y > 0, at - px);
    visit(y + 1 < py, at + px);
    visit(z > 0, at - px * py);
    visit(z + 1 < pz, at + px * py);
  }
  return describe(mask, config.patch);
}

function nearestAbove(
  probability: ArrayLike<number>,
  { patch: [pz, py, px], spacingMm: [sz, sy, sx] }: Pick<PareConfig, 'patch' | 'spacingMm'>,
  threshold: number,
  reachMm: number,
  [mz, my, mx]: readonly [number, number, number],
): number | undefined {
  let best: number | undefined;
  let bestDistance = reachMm * reachMm;
  for (let z = 0, n = 0; z < pz; z++)
    for (let y = 0; y < py; y++)
      for (let x = 0; x < px; x++, n++) {
        if (probability[n]! <= threshold) continue;
        const d = ((z - mz) * sz) ** 2 + ((y - my) * sy) ** 2 + ((x - mx) * sx) ** 2;
        if (d < bestDistance) {
          bestDistance = d;
          best = n;
        }
      }
  return best;
}

/** @param mask not empty */
export function describe(mask: Uint8Array, [pz, py, px]: readonly [number, number, number]): Component {
  const area = new Int32Array(pz);
  for (let n = 0; n < mask.length; n++) area[Math.floor(n / (px * py))]! += mask[n]!;
  const widest = area.indexOf(Math.max(...area));
  let [sumX, sumY, sumZ, voxels, touchesEdge] = [0, 0, 0, 0, false];
  for (let z = 0, n = 0; z < pz; z++)
    for (let y = 0; y < py; y++)
      for (let x = 0; x < px; x++, n++) {
        if (mask[n] === 0) continue;
        voxels++;
        sumZ += z;
        if (x === 0 || y === 0 || x === px - 1 || y === py - 1) touchesEdge = true;
        if (z !== widest) continue;
        sumX += x;
        sumY += y;
      }
  const flat = area[widest]!;
  return { mask, voxels, widest, middle: [sumZ / voxels, sumY / flat, sumX / flat], touchesEdge };
}

/** Longest distance in one axial slice between outer voxel edges, mm: the diameter that radiologists draw. */
export function axialDiameterMm(
  mask: Uint8Array,
  slice: number,
  [, py, px]: readonly [number, number, number],
  [sy, sx]: readonly [number, number],
): { longestMm: number; shortestMm: number } {
  const edge: [number, number][] = [];
  const base = slice * py * px;
  for (let y = 0; y < py; y++)
    for (let x = 0; x < px; x++) {
      const n = base + y * px + x;
      if (mask[n] === 0) continue;
      const inner = x > 0 && x + 1 < px && mask[n - 1]! + mask[n + 1]! === 2;
      if (!inner || y === 0 || y + 1 === py || mask[n - px]! + mask[n + px]! < 2) edge.push([y * sy, x * sx]);
    }
  if (edge.length === 0) return { longestMm: 0, shortestMm: 0 };
  // widths over 36 directions: the largest is the long axis, the smallest the short one
  let [longest, shortest] = [0, Number.POSITIVE_INFINITY];
  for (let k = 0; k < 36; k++) {
    const [c, s] = [Math.cos((Math.PI * k) / 36), Math.sin((Math.PI * k) / 36)];
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const [y, x] of edge) {
      const p = c * x + s * y;
      low = Math.min(low, p);
      high = Math.max(high, p);
    }
    longest = Math.max(longest, high - low + sx);
    shortest = Math.min(shortest, high - low + sx);
  }
  return { longestMm: longest, shortestMm: shortest };
}
