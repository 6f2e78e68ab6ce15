import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { operatingPoint, sensitivityAtSpecificity, thresholdAtSpecificity } from './operating-point.js';

const random = new Random(6, 'operating');
const cases = (n: number): { scores: number[]; labels: boolean[] } => {
  const labels = Array.from({ length: n }, (_, i) => i > 1 && (i === 2 || random.chance(0.4)));
  return { labels, scores: labels.map((is) => random.int(12) + (is ? 3 : 0)) };
};

describe('operating points', () => {
  it('take the lowest of all observed scores that reaches the specificity', () => {
    for (let round = 0; round < 60; round++) {
      const { scores, labels } = cases(25);
      const wanted = random.int(11) / 10;
      const fits = [...new Set(scores), Infinity].filter(
        (t) => operatingPoint(scores, labels, t).specificity! >= wanted - 1e-12,
      );
      expect(thresholdAtSpecificity(scores, labels, wanted)).toBe(Math.min(...fits));
    }
  });

  it('count hits and rejections one by one', () => {
    expect(operatingPoint([0.1, 0.5, 0.5, 0.9], [0, 0, 1, 1], 0.5)).toEqual({
      sensitivity: 1,
      specificity: 0.5,
    });
    expect(operatingPoint([1], [1], 2)).toEqual({ sensitivity: 0, specificity: undefined });
  });

  it('bring the threshold from validation and never look at test labels for it', () => {
    const [validation, test] = [cases(80), cases(80)];
    const flipped = { ...test, labels: test.labels.map((is) => !is) };
    const found = sensitivityAtSpecificity(validation, test, 0.9);
    expect(found.threshold).toBe(sensitivityAtSpecificity(validation, flipped, 0.9).threshold);
    expect(
      operatingPoint(validation.scores, validation.labels, found.threshold).specificity,
    ).toBeGreaterThanOrEqual(0.9);
    expect(found.sensitivity).toBe(operatingPoint(test.scores, test.labels, found.threshold).sensitivity);
  });

  it('are not fooled by rounding, and refuse what has no answer', () => {
    const scores = Array.from({ length: 100 }, (_, i) => i);
    const none = scores.map(() => 0);
    expect(thresholdAtSpecificity(scores, none, 0.07)).toBe(7); // 0.07 · 100 is 7.000000000000001
    expect(thresholdAtSpecificity(scores, none, 1)).toBe(Infinity);
    expect(() => thresholdAtSpecificity([1], [1], 0.9)).toThrow(/negatives/);
    expect(() => thresholdAtSpecificity([1], [0], 90)).toThrow(/specificity/);
  });
});
