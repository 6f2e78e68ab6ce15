import { describe, expect, it } from 'vitest';
import { outlineOf, partialVolume } from './shape-measures.js';

const extent = [32, 32] as const;
type Inside = (x: number, y: number) => boolean;
const disc =
  (radius: number): Inside =>
  (x, y) =>
    Math.hypot(x - 16, y - 16) <= radius;

/** Mask, HU (0 inside, lung outside unless said) and steps from the boundary in rings. */
function slice(isInside: Inside, isDense: Inside = () => false) {
  const flat = new Uint8Array(32 * 32);
  const image = new Float32Array(32 * 32);
  for (let n = 0; n < flat.length; n++) {
    const [x, y] = [n % 32, Math.floor(n / 32)];
    flat[n] = isInside(x, y) ? 1 : 0;
    image[n] = flat[n] === 1 || isDense(x, y) ? 0 : -850;
  }
  const distance = Int8Array.from(flat, (value, n) => {
    const [x, y] = [n % 32, Math.floor(n / 32)];
    for (let steps = 1; steps <= 10; steps++)
      for (let m = 0; m < flat.length; m++)
        if (flat[m] !== value && Math.abs((m % 32) - x) + Math.abs(Math.floor(m / 32) - y) === steps)
          return value === 1 ? steps : -steps;
    return value === 1 ? 11 : -11;
  });
  return { flat, image, distance };
}
const outline = (isInside: Inside, isDense?: Inside) => {
  const { flat, image, distance } = slice(isInside, isDense);
  return outlineOf(flat, image, distance, extent);
};

describe('the outline of a cross-section', () => {
  it('of a disc: its radius, no bays, even radii, lung all around', () => {
    const found = outline(disc(6));
    expect(found.inscribed).toBeGreaterThan(5.5);
    expect(found.inscribed).toBeLessThan(7);
    expect(found.solidity).toBeGreaterThan(0.85);
    expect(found.radialSpread).toBeLessThan(0.07);
    expect(found.denseArc).toBe(0);
  });

  it('a vessel that hangs on leaves the inscribed circle, and opens bays', () => {
    const vessel: Inside = (x, y) => disc(6)(x, y) || (y === 16 && x > 16 && x < 30);
    expect(outline(vessel).inscribed).toBeCloseTo(outline(disc(6)).inscribed, 0);
    expect(outline(vessel).solidity).toBeLessThan(0.8);
    expect(outline(vessel).radialSpread).toBeGreaterThan(0.2);
  });

  it('tells pleura on one side from lung', () => {
    const arc = outline(disc(5), (x) => x > 22).denseArc;
    expect(arc).toBeGreaterThan(0.05);
    expect(arc).toBeLessThan(0.5);
    expect(outline(disc(5), () => true).denseArc).toBe(1);
  });

  it('of a single pixel and of a whole slice is made of numbers', () => {
    for (const inside of [disc(0.5), () => true])
      expect(Object.values(outline(inside)).every(Number.isFinite)).toBe(true);
  });
});

describe('partial volume', () => {
  it('counts pixels by how much of each is nodule, only where it may lie', () => {
    const image = Float32Array.from([-850, -425, 0, 400]);
    expect(partialVolume(image, () => true, 0)).toBeCloseTo(2.5);
    expect(partialVolume(image, (n) => n < 2, 0)).toBeCloseTo(0.5);
  });

  it('divides by a contrast of 100 HU at least', () => {
    expect(partialVolume(Float32Array.from([-800]), () => true, -900)).toBeCloseTo(0.5);
  });
});
