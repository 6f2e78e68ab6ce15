import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import type { Extents } from '../arch/patches.js';
import { type SpacingMm, squaredDistances } from './distance-transform.js';
import { surfaceScores, surfaceVoxels } from './surface-distance.js';

const random = new Random(2, 'surfaces');
const blob = (extents: Extents, density: number): Uint8Array =>
  Uint8Array.from({ length: extents[0] * extents[1] * extents[2] }, () => Number(random.chance(density)));
const place = (i: number, [, h, w]: Extents): SpacingMm => [
  Math.floor(i / (h * w)),
  Math.floor(i / w) % h,
  i % w,
];

/** All pairs: no transform, no cropping. */
function bruteDistance(i: number, sites: ArrayLike<number>, extents: Extents, mm: SpacingMm): number {
  let best = Infinity;
  for (let j = 0; j < sites.length; j++) {
    if (sites[j] === 0) continue;
    const [p, q] = [place(i, extents), place(j, extents)];
    best = Math.min(best, Math.hypot(...p.map((at, axis) => (at - q[axis]!) * mm[axis]!)));
  }
  return best;
}

function bruteSurface(mask: Uint8Array, extents: Extents): number[] {
  const value = (p: readonly number[]): number =>
    p.some((at, axis) => at < 0 || at >= extents[axis]!)
      ? 0
      : mask[(p[0]! * extents[1] + p[1]!) * extents[2] + p[2]!]!;
  return [...mask.keys()].filter((i) => {
    const p = place(i, extents);
    const around = [0, 1, 2].flatMap((axis) =>
      [-1, 1].map((step) => p.map((at, a) => (a === axis ? at + step : at))),
    );
    return mask[i] !== 0 && around.some((neighbour) => value(neighbour) === 0);
  });
}

const shapes: readonly (readonly [Extents, SpacingMm])[] = [
  [
    [5, 6, 7],
    [1, 1, 1],
  ],
  [
    [4, 7, 3],
    [2.5, 0.7, 0.9],
  ],
  [
    [1, 9, 8],
    [5, 0.4, 1.3],
  ],
];

describe('squaredDistances', () => {
  it('equals the search over all pairs, with any spacing', () => {
    for (const [extents, mm] of shapes) {
      for (const density of [0.02, 0.2, 0.8]) {
        const sites = blob(extents, density);
        const squared = squaredDistances(sites, extents, mm);
        for (let i = 0; i < sites.length; i++) {
          const brute = bruteDistance(i, sites, extents, mm);
          if (brute === Infinity) expect(squared[i]).toBe(Infinity);
          else expect(Math.sqrt(squared[i]!)).toBeCloseTo(brute, 9);
        }
      }
    }
  });

  it('refuses a grid that does not fit, and spacing that is none', () => {
    expect(() => squaredDistances([1], [1, 1, 2], [1, 1, 1])).toThrow(/1 voxels on a grid/);
    expect(() => squaredDistances([1], [1, 1, 1], [1, 0, 1])).toThrow(/spacing/);
  });
});

describe('surfaceScores', () => {
  it('equal the pooled distances between all pairs of surface voxels', () => {
    for (const [extents, spacingMm] of shapes) {
      for (let round = 0; round < 4; round++) {
        const [a, b] = [blob(extents, 0.85), blob(extents, 0.3)];
        const [onA, onB] = [bruteSurface(a, extents), bruteSurface(b, extents)];
        expect([...surfaceVoxels(a, extents).keys()].filter((i) => surfaceVoxels(a, extents)[i])).toEqual(
          onA,
        );
        const mask = (on: number[]): Uint8Array => Uint8Array.from(a, (_, i) => Number(on.includes(i)));
        const pooled = [
          ...onA.map((i) => bruteDistance(i, mask(onB), extents, spacingMm)),
          ...onB.map((i) => bruteDistance(i, mask(onA), extents, spacingMm)),
        ].sort((x, y) => x - y);
        const at = 0.95 * (pooled.length - 1);
        const [low, high] = [pooled[Math.floor(at)]!, pooled[Math.ceil(at)]!];
        const scores = surfaceScores(a, b, { extents, spacingMm }, 1);
        if (scores.kind !== 'measured') throw new Error(scores.kind);
        expect(scores.asdMm).toBeCloseTo(pooled.reduce((s, d) => s + d, 0) / pooled.length, 9);
        expect(scores.hd95Mm).toBeCloseTo(low + (at - Math.floor(at)) * (high - low), 9);
        expect(scores.nsd).toBeCloseTo(pooled.filter((d) => d <= 1).length / pooled.length, 9);
      }
    }
  });

  it('measure a shift along one axis in mm', () => {
    const extents: Extents = [6, 3, 3];
    const slab = (z: number): Uint8Array =>
      Uint8Array.from({ length: 54 }, (_, i) => Number(Math.floor(i / 9) === z));
    const grid = { extents, spacingMm: [2.5, 1, 1] as const };
    expect(surfaceScores(slab(1), slab(3), grid, 4.9)).toEqual({
      kind: 'measured',
      asdMm: 5,
      hd95Mm: 5,
      nsd: 0,
    });
    expect(surfaceScores(slab(1), slab(3), grid, 5)).toMatchObject({ nsd: 1 });
  });

  it('flag one empty mask with the diagonal of the image, and leave out two', () => {
    const grid = { extents: [1, 3, 4] as Extents, spacingMm: [12, 1, 1] as const };
    const [empty, dot] = [new Uint8Array(12), new Uint8Array(12).fill(1, 5, 6)];
    expect(surfaceScores(dot, empty, grid, 1)).toEqual({ kind: 'one-empty', asdMm: 13, hd95Mm: 13, nsd: 0 });
    expect(surfaceScores(empty, dot, grid, 1).kind).toBe('one-empty');
    expect(surfaceScores(empty, empty, grid, 1)).toEqual({ kind: 'excluded' });
    expect(() => surfaceScores(dot, [1], grid, 1)).toThrow(/12 and 1 voxels/);
  });
});
