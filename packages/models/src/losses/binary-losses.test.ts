import { describe, expect, it } from 'vitest';
import { checkGradients } from '../autodiff/finite-difference.js';
import { bceWithLogits } from './binary-cross-entropy.js';
import { focalLoss } from './focal.js';
import { average, forward, normals } from './forward.test-data.js';

const shape = [3, 4];
const x = normals(12, 1).map((v) => 2 * v);
const hard = [1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0];
const soft = [0.2, 1, 0, 0.5, 0.9, 0, 1, 0, 0.3, 0, 1, 0.7];
const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));
const logits = { shape, values: x };
const fed = (values: readonly number[]) => ({ shape, values, differentiate: false });

describe('bceWithLogits', () => {
  const terms = (positiveWeight: number): number[] =>
    x.map(
      (v, i) => -positiveWeight * soft[i]! * Math.log(sigmoid(v)) - (1 - soft[i]!) * Math.log(1 - sigmoid(v)),
    );

  it('equals its definition, weighted or not', async () => {
    const [plain] = await forward(
      ([a, t]) => bceWithLogits(a!, t!),
      [
        [shape, x],
        [shape, soft],
      ],
    );
    expect(plain).toBeCloseTo(average(terms(1)), 5);
    const known = hard.map((v) => 1 - v); // leaves out four answers
    const [weighted] = await forward(
      ([a, t, w]) => bceWithLogits(a!, t!, { positiveWeight: 3, weights: w! }),
      [
        [shape, x],
        [shape, soft],
        [shape, known],
      ],
    );
    expect(weighted).toBeCloseTo(average(terms(3).filter((_, i) => known[i] === 1)), 5);
  });

  it('has the gradient of finite differences', async () => {
    const build = bceWithLogits;
    const { worst } = await checkGradients(
      ([a, t, w]) => build(a!, t!, { positiveWeight: 3, weights: w! }),
      [logits, fed(soft), fed(hard)],
    );
    expect(worst).toBeLessThanOrEqual(1e-3);
  });

  it('stays finite for logits of a thousand, and is 0 where nothing is known', async () => {
    const [far] = await forward(
      ([a, t]) => bceWithLogits(a!, t!),
      [
        [[2], [1000, -1000]],
        [[2], [0, 0]],
      ],
    );
    expect(far).toBe(500);
    const [nothing] = await forward(
      ([a, t, w]) => bceWithLogits(a!, t!, { weights: w! }),
      [
        [[2], [1, 2]],
        [[2], [0, 1]],
        [[2], [0, 0]],
      ],
    );
    expect(nothing).toBe(0);
  });
});

describe('focalLoss', () => {
  const terms = (alpha: number, gamma: number): number[] =>
    x.map((v, i) => {
      const p = hard[i] === 1 ? sigmoid(v) : 1 - sigmoid(v);
      return (hard[i] === 1 ? alpha : 1 - alpha) * (1 - p) ** gamma * -Math.log(p);
    });

  it('equals its definition', async () => {
    const [plain] = await forward(
      ([a, t]) => focalLoss(a!, t!),
      [
        [shape, x],
        [shape, hard],
      ],
    );
    expect(plain).toBeCloseTo(average(terms(0.25, 2)), 5);
    const [summed] = await forward(
      ([a, t]) => focalLoss(a!, t!, { alpha: 0.6, gamma: 1.5, reduction: 'positives' }),
      [
        [shape, x],
        [shape, hard],
      ],
    );
    expect(summed).toBeCloseTo((average(terms(0.6, 1.5)) * 12) / 4, 5);
  });

  it('is half the binary cross entropy at gamma 0 and alpha ½', async () => {
    const [focal] = await forward(
      ([a, t]) => focalLoss(a!, t!, { alpha: 0.5, gamma: 0 }),
      [
        [shape, x],
        [shape, hard],
      ],
    );
    const [bce] = await forward(
      ([a, t]) => bceWithLogits(a!, t!),
      [
        [shape, x],
        [shape, hard],
      ],
    );
    expect(focal).toBeCloseTo(bce! / 2, 5);
  });

  it('has the gradient of finite differences, under both reductions', async () => {
    for (const reduction of ['mean', 'positives'] as const) {
      const { worst } = await checkGradients(
        ([a, t]) => focalLoss(a!, t!, { reduction }),
        [logits, fed(hard)],
      );
      expect(worst).toBeLessThanOrEqual(1e-3);
    }
  });

  it('divides by one where no positive is, and stays finite far out', async () => {
    const [value] = await forward(
      ([a, t]) => focalLoss(a!, t!, { reduction: 'positives' }),
      [
        [[2], [500, -500]],
        [[2], [0, 0]],
      ],
    );
    expect(value).toBeCloseTo(0.75 * 500, 2);
  });
});
