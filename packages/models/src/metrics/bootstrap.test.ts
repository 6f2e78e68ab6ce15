import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { bootstrap, pairedBootstrap, type Statistic } from './bootstrap.js';
import { auroc } from './ranks.js';
import { mean, percentile } from './summary-statistics.js';

const random = new Random(4, 'bootstrap-test');
const values = Array.from({ length: 200 }, () => random.normal(3, 2));
const alone = values.map((_, i) => `p${i}`);
const meanOf =
  (of: readonly number[]): Statistic =>
  (indices) =>
    mean(indices.map((i) => of[i]!));

describe('bootstrap', () => {
  it('gives the interval of theory for a mean', () => {
    const { estimate, low, high, resamples } = bootstrap(alone, meanOf(values), { seed: 1 });
    const deviation = Math.sqrt(mean(values.map((v) => (v - estimate) ** 2)));
    const half = (1.96 * deviation) / Math.sqrt(values.length);
    expect(estimate).toBeCloseTo(mean(values), 12);
    // 1,000 resamples know the 2.5 % quantile to about 8 % of the half width
    expect(Math.abs(high - estimate - half)).toBeLessThan(0.25 * half);
    expect(Math.abs(estimate - low - half)).toBeLessThan(0.25 * half);
    expect(resamples).toBe(1000);
  });

  it('resamples patients, so scans of one patient widen the interval', () => {
    const twins = values.map((_, i) => `p${Math.floor(i / 20)}`);
    const copied = values.map((_, i) => values[Math.floor(i / 20) * 20]!); // 20 equal scans per patient
    const width = (patients: string[]): number => {
      const { low, high } = bootstrap(patients, meanOf(copied), { seed: 1 });
      return high - low;
    };
    expect(width(twins)).toBeGreaterThan(2.5 * width(alone));
    const whole: Statistic = (indices) => Number(indices.length % 20 === 0);
    expect(bootstrap(twins, whole, { seed: 1, resamples: 20 })).toMatchObject({ low: 1, high: 1 });
  });

  it('repeats itself by seed and counts resamples without a value', () => {
    const labels = values.map((_, i) => i === 0); // one positive: about 37 % of resamples have none
    const statistic: Statistic = (indices) =>
      auroc(
        indices.map((i) => values[i]!),
        indices.map((i) => labels[i]!),
      );
    const first = bootstrap(alone, statistic, { seed: 5, resamples: 200 });
    expect(bootstrap(alone, statistic, { seed: 5, resamples: 200 })).toEqual(first);
    expect(first.resamples + first.undefinedResamples).toBe(200);
    expect(first.undefinedResamples).toBeGreaterThan(40);
  });

  it('refuses no patients and absurd numbers', () => {
    expect(() => bootstrap([], () => 1, { seed: 1 })).toThrow(/no patients/);
    expect(() => bootstrap(['a'], () => 1, { seed: 1, resamples: 1e9 })).toThrow(/resamples/);
    expect(() => bootstrap(['a'], () => 1, { seed: 1, level: 1 })).toThrow(/level/);
  });
});

describe('pairedBootstrap', () => {
  it('sees a small constant difference that unpaired intervals hide', () => {
    const better = values.map((v) => v + 0.1 + 0.01 * random.normal());
    const paired = pairedBootstrap(alone, meanOf(better), meanOf(values), { seed: 1 });
    expect(paired.low).toBeGreaterThan(0.09);
    expect(paired.high).toBeLessThan(0.11);
    expect(paired.pValue).toBe(0);
    expect(bootstrap(alone, meanOf(better), { seed: 1 }).low).toBeLessThan(mean(values));
  });

  it('finds nothing between a statistic and itself', () => {
    const same = pairedBootstrap(alone, meanOf(values), meanOf(values), { seed: 1, resamples: 50 });
    expect(same).toMatchObject({ estimate: 0, low: 0, high: 0, pValue: 1 });
  });
});

describe('percentile', () => {
  it('interpolates between order statistics', () => {
    expect(percentile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(percentile([10, 20], 0.95)).toBeCloseTo(19.5, 12);
    expect(percentile([7], 0.3)).toBe(7);
    expect(percentile([], 0.3)).toBeNaN();
    expect(() => percentile([1], 95)).toThrow(/percentile/);
  });
});
