import { describe, expect, it } from 'vitest';
import { backwardTransfer, compareBits, forgetting, forwardTransfer, type ScoreTable } from './forgetting.js';
import { parameterIncreasingRate } from './parameter-growth.js';

const table: ScoreTable = [
  [0.8, 0.1, undefined],
  [0.9, 0.7, 0.3],
  [0.6, 0.75, 0.5],
];

describe('continual measures', () => {
  it('forgetting is the fall from the best earlier score, not from the first', () => {
    const { perTask, mean } = forgetting(table);
    expect(perTask[0]).toBeCloseTo(0.3, 12);
    expect(perTask[1]).toBeCloseTo(-0.05, 12); // got better
    expect(perTask).toHaveLength(2);
    expect(mean).toBeCloseTo(0.125, 12);
  });

  it('backward transfer compares with the score right after learning', () => {
    expect(backwardTransfer(table)).toBeCloseTo((-0.2 + 0.05) / 2, 12);
  });

  it('forward transfer compares the score before learning with an untrained network', () => {
    expect(forwardTransfer(table, [0.5, 0.05, 0.1])).toBeCloseTo((0.05 + 0.2) / 2, 12);
  });

  it('refuse what was not measured', () => {
    expect(() => forgetting([[1]])).toThrow(/two steps/);
    expect(() =>
      backwardTransfer([
        [1, undefined],
        [undefined, 1],
      ]),
    ).toThrow(/task 0 .* step 1/);
    expect(() => forwardTransfer(table, [0])).toThrow(/baselines/);
    expect(() =>
      forgetting([
        [1, 0],
        [Number.NaN, 1],
      ]),
    ).toThrow(/not finite/);
  });
});

describe('compareBits', () => {
  it('tells identity to the bit from equality of numbers', () => {
    const a = Float32Array.of(9, 1, 0, Number.NaN).subarray(1); // not aligned to its buffer's start
    expect(compareBits(a, Float32Array.from(a))).toEqual({
      isIdentical: true,
      maxAbsoluteDifference: 0,
      differing: 0,
    });
    expect(compareBits(Float32Array.of(0), Float32Array.of(-0))).toMatchObject({
      isIdentical: false,
      maxAbsoluteDifference: 0,
    });
    expect(compareBits(Float32Array.of(1, 2), Float32Array.of(1, 2.5))).toMatchObject({
      maxAbsoluteDifference: 0.5,
    });
    expect(compareBits(Float32Array.of(1), Float32Array.of(Number.NaN)).maxAbsoluteDifference).toBeNaN();
  });
});

describe('parameterIncreasingRate', () => {
  it('counts adapters and heads apart, per step and in total, over the first model', () => {
    const steps = [
      { adapters: 40, heads: 2 },
      { adapters: 60, heads: 4 },
    ];
    const { perStep, total } = parameterIncreasingRate(1000, steps);
    expect(perStep).toEqual([
      { adapters: 4, heads: 0.2, all: 4.2 },
      { adapters: 6, heads: 0.4, all: 6.4 },
    ]);
    expect(total).toEqual({ adapters: 10, heads: 0.6, all: 10.6 });
    expect(parameterIncreasingRate(1000, []).total.all).toBe(0);
  });

  it('refuses counts that are none', () => {
    expect(() => parameterIncreasingRate(0, [])).toThrow(/base of 0/);
    expect(() => parameterIncreasingRate(10, [{ adapters: -1, heads: 0 }])).toThrow(/-1 adapter/);
  });
});
