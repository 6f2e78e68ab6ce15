import { beforeAll, describe, expect, it } from 'vitest';
import { checkPvtConfig } from '../../arch/pvt-config.js';
import { uniformRank } from '../../lora/lora-scope.js';
import { mibStart } from './distillation.js';
import { ellipsoidTask } from './ellipsoid-organs.js';
import type { Method } from './method.js';
import { diceSummary, noFactors, Predictor } from './predict.js';
import { learnerAfter, type Taught, teach, teachBase } from './teach.js';

const config = checkPvtConfig({
  size: [16, 16, 16],
  features: 8,
  mlpRatio: 2,
  stages: [
    { patch: 2, width: 16, heads: 1, reduction: 4, encoderBlocks: 1, decoderBlocks: 1 },
    { patch: 2, width: 24, heads: 2, reduction: 2, encoderBlocks: 1, decoderBlocks: 0 },
  ],
});
const shared = { size: config.size, test: 4, testSeed: 8, grow: 1.6 };
// one easy body: two organs by level, then one by texture
const baseTask = ellipsoidTask({ name: 'base', organs: [3, 4], train: 48, seed: 1, ...shared });
const newTask = ellipsoidTask({ name: 'new', organs: [6], train: 24, seed: 2, ...shared });
const options = { seed: 1, batchSize: 2, steps: 120 };
const lora: Method = { kind: 'lora', ranks: uniformRank(4) };

let base: Taught;
beforeAll(async () => {
  base = await teachBase(config, baseTask, { ...options, steps: 600, learningRate: 4e-3 });
}, 120_000);

async function dice(
  taught: Pick<Taught, 'learner' | 'factors' | 'head'>,
  task: typeof baseTask,
): Promise<number> {
  await using predictor = await Predictor.create(taught.learner);
  return diceSummary(await predictor.labels(task.test, taught), task.test, task.classes).mean;
}

describe('teaching one task after another', () => {
  it('a base learns its organs; an adapter learns new ones, the base stays as it was', async () => {
    const before = await dice(base, baseTask);
    expect(before).toBeGreaterThan(0.5);
    const adapted = await teach(base.learner, newTask, lora, options);
    expect(adapted.learner.weights).toEqual(base.learner.weights);
    expect([...adapted.learner.heads.keys()]).toEqual(['base', 'new']);
    expect(adapted.factors.size).toBe(16); // 4 patch embeddings and 3 blocks of q, v, fc1, fc2
    expect(adapted.newParameters.head).toBe(8 * 2 + 2);
    const asBase = { learner: adapted.learner, factors: noFactors, head: adapted.learner.heads.get('base')! };
    expect(await dice(asBase, baseTask)).toBe(before);
  }, 120_000);

  it('full fine-tuning changes the base and forgets', async () => {
    const tuned = await teach(base.learner, newTask, { kind: 'full' }, options);
    const asBase = { learner: tuned.learner, factors: noFactors, head: base.head };
    expect(await dice(asBase, baseTask)).toBeLessThan((await dice(base, baseTask)) - 0.2);
  }, 120_000);

  it.each<[string, Method, (name: string) => boolean]>([
    ['head only', { kind: 'head' }, () => false],
    [
      'decoder per task',
      { kind: 'decoder' },
      (name) => name.startsWith('decoder.') || name.startsWith('stem'),
    ],
    ['LwF', { kind: 'lwf', weight: 1 }, () => true],
  ])(
    '%s trains what it says and nothing else',
    async (_name, method, trained) => {
      const { learner } = await teach(base.learner, newTask, method, { ...options, steps: 3 });
      const changed = [...learner.weights].filter(([name, { data }]) =>
        data.some((v, i) => v !== base.learner.weights.get(name)!.data[i]),
      );
      const expected = [...learner.weights.keys()].filter(trained);
      // the key bias has no effect on attention: its gradient is rounding, it may stay
      expect(changed.map(([name]) => name).filter((name) => !trained(name))).toEqual([]);
      expect(changed.length).toBeGreaterThanOrEqual(expected.length * 0.9);
    },
    60_000,
  );

  it('LwF carries the old heads along, MiB grows one joint head', async () => {
    const short = { ...options, steps: 2 };
    const lwf = await teach(base.learner, newTask, { kind: 'lwf', weight: 1 }, short);
    expect(lwf.learner.heads.get('base')!.weight).not.toEqual(base.head.weight);
    const joint = learnerAfter(base.learner, new Map([['joint', base.head]]));
    const mib = await teach(joint, newTask, { kind: 'mib', weight: 1 }, short);
    expect([...mib.learner.heads.keys()]).toEqual(['joint']);
    expect(mib.head.classes).toEqual([...base.head.classes, 'organ6']);
    const start = mibStart(joint, newTask);
    expect(start.get('head.bias')![0]).toBe(start.get('head.bias')![3]);
    expect(start.get('head.weight')![4]).toBe(base.head.weight[3]); // second feature, background
  }, 60_000);

  it('the same seed gives the same factors, whatever was learnt in between', async () => {
    const short = { ...options, steps: 4 };
    const direct = await teach(base.learner, newTask, lora, short);
    const other = ellipsoidTask({ name: 'other', organs: [7], train: 4, seed: 3, ...shared });
    const later = await teach((await teach(base.learner, other, lora, short)).learner, newTask, lora, short);
    expect(later.factors).toEqual(direct.factors);
    expect(later.head).toEqual(direct.head);
  }, 60_000);

  it('refuses a task of another patch size', async () => {
    const odd = ellipsoidTask({ name: 'odd', organs: [1], size: [8, 8, 8], train: 1, test: 0, seed: 1 });
    await expect(teach(base.learner, odd, lora, options)).rejects.toThrow(
      /sees 16×16×16 voxels, task odd has 8×8×8/,
    );
  });
});
