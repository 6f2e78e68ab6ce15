import { describe, expect, it } from 'vitest';
import { checkGradients } from '../autodiff/finite-difference.js';
import { Graph } from '../graph/graph.js';
import { average, forward, normals, rows, softmax } from './forward.test-data.js';
import { infoNce, rocoTargets } from './info-nce.js';

const [n, d, temperature] = [5, 4, 0.3];
const [a, b] = [normals(n * d, 5), normals(n * d, 6)];
const unit = (row: readonly number[]): number[] => row.map((v) => v / Math.hypot(...row));

function reference(targets: readonly number[][]): number {
  const [u, v] = [rows(a, d).map(unit), rows(b, d).map(unit)];
  const cosine = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((s, z, i) => s + z * y[i]!, 0);
  const perItem = u.map((_, i) => {
    const forwards = softmax(v.map((y) => cosine(u[i]!, y) / temperature));
    const backwards = softmax(u.map((x) => cosine(x, v[i]!) / temperature));
    return targets[i]!.reduce(
      (s, q, j) => s - (q * (Math.log(forwards[j]!) + Math.log(backwards[j]!))) / 2,
      0,
    );
  });
  return average(perItem);
}

const oneHots = rows([...rocoTargets(n, () => false)], n);
const normal = new Set([0, 2, 3]);
const twins = [...rocoTargets(n, (i, j) => normal.has(i) && normal.has(j))];

describe('infoNce', () => {
  it('equals its definition in both directions', async () => {
    const [value] = await forward(
      ([x, y]) => infoNce(x!, y!, { temperature }),
      [
        [[n, d], a],
        [[n, d], b],
      ],
    );
    expect(value).toBeCloseTo(reference(oneHots), 5);
  });

  it('takes soft targets (RoCo)', async () => {
    const [value] = await forward(
      ([x, y, targets]) => infoNce(x!, y!, { temperature, targets: targets! }),
      [
        [[n, d], a],
        [[n, d], b],
        [[n, n], twins],
      ],
    );
    expect(value).toBeCloseTo(reference(rows(twins, n)), 5);
    expect(value).not.toBeCloseTo(reference(oneHots), 2);
  });

  it('has the gradients of finite differences, to a learnt temperature too', async () => {
    const { relativeErrors } = await checkGradients(
      ([x, y, t, targets]) => infoNce(x!, y!, { temperature: t!, targets: targets! }),
      [
        { shape: [n, d], values: a },
        { shape: [n, d], values: b },
        { shape: [], values: [temperature] },
        { shape: [n, n], values: twins, differentiate: false },
      ],
      { step: 3e-3 }, // the temperature is curved: 1e-2 of 0.3 is a coarse difference
    );
    expect(Math.max(...relativeErrors.slice(0, 3))).toBeLessThanOrEqual(1e-3);
  });

  it('refuses sides and targets that do not fit', () => {
    const graph = new Graph();
    const [x, y] = [graph.input('x', 'f32', [4, 3]), graph.input('y', 'f32', [4, 2])];
    expect(() => infoNce(x, y, { temperature: 1 })).toThrow(/InfoNCE of/);
    expect(() => infoNce(x, x, { temperature: 1, targets: y })).toThrow(/targets \[4,2\]/);
  });
});

describe('rocoTargets', () => {
  it('shares the weight of a row among the partner and its false negatives', () => {
    expect(rows(twins, n)[1]).toEqual([0, 1, 0, 0, 0]);
    for (const [j, q] of rows(twins, n)[2]!.entries()) expect(q).toBeCloseTo(normal.has(j) ? 1 / 3 : 0, 6);
  });
});
