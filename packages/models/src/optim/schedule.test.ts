import { expect, it } from 'vitest';
import { constantRate, cosineRate, polynomialRate } from './schedule.js';

it('a constant rate stays', () => {
  expect(constantRate(0.1)(1e6)).toBe(0.1);
});

it('a cosine warms up, peaks, and ends at its floor', () => {
  const rate = cosineRate({ peak: 1, steps: 110, warmup: 10, floor: 0.1 });
  expect([0, 9, 10, 60, 110, 500].map((step) => Number(rate(step).toFixed(4)))).toEqual([
    0.1, 1, 1, 0.55, 0.1, 0.1,
  ]);
});

it('a polynomial falls to zero', () => {
  const rate = polynomialRate({ peak: 2, steps: 100 });
  expect(rate(0)).toBe(2);
  expect(rate(50)).toBeCloseTo(2 * 0.5 ** 0.9, 10);
  expect(rate(100)).toBe(0);
});
