import { describe, expect, test } from 'vitest';
import { diceMetrics, diceOf, meanDiceOf, scoreCase } from './dice-metrics.js';

describe('Dice of label maps', () => {
  test('is twice the overlap over the sum, and nothing where both are empty', () => {
    expect(diceOf([1, 1, 0, 2], [1, 0, 0, 2], 1)).toBeCloseTo(2 / 3, 12);
    expect(diceOf([1, 1], [0, 0], 1)).toBe(0);
    expect(diceOf([0, 2], [2, 0], 1)).toBeUndefined();
  });

  const classes = ['background', 'a', 'b'];
  const cases = [
    scoreCase([1, 1, 2, 0], [1, 1, 2, 0], classes),
    scoreCase([1, 0, 0, 0], [1, 1, 0, 0], classes),
    scoreCase([0, 0, 2, 2], [0, 0, 2, 0], classes),
  ];

  test('leaves a structure out that a case does not have, and says how many cases stand behind a mean', () => {
    const metrics = diceMetrics(cases, 'three toys');
    expect(metrics.map(({ structure, n }) => [structure, n])).toEqual([
      [null, 3],
      ['a', 2],
      ['b', 2],
    ]);
    expect(metrics[1]!.value).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect(meanDiceOf(cases)).toBeCloseTo((1 + 2 / 3 + 2 / 3) / 3, 12);
  });

  test('gives an interval around the mean that is the same every time, and none for fewer than three cases', () => {
    const [all, a] = diceMetrics(cases, 'three toys');
    expect(all!.interval!.low).toBeLessThanOrEqual(all!.value);
    expect(all!.interval!.high).toBeGreaterThanOrEqual(all!.value);
    expect(diceMetrics(cases, 'three toys')[0]).toEqual(all);
    expect(a!.interval).toBeNull();
  });

  test('of no cases is null', () => {
    expect(meanDiceOf([])).toBeNull();
  });
});
