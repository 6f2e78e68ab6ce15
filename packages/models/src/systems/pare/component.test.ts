import { describe, expect, it } from 'vitest';
import { axialDiameterMm, componentAtMiddle, describe as describeMask } from './component.js';

const config = { patch: [4, 16, 16], spacingMm: [2, 1, 1] } as const;

/** 1 where the test of a voxel (z, y, x) holds. */
function map(isInside: (z: number, y: number, x: number) => boolean): Float32Array {
  const [pz, py, px] = config.patch;
  const out = new Float32Array(pz * py * px);
  for (let z = 0, n = 0; z < pz; z++)
    for (let y = 0; y < py; y++) for (let x = 0; x < px; x++, n++) if (isInside(z, y, x)) out[n] = 0.9;
  return out;
}
const disc = (y0: number, x0: number, r: number) => (_: number, y: number, x: number) =>
  Math.hypot(y - y0, x - x0) <= r;

describe('the component that a click means', () => {
  it('is the one at the middle, without others in the slab', () => {
    const near = disc(8, 8, 2);
    const far = disc(2, 2, 2);
    const found = componentAtMiddle(
      map((z, y, x) => near(z, y, x) || far(z, y, x)),
      config,
    )!;
    expect(found.voxels).toBe(4 * 13);
    expect(found.middle.map((v) => Math.round(v * 10) / 10)).toEqual([1.5, 8, 8]);
    expect(found.touchesEdge).toBe(false);
  });

  it('is the nearest within reach where the middle itself is empty', () => {
    const found = componentAtMiddle(map(disc(8, 12, 1)), config)!;
    expect(Math.round(found.middle[2])).toBe(12);
  });

  it('is none where nothing lies within reach', () => {
    expect(componentAtMiddle(map(disc(1, 1, 1)), config)).toBeUndefined();
    expect(
      componentAtMiddle(
        map(() => false),
        config,
      ),
    ).toBeUndefined();
  });

  it('says when it reaches the edge of the slab', () => {
    expect(
      componentAtMiddle(
        map(() => true),
        config,
      )!.touchesEdge,
    ).toBe(true);
  });

  it('counts values at the threshold as outside', () => {
    expect(componentAtMiddle(new Float32Array(4 * 16 * 16).fill(0.5), config)).toBeUndefined();
  });
});

describe('the axial diameter', () => {
  const mask = Uint8Array.from(
    map((z, y, x) => z === 2 && y >= 5 && y < 9 && x >= 3 && x < 13),
    (v) => (v > 0 ? 1 : 0),
  );

  it('of a 10 × 4 mm bar is at least its length and at most its diagonal; the short one its width', () => {
    const { longestMm, shortestMm } = axialDiameterMm(mask, 2, config.patch, [1, 1]);
    expect(longestMm).toBeGreaterThanOrEqual(10);
    expect(longestMm).toBeLessThanOrEqual(Math.hypot(10, 4));
    expect(shortestMm).toBeCloseTo(4, 1);
  });

  it('grows with the spacing', () => {
    const one = axialDiameterMm(mask, 2, config.patch, [1, 1]).longestMm;
    expect(axialDiameterMm(mask, 2, config.patch, [2, 2]).longestMm).toBeCloseTo(2 * one);
  });

  it('of an empty slice is 0', () => {
    expect(axialDiameterMm(mask, 0, config.patch, [1, 1])).toEqual({ longestMm: 0, shortestMm: 0 });
  });

  it('is taken where the area is largest', () => {
    expect(describeMask(mask, config.patch).widest).toBe(2);
  });
});
