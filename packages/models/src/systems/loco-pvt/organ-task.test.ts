import { expect, it } from 'vitest';
import { ellipsoidTask } from './ellipsoid-organs.js';
import { checkTask, normaliseHu, taskBatch } from './organ-task.js';

const task = ellipsoidTask({ name: 't', organs: [1, 6], size: [12, 12, 12], train: 3, test: 1, seed: 1 });
const options = { size: 2, seed: 5, intensityJitter: 0.1 };

it('the same step gives the same batch, another step another one', () => {
  expect(taskBatch(task, 7, options)).toEqual(taskBatch(task, 7, options));
  expect(taskBatch(task, 8, options)).not.toEqual(taskBatch(task, 7, options));
  expect(taskBatch(task, 7, options).x!.shape).toEqual([2, 12, 12, 12]);
});

it('tasks of one test seed share bodies and label their own organs', () => {
  const shared = { size: [12, 12, 12] as const, train: 1, test: 2, testSeed: 4 };
  const one = ellipsoidTask({ name: 'a', organs: [1], seed: 1, ...shared });
  const two = ellipsoidTask({ name: 'b', organs: [2], seed: 2, ...shared });
  expect(one.test.map(({ image }) => image)).toEqual(two.test.map(({ image }) => image));
  const both = one.test[0]!.labels.some((label, i) => label !== 0 && two.test[0]!.labels[i] !== 0);
  expect(both).toBe(false);
});

it('refuses a case of another size and labels beyond the classes', () => {
  const [first] = task.train;
  const short = { ...task, train: [{ ...first!, image: first!.image.subarray(1) }] };
  expect(() => checkTask(short)).toThrow(/task t, case 0: expected 1728 voxels/);
  const odd = { ...task, train: [{ ...first!, labels: new Uint8Array(1728).fill(3) }] };
  expect(() => checkTask(odd)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
});

it('normalises HU with the fixed statistics of the base', () => {
  expect(normaliseHu(-187.9)).toBeCloseTo(0, 6);
  expect(normaliseHu(-5000)).toBe(normaliseHu(-995));
  expect(normaliseHu(1265)).toBeCloseTo(2.961, 3);
});
