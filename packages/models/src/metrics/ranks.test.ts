import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { auroc, averageRanks, macroAuroc, spearman } from './ranks.js';

const random = new Random(3, 'ranks');
const scores = (n: number, levels: number): number[] =>
  Array.from({ length: n }, () => random.int(levels) / levels);

function allPairs(values: readonly number[], labels: readonly boolean[]): number {
  let [won, pairs] = [0, 0];
  for (const [i, p] of values.entries()) {
    for (const [j, n] of values.entries()) {
      if (!labels[i] || labels[j]) continue;
      pairs++;
      won += p > n ? 1 : p === n ? 0.5 : 0;
    }
  }
  return won / pairs;
}

describe('auroc', () => {
  it('equals the share of ordered pairs, ties at a half', () => {
    for (let round = 0; round < 40; round++) {
      const values = scores(30, round % 2 === 0 ? 4 : 1000);
      const labels = values.map((_, i) => i < 2 || random.chance(0.4)).map((is, i) => is && i !== 2);
      expect(auroc(values, labels)).toBeCloseTo(allPairs(values, labels), 12);
    }
  });

  it('is undefined without both classes and refuses NaN', () => {
    expect(auroc([1, 2], [1, 1])).toBeUndefined();
    expect(() => auroc([1, Number.NaN], [0, 1])).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }));
    expect(() => auroc([1], [0, 1])).toThrow(/labels/);
  });

  it('averages over the labels that have both classes', () => {
    const found = macroAuroc(
      [
        [1, 2, 3],
        [1, 2, 3],
        [1, 1, 1],
      ],
      [
        [0, 0, 1],
        [0, 0, 0],
        [0, 1, 1],
      ],
    );
    expect(found).toEqual({ macro: 0.75, perLabel: [1, undefined, 0.5], excluded: 1 });
  });
});

describe('spearman', () => {
  it('equals Pearson of ranks counted one by one', () => {
    for (let round = 0; round < 20; round++) {
      const [a, b] = [scores(15, 6), scores(15, 50)];
      const rank = (v: readonly number[], x: number): number =>
        v.filter((y) => y < x).length + (v.filter((y) => y === x).length + 1) / 2;
      const [x, y] = [a.map((v) => rank(a, v)), b.map((v) => rank(b, v))];
      expect([...averageRanks(a)]).toEqual(x);
      const mean = (v: readonly number[]): number => v.reduce((s, z) => s + z, 0) / v.length;
      const product = (u: readonly number[], v: readonly number[]): number =>
        mean(u.map((z, i) => z * v[i]!)) - mean(u) * mean(v);
      expect(spearman(a, b)).toBeCloseTo(product(x, y) / Math.sqrt(product(x, x) * product(y, y)), 10);
    }
  });

  it('is 1 for any rising map, −1 for a falling one, undefined for a constant', () => {
    expect(spearman([1, 2, 5], [10, 100, 101])).toBeCloseTo(1, 12);
    expect(spearman([1, 2, 5], [3, 2, 1])).toBeCloseTo(-1, 12);
    expect(spearman([1, 2, 5], [3, 3, 3])).toBeUndefined();
  });
});
