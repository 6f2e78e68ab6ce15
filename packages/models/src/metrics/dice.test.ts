import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { dice, summarizeDice } from './dice.js';

describe('dice', () => {
  it('equals the definition on sets, for random label maps', () => {
    const random = new Random(1, 'dice');
    for (let round = 0; round < 50; round++) {
      const [a, b] = [0, 1].map(() => Uint8Array.from({ length: 40 }, () => random.int(4))) as [
        Uint8Array,
        Uint8Array,
      ];
      const inA = new Set([...a.keys()].filter((i) => a[i] === 2));
      const inB = new Set([...b.keys()].filter((i) => b[i] === 2));
      const both = [...inA].filter((i) => inB.has(i)).length;
      expect(dice(a, b, 2)).toBeCloseTo((2 * both) / (inA.size + inB.size), 12);
    }
  });

  it('leaves out a pair of empty masks and gives 0 to one empty mask', () => {
    expect(dice([0, 0], [0, 0])).toBeUndefined();
    expect(dice([1, 2], [1, 2], 3)).toBeUndefined();
    expect(dice([0, 1], [0, 0])).toBe(0);
    expect(dice([0, 7], [0, 9])).toBe(1); // without a label: anything but 0
  });

  it('refuses maps of different size', () => {
    expect(() => dice([1], [1, 1])).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});

describe('summarizeDice', () => {
  it('averages organs, then cases, and counts what it left out', () => {
    const summary = summarizeDice([
      new Map<string, number | undefined>([
        ['liver', 0.8],
        ['spleen', 0.4],
      ]),
      new Map<string, number | undefined>([
        ['liver', 1],
        ['spleen', undefined],
      ]),
      new Map<string, number | undefined>([['liver', undefined]]),
    ]);
    expect(summary.mean).toBeCloseTo((0.6 + 1) / 2, 12); // not 2.2 / 3
    expect(summary.perCase[2]).toBeUndefined();
    expect(summary.perOrgan.get('liver')).toBeCloseTo(0.9, 12);
    expect(summary).toMatchObject({ scored: 3, excluded: 2 });
  });

  it('has no mean of nothing', () => {
    const summary = summarizeDice([new Map([['liver', undefined]])]);
    expect(summary.mean).toBeNaN();
    expect(summary.perOrgan.get('liver')).toBeNaN();
  });
});
