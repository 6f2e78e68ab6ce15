import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { checkGradients } from '../autodiff/finite-difference.js';
import { Graph } from '../graph/graph.js';
import { boxOverlap } from '../metrics/box-overlap.js';
import { average, forward, normals, rows } from './forward.test-data.js';
import { cornersOf, giou, giouLoss } from './giou.js';
import { l1Loss } from './l1.js';

const random = new Random(2, 'boxes');
const boxes = (n: number, axes: number): number[][] =>
  Array.from({ length: n }, () => {
    const low = Array.from({ length: axes }, () => random.uniform(0, 2));
    return [...low, ...low.map((at) => at + random.uniform(0.5, 2))];
  });

/** IoU − (hull − union) / hull, from the measure and plain arithmetic. */
function reference(a: readonly number[], b: readonly number[]): number {
  const axes = a.length / 2;
  const { iou } = boxOverlap(a, b, false);
  const volume = (of: (axis: number) => number): number =>
    Array.from({ length: axes }, (_, axis) => of(axis)).reduce((v, length) => v * length, 1);
  const [va, vb] = [a, b].map((box) => volume((k) => box[axes + k]! - box[k]!)) as [number, number];
  const union = (va + vb) / (1 + iou); // ∩ = iou · ∪
  const hull = volume((k) => Math.max(a[axes + k]!, b[axes + k]!) - Math.min(a[k]!, b[k]!));
  return iou - (hull - union) / hull;
}

describe('giou', () => {
  it('equals its definition in two and three dimensions', async () => {
    for (const axes of [2, 3]) {
      const [a, b] = [boxes(12, axes), boxes(12, axes)];
      const shape = [12, 2 * axes];
      const found = await forward(
        ([p, t]) => giou(p!, t!),
        [
          [shape, a.flat()],
          [shape, b.flat()],
        ],
      );
      a.forEach((box, i) => {
        expect(found[i]).toBeCloseTo(reference(box, b[i]!), 4);
      });
    }
  });

  it('is 1 for equal boxes and goes to −1 for far ones', async () => {
    const [same, far] = await forward(
      ([p, t]) => giou(p!, t!),
      [
        [
          [2, 4],
          [0, 0, 1, 1, 0, 0, 1, 1],
        ],
        [
          [2, 4],
          [0, 0, 1, 1, 99, 99, 100, 100],
        ],
      ],
    );
    expect(same).toBeCloseTo(1, 6);
    expect(far).toBeCloseTo(-0.9998, 6);
  });

  it('gives finite numbers for boxes without content', async () => {
    const [point] = await forward(
      ([p, t]) => giou(p!, t!),
      [
        [
          [1, 4],
          [1, 1, 1, 1],
        ],
        [
          [1, 4],
          [1, 1, 1, 1],
        ],
      ],
    );
    expect(point).toBe(0);
  });

  it('has the gradient of finite differences, for overlapping and for separate boxes', async () => {
    // corners kept apart: a step of 1e-2 must not cross a kink
    const a = [
      [0, 0, 0, 2, 2, 2],
      [0, 0, 0, 1, 1, 1],
      [1, 0.5, 1.5, 3, 4, 3.5],
    ];
    const b = [
      [1, 0.5, -1, 3, 1.5, 1.3],
      [3, 2.5, 2, 4, 4.5, 5],
      [0, 1, 2, 4, 2, 3],
    ];
    const { worst } = await checkGradients(
      ([p, t]) => giouLoss(p!, t!),
      [
        { shape: [3, 6], values: a.flat() },
        { shape: [3, 6], values: b.flat() },
      ],
      { step: 1e-2 },
    );
    expect(worst).toBeLessThanOrEqual(1e-3);
  });

  it('takes centres and sizes through cornersOf, and refuses other rows', async () => {
    const corners = await forward(
      ([c]) => cornersOf(c!),
      [
        [
          [1, 6],
          [1, 2, 3, 2, 2, 4],
        ],
      ],
    );
    expect(corners).toEqual([0, 1, 1, 2, 3, 5]);
    const { worst } = await checkGradients(([c]) => cornersOf(c!), [{ shape: [2, 6] }]);
    expect(worst).toBeLessThanOrEqual(1e-3);
    const graph = new Graph();
    const odd = graph.input('x', 'f32', [2, 5]);
    expect(() => giou(odd, odd)).toThrow(/boxes are/);
  });
});

describe('weighted rows', () => {
  const [a, b] = [normals(18, 3), normals(18, 4)];
  const differences = rows(a, 6).map((row, i) => row.reduce((s, v, k) => s + Math.abs(v - b[i * 6 + k]!), 0));
  const weights = [1, 0, 1];

  it('l1Loss equals its definition, with and without weights', async () => {
    const [plain] = await forward(
      ([p, t]) => l1Loss(p!, t!),
      [
        [[3, 6], a],
        [[3, 6], b],
      ],
    );
    expect(plain).toBeCloseTo(average(differences), 5);
    const [weighted] = await forward(
      ([p, t, w]) => l1Loss(p!, t!, w),
      [
        [[3, 6], a],
        [[3, 6], b],
        [[3], weights],
      ],
    );
    expect(weighted).toBeCloseTo((differences[0]! + differences[2]!) / 2, 5);
  });

  it('l1Loss has the gradient of finite differences', async () => {
    const apart = b.map((v, i) => (Math.abs(v - a[i]!) < 0.05 ? v + 0.2 : v)); // away from the kink
    const { worst } = await checkGradients(
      ([p, t, w]) => l1Loss(p!, t!, w),
      [
        { shape: [3, 6], values: a },
        { shape: [3, 6], values: apart },
        { shape: [3], values: weights, differentiate: false },
      ],
    );
    expect(worst).toBeLessThanOrEqual(1e-3);
  });

  it('a batch without objects costs nothing', async () => {
    const [pairs, none] = [boxes(3, 3).flat(), [0, 0, 0]];
    const [value] = await forward(
      ([p, w]) => giouLoss(p!, p!, w),
      [
        [[3, 6], pairs],
        [[3], none],
      ],
    );
    expect(value).toBe(0);
  });
});
