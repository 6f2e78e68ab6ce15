import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { expectedCalibrationError } from '../../metrics/calibration.js';
import { calibrate, fitLogitMap, type HeldOut, probabilityOf, sigmoid } from './calibration.js';

/** Outcomes drawn at sigmoid(scale · logit + offset): a network that is over-confident for scale < 1. */
function drawn(count: number, { scale, offset }: { scale: number; offset: number }): HeldOut[] {
  const random = new Random(4, 'drawn');
  return Array.from({ length: count }, (_, i) => {
    const logit = random.normal(0, 4);
    return { logit, malignant: random.chance(sigmoid(scale * logit + offset)), patient: `p${i >> 1}` };
  });
}

describe('the logit map', () => {
  it('finds the scale and offset that outcomes were drawn by', () => {
    const { scale, offset } = fitLogitMap(drawn(4000, { scale: 0.4, offset: -0.7 }));
    expect(scale).toBeCloseTo(0.4, 1);
    expect(offset).toBeCloseTo(-0.7, 1);
  });

  it('stays finite and keeps the order where logits separate the classes', () => {
    const cases = [-3, -2, -1, 1, 2, 3].map((logit) => ({ logit, malignant: logit > 0 }));
    const { scale, offset } = fitLogitMap(cases);
    expect(scale).toBeGreaterThan(0);
    expect(scale).toBeLessThan(10);
    expect(Math.abs(offset)).toBeLessThan(1);
  });

  it('never turns the order round, even where logits mislead', () => {
    const misleading = [-2, -1, 1, 2].map((logit) => ({ logit, malignant: logit < 0 }));
    expect(fitLogitMap(misleading).scale).toBeGreaterThan(0);
  });

  it('of no cases is the identity', () => {
    expect(fitLogitMap([])).toEqual({ scale: 1, offset: 0 });
  });
});

describe('calibration', () => {
  it('brings the calibration error of an over-confident network under 0.05 on cases it was not fit on', () => {
    const [fit, test] = [
      drawn(2000, { scale: 0.3, offset: 0 }).slice(0, 600),
      drawn(2000, { scale: 0.3, offset: 0 }).slice(600),
    ];
    const calibration = calibrate(fit, 1);
    const labels = test.map(({ malignant }) => malignant);
    const raw = test.map(({ logit }) => sigmoid(logit));
    const calibrated = test.map(({ logit }) => probabilityOf(calibration, [logit]).probability);
    expect(expectedCalibrationError(raw, labels, 10)).toBeGreaterThan(0.1);
    expect(expectedCalibrationError(calibrated, labels, 10)).toBeLessThan(0.05);
  });

  it('gives the same map for the same seed', () => {
    const cases = drawn(100, { scale: 1, offset: 0 });
    expect(calibrate(cases, 3)).toEqual(calibrate(cases, 3));
  });

  it('resamples patients, as many maps as asked', () => {
    expect(calibrate(drawn(60, { scale: 1, offset: 0 }), 1, 7).resampled).toHaveLength(7);
  });
});

describe('the interval', () => {
  const few = calibrate(drawn(40, { scale: 1, offset: 0 }), 1);
  const many = calibrate(drawn(4000, { scale: 1, offset: 0 }), 1);
  const width = ([low, high]: readonly [number, number]): number => high - low;

  it('holds its probability', () => {
    for (const logits of [[-4], [0, 0.1], [2, 5]]) {
      const { probability, interval } = probabilityOf(few, logits);
      expect(interval[0]).toBeLessThanOrEqual(probability);
      expect(interval[1]).toBeGreaterThanOrEqual(probability);
    }
  });

  it('is wider where networks disagree, and where few cases stand behind the map', () => {
    const agreeing = probabilityOf(many, [0.5, 0.5]).interval;
    expect(width(probabilityOf(many, [-1, 2]).interval)).toBeGreaterThan(width(agreeing));
    expect(width(probabilityOf(few, [0.5, 0.5]).interval)).toBeGreaterThan(width(agreeing));
  });

  it('without resampled maps rests on the networks alone', () => {
    const bare = { scale: 1, offset: 0, resampled: [], cases: 0 };
    expect(probabilityOf(bare, [1]).interval).toEqual([sigmoid(1), sigmoid(1)]);
  });
});
