import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { expectedCalibrationError, fitTemperature } from './calibration.js';

const random = new Random(7, 'calibration');

describe('expectedCalibrationError', () => {
  it('equals the sum over bins, bin by bin', () => {
    const confidences = [...Array.from({ length: 200 }, () => random.uniform()), 0, 1, 0.5];
    const outcomes = confidences.map((p) => random.chance(p * p));
    let expected = 0;
    for (let bin = 0; bin < 10; bin++) {
      const members = [...confidences.keys()].filter(
        (i) => Math.min(9, Math.floor(confidences[i]! * 10)) === bin,
      );
      if (members.length === 0) continue;
      const rate = members.filter((i) => outcomes[i]).length / members.length;
      const confidence = members.reduce((s, i) => s + confidences[i]!, 0) / members.length;
      expected += (members.length / confidences.length) * Math.abs(rate - confidence);
    }
    expect(expectedCalibrationError(confidences, outcomes, 10)).toBeCloseTo(expected, 12);
  });

  it('is 0 for certain and right, 1 for certain and wrong', () => {
    expect(expectedCalibrationError([1, 1, 0], [1, 1, 0])).toBe(0);
    expect(expectedCalibrationError([1, 0], [0, 1])).toBe(1);
    expect(() => expectedCalibrationError([1.2], [1])).toThrow(/confidence/);
    expect(() => expectedCalibrationError([1], [1], 0)).toThrow(/bins/);
  });
});

describe('fitTemperature', () => {
  const classes = 3;
  const logits = Array.from({ length: 400 * classes }, () => 4 * random.normal());
  const row = (i: number, t: number): number[] => {
    const e = logits.slice(i * classes, (i + 1) * classes).map((z) => Math.exp(z / t));
    return e.map((v) => v / e.reduce((s, x) => s + x, 0));
  };
  // labels drawn at temperature 2.5: the logits are overconfident by that much
  const labels = Array.from({ length: 400 }, (_, i): number => {
    const [p, u] = [row(i, 2.5), random.uniform()];
    return u < p[0]! ? 0 : u < p[0]! + p[1]! ? 1 : 2;
  });
  const loss = (t: number): number => labels.reduce((s, y, i) => s - Math.log(row(i, t)[y]!), 0);

  it('finds the lowest likelihood loss of a fine grid', () => {
    const found = fitTemperature(logits, labels, classes);
    const grid = Array.from({ length: 400 }, (_, i) => 1 + i * 0.01);
    expect(loss(found)).toBeLessThanOrEqual(Math.min(...grid.map(loss)) + 1e-9);
    expect(found).toBeGreaterThan(2);
    expect(found).toBeLessThan(3.1);
  });

  it('makes the calibration better', () => {
    const t = fitTemperature(logits, labels, classes);
    const error = (at: number): number => {
      const rows = labels.map((_, i) => row(i, at));
      const top = rows.map((p) => Math.max(...p));
      return expectedCalibrationError(
        top,
        rows.map((p, i) => p.indexOf(top[i]!) === labels[i]),
      );
    };
    expect(error(t)).toBeLessThan(0.5 * error(1));
  });

  it('stays at its ends for separable logits and refuses labels outside', () => {
    expect(fitTemperature([5, 0, 0, 5], [0, 1], 2)).toBeCloseTo(0.001, 6);
    expect(fitTemperature([5, 0, 0, 5], [1, 0], 2)).toBeCloseTo(1000, 0);
    expect(() => fitTemperature([1, 2], [2], 2)).toThrow(/label 2/);
    expect(() => fitTemperature([1, 2, 3], [0], 2)).toThrow(/3 logits/);
  });
});
