import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { acquire, blur, idealAcquisition, sampleAcquisition } from './acquisition.js';

const size = [40, 40, 12] as const;
const spacing = [2, 2, 3] as const;
const grid = { size, affine: [2, 0, 0, -39, 0, 2, 0, -39, 0, 0, 3, 0] };
const water = () => new Float32Array(40 * 40 * 12);
const moments = (values: ArrayLike<number>) => {
  const n = values.length;
  const mean = Array.from(values).reduce((s, v) => s + v, 0) / n;
  return { mean, sd: Math.sqrt(Array.from(values).reduce((s, v) => s + (v - mean) ** 2, 0) / n) };
};

describe('acquisition', () => {
  it('adds nothing when it is ideal', () => {
    const values = water();
    acquire(values, grid, spacing, idealAcquisition, new Random(1));
    expect(moments(values)).toEqual({ mean: 0, sd: 0 });
  });

  it('adds noise of about the asked standard deviation and no bias', () => {
    for (const lowFrequency of [0, 0.4]) {
      const values = water();
      acquire(values, grid, spacing, { ...idealAcquisition, noiseHu: 20, lowFrequency }, new Random(2));
      const { mean, sd } = moments(values);
      expect(Math.abs(mean)).toBeLessThan(1.5);
      expect(sd).toBeGreaterThan(14);
      expect(sd).toBeLessThan(24);
    }
  });

  it('correlates neighbours when part of the noise is of low frequency', () => {
    const lag = (lowFrequency: number) => {
      const values = water();
      acquire(values, grid, spacing, { ...idealAcquisition, noiseHu: 20, lowFrequency }, new Random(3));
      let [a, b] = [0, 0];
      for (let i = 0; i + 1 < values.length; i++) {
        a += values[i]! * values[i + 1]!;
        b += values[i]! ** 2;
      }
      return a / b;
    };
    expect(Math.abs(lag(0))).toBeLessThan(0.05);
    expect(lag(0.5)).toBeGreaterThan(0.2);
  });

  it('blurs without changing the mean', () => {
    const values = water();
    values[20 + 40 * (20 + 40 * 6)] = 1000;
    blur(values, size, spacing, 3);
    expect(moments(values).mean * values.length).toBeCloseTo(1000, 1);
    expect(values[20 + 40 * (20 + 40 * 6)]!).toBeLessThan(400);
  });

  it('truncates to a circle, and can apply the rescale twice as CT-RATE v2 did', () => {
    const values = water();
    acquire(
      values,
      grid,
      spacing,
      { ...idealAcquisition, circleMm: 20, padding: -3024, wrongRescale: true },
      new Random(4),
    );
    expect(values[0]).toBe(-3024 - 1024);
    expect(values[20 + 40 * (20 + 40 * 6)]).toBe(-1024);
  });

  it('puts a couch behind the body', () => {
    const values = water().fill(-1000);
    for (let k = 0; k < 12; k++)
      for (let j = 8; j < 20; j++) for (let i = 8; i < 32; i++) values[i + 40 * (j + 40 * k)] = 40;
    acquire(values, grid, spacing, { ...idealAcquisition, table: true }, new Random(5));
    const below = Array.from({ length: 18 }, (_, n) => values[20 + 40 * (21 + n + 40 * 6)]!);
    expect(Math.max(...below)).toBeGreaterThan(-700);
    expect(values[20 + 40 * (2 + 40 * 6)]).toBe(-1000);
  });

  it('draws doses from 8 to 70 HU', () => {
    for (let seed = 0; seed < 100; seed++) {
      const { noiseHu } = sampleAcquisition(new Random(seed));
      expect(noiseHu).toBeGreaterThanOrEqual(8);
      expect(noiseHu).toBeLessThanOrEqual(70);
    }
  });
});
