import { describe, expect, it } from 'vitest';
import { Random } from './random.js';

describe('Random', () => {
  it('gives the same first words for the same seed on every platform', () => {
    const random = new Random(7);
    expect([random.uint32(), random.uint32(), random.uint32()]).toMatchInlineSnapshot(`
      [
        2594283347,
        3483583187,
        934522724,
      ]
    `);
  });

  it('gives independent streams by name, unmoved by draws from the parent', () => {
    const a = new Random(1);
    const b = new Random(1);
    b.uint32();
    expect(a.fork('noise').uint32()).toBe(b.fork('noise').uint32());
    expect(a.fork('noise').uint32()).not.toBe(a.fork('shape').uint32());
  });

  it('draws uniform and normal numbers with the moments they promise', () => {
    const random = new Random(42);
    const uniform = Array.from({ length: 20_000 }, () => random.uniform());
    const normal = Array.from({ length: 20_000 }, () => random.normal(3, 2));
    expect(mean(uniform)).toBeCloseTo(0.5, 1);
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniform)).toBeLessThan(1);
    expect(mean(normal)).toBeCloseTo(3, 1);
    expect(Math.sqrt(mean(normal.map((x) => (x - 3) ** 2)))).toBeCloseTo(2, 1);
  });

  it('shuffles into a permutation', () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const shuffled = new Random(3).shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
  });
});

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
