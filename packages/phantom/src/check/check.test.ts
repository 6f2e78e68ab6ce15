import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import {
  countComponents,
  diceAcrossGrids,
  eulerNumber,
  labelStatistics,
  resolvedLabels,
} from './geometry.js';
import { areaUnderRoc, correlation, linearProbe, mutualInformation } from './statistics.js';

const size = [9, 9, 9] as const;
const paint = (test: (i: number, j: number, k: number) => boolean) =>
  Uint8Array.from({ length: 729 }, (_, at) =>
    test(at % 9, Math.floor(at / 9) % 9, Math.floor(at / 81)) ? 1 : 0,
  );

describe('topology of masks', () => {
  it('counts a ball as one piece without holes, a ring as one with a tunnel, a shell as one with a cavity', () => {
    const r = (i: number, j: number, k: number) => Math.hypot(i - 4, j - 4, k - 4);
    const ball = paint((i, j, k) => r(i, j, k) < 3.2);
    const ring = paint((i, j, k) => k === 4 && Math.abs(Math.hypot(i - 4, j - 4) - 3) < 0.8);
    const shell = paint((i, j, k) => Math.abs(r(i, j, k) - 3) < 0.9);
    expect([ball, ring, shell].map((m) => countComponents(m, size))).toEqual([1, 1, 1]);
    expect([ball, ring, shell].map((m) => eulerNumber(m, size))).toEqual([1, 0, 2]);
  });

  it('counts two corners that touch as one piece', () => {
    expect(
      countComponents(
        paint((i, j, k) => i + j + k === 0 || (i === 1 && j === 1 && k === 1)),
        size,
      ),
    ).toBe(1);
    expect(
      countComponents(
        paint((i, j, k) => i + j + k === 0 || i + j + k === 24),
        size,
      ),
    ).toBe(2);
  });
});

describe('measures of labels', () => {
  const grid = { size, affine: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0] };
  const labels = {
    ...grid,
    voxels: Uint16Array.from(paint((i, j, k) => i > 1 && i < 7 && j > 1 && j < 7 && k > 1 && k < 7)),
  };

  it('gives volume in ml and mean', () => {
    const stats = labelStatistics(labels, labels.voxels);
    expect(stats.get(1)).toEqual({ ml: 1, mean: 1, sd: 0 });
  });

  it('finds Dice 1 for the same grid, and calls a solid block resolved', () => {
    expect(diceAcrossGrids(labels, labels).get(1)).toBe(1);
    expect([...resolvedLabels(labels)]).toEqual([1]);
  });
});

describe('statistics', () => {
  it('knows the AUC of perfect, useless and tied scores', () => {
    expect(areaUnderRoc([1, 2, 3, 4], [false, false, true, true])).toBe(1);
    expect(areaUnderRoc([4, 3, 2, 1], [false, false, true, true])).toBe(0);
    expect(areaUnderRoc([1, 1, 1, 1], [false, true, false, true])).toBe(0.5);
  });

  it('finds information where correlation finds none', () => {
    const x = Array.from({ length: 2001 }, (_, i) => (i - 1000) / 1000);
    const y = x.map((v) => v * v);
    expect(Math.abs(correlation(x, y))).toBeLessThan(1e-6);
    expect(mutualInformation(x, y)).toBeGreaterThan(1);
  });

  it('probes a linear rule on unseen cases, and nothing where there is none', () => {
    const r = new Random(1);
    const features = Array.from({ length: 200 }, () => Array.from({ length: 12 }, () => r.normal()));
    const rule = features.map((f) => f[0]! + f[3]! > 0);
    const auc = (truth: boolean[]) => areaUnderRoc(linearProbe(features, truth, 10), truth.slice(100));
    expect(auc(rule)).toBeGreaterThan(0.9);
    expect(auc(features.map(() => r.chance(0.5)))).toBeLessThan(0.68);
  });
});
