import { describe, expect, it } from 'vitest';
import { checkGradients } from '../autodiff/finite-difference.js';
import { Graph } from '../graph/graph.js';
import { deeplySupervised, supervisionWeights } from './deep-supervision.js';
import { average, forward, normals, rows, softmax } from './forward.test-data.js';
import { klToTargets } from './kl-divergence.js';

const logits = normals(12, 7);
const targets = [0.7, 0.3, 0, 0, 0, 1, 0.2, 0.5, 0.3, 1, 0, 0];
const divergences = rows(targets, 3).map((q, i) => {
  const p = softmax(rows(logits, 3)[i]!);
  return q.reduce((s, t, c) => s + (t === 0 ? 0 : t * Math.log(t / p[c]!)), 0);
});

describe('klToTargets', () => {
  it('equals its definition, zeros among the targets included', async () => {
    const [value] = await forward(
      ([x, t]) => klToTargets(x!, t!),
      [
        [[4, 3], logits],
        [[4, 3], targets],
      ],
    );
    expect(value).toBeCloseTo(average(divergences), 5);
    const [some] = await forward(
      ([x, t, w]) => klToTargets(x!, t!, w),
      [
        [[4, 3], logits],
        [[4, 3], targets],
        [[4], [0, 2, 0, 1]],
      ],
    );
    expect(some).toBeCloseTo((2 * divergences[1]! + divergences[3]!) / 3, 5);
  });

  it('is 0 where the prediction is the target', async () => {
    const same = rows(logits, 3).flatMap(softmax);
    const [value] = await forward(
      ([x, t]) => klToTargets(x!, t!),
      [
        [[4, 3], logits],
        [[4, 3], same],
      ],
    );
    expect(Math.abs(value!)).toBeLessThan(1e-6);
  });

  it('has the gradient of finite differences', async () => {
    const { worst } = await checkGradients(
      ([x, t]) => klToTargets(x!, t!),
      [
        { shape: [4, 3], values: logits },
        { shape: [4, 3], values: targets, differentiate: false },
      ],
    );
    expect(worst).toBeLessThanOrEqual(1e-3);
  });
});

describe('deeplySupervised', () => {
  const coarse = [0.5, 0.25, 0.25, 0, 1, 0];
  const coarseLogits = normals(6, 8);
  /** Soft Dice (smooth 1, without class 0) + cross entropy, one level. */
  const level = (x: readonly number[], t: readonly number[]): { dice: number; ce: number } => {
    const [p, q] = [rows(x, 3).map(softmax), rows(t, 3)];
    const column = (m: readonly number[][], c: number): number => m.reduce((s, row) => s + row[c]!, 0);
    const scores = [1, 2].map((c) => {
      const both = p.reduce((s, row, i) => s + row[c]! * q[i]![c]!, 0);
      return (2 * both + 1) / (column(p, c) + column(q, c) + 1);
    });
    return {
      dice: 1 - average(scores),
      ce: average(p.map((row, i) => -row.reduce((s, v, c) => s + q[i]![c]! * Math.log(v), 0))),
    };
  };

  it('adds the levels with halving weights that sum to one', async () => {
    expect(supervisionWeights(3)).toEqual([4 / 7, 2 / 7, 1 / 7]);
    const [fine, rough] = [level(logits, targets), level(coarseLogits, coarse)];
    for (const term of ['loss', 'dice', 'ce'] as const) {
      const [value] = await forward(
        ([x, t, y, u]) =>
          deeplySupervised([
            { logits: x!, targets: t! },
            { logits: y!, targets: u! },
          ])[term],
        [
          [[4, 3], logits],
          [[4, 3], targets],
          [[2, 3], coarseLogits],
          [[2, 3], coarse],
        ],
      );
      const of = (l: { dice: number; ce: number }): number => (term === 'loss' ? l.dice + l.ce : l[term]);
      expect(value).toBeCloseTo((2 * of(fine) + of(rough)) / 3, 5);
    }
  });

  it('has the gradient of finite differences at every level', async () => {
    const { worst } = await checkGradients(
      ([x, t, y, u]) =>
        deeplySupervised(
          [
            { logits: x!, targets: t! },
            { logits: y!, targets: u! },
          ],
          [1, 0.4],
        ).loss,
      [
        { shape: [4, 3], values: logits },
        { shape: [4, 3], values: targets, differentiate: false },
        { shape: [2, 3], values: coarseLogits },
        { shape: [2, 3], values: coarse, differentiate: false },
      ],
    );
    expect(worst).toBeLessThanOrEqual(1e-3);
  });

  it('refuses weights that do not fit the levels', () => {
    const x = new Graph().input('x', 'f32', [4, 3]);
    expect(() => deeplySupervised([{ logits: x, targets: x }], [1, 2])).toThrow(/2 weights for 1 levels/);
    expect(() => deeplySupervised([])).toThrow(/0 levels/);
  });
});
