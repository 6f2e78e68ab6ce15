import { describe, expect, it } from 'vitest';
import { axes, blend, Capsule, custom, drum, ellipsoid, flatBar } from './shapes.js';

describe('implicit shapes', () => {
  it('give the exact distance to a sphere', () => {
    const ball = ellipsoid([1, 2, 3], [5, 5, 5]);
    expect(ball.signed(1, 2, 11)).toBeCloseTo(3, 9);
    expect(ball.signed(1, 2, 6)).toBeCloseTo(-2, 9);
    expect(ball.signed(1, 2, 3)).toBe(-5);
  });

  it('are zero on the surface of a turned ellipsoid', () => {
    const e = ellipsoid([0, 0, 0], [10, 4, 4], axes([1, 1, 0]));
    expect(e.signed(10 / Math.SQRT2, 10 / Math.SQRT2, 0)).toBeCloseTo(0, 9);
  });

  it('taper a capsule from one radius to the other', () => {
    const c = new Capsule([0, 0, 0], [0, 0, 10], 4, 2);
    expect(c.signed(4, 0, 0)).toBeCloseTo(0, 9);
    expect(c.signed(2, 0, 10)).toBeCloseTo(0, 9);
    expect(c.signed(3, 0, 5)).toBeCloseTo(0, 9);
    expect(c.signed(0, 0, 13)).toBeCloseTo(1, 9);
  });

  it('stay inside their bounding boxes', () => {
    const shapes = [
      ellipsoid([3, -2, 1], [9, 4, 6], axes([1, 0.4, -0.2])),
      new Capsule([0, 0, 0], [10, 5, -3], 3, 2),
      flatBar([0, 0, 0], [20, 0, 0], 6, 0.5, [0, 1, 0]),
      drum([0, 0, -10], [0, 0, 10], 12, 8),
    ];
    for (const shape of shapes) {
      for (let x = -40; x <= 40; x += 2) {
        for (let y = -40; y <= 40; y += 2) {
          for (let z = -40; z <= 40; z += 2) {
            if (shape.signed(x, y, z) >= 0) continue;
            const p = [x, y, z];
            for (let k = 0; k < 3; k++) {
              expect(p[k]!).toBeGreaterThanOrEqual(shape.box.low[k]! - 1e-6);
              expect(p[k]!).toBeLessThanOrEqual(shape.box.high[k]! + 1e-6);
            }
          }
        }
      }
    }
  });

  it('blend without a crease: the union is never outside either part', () => {
    const [a, b] = [ellipsoid([0, 0, 0], [5, 5, 5]), ellipsoid([7, 0, 0], [5, 5, 5])];
    const both = blend(a, b, 4);
    for (let x = -8; x < 16; x += 0.5) {
      expect(both.signed(x, 2, 0)).toBeLessThanOrEqual(Math.min(a.signed(x, 2, 0), b.signed(x, 2, 0)) + 1e-9);
    }
  });

  it('accept any function', () => {
    expect(custom({ low: [0, 0, 0], high: [1, 1, 1] }, 1, (x) => x - 0.5).signed(0.25, 0, 0)).toBe(-0.25);
  });
});
