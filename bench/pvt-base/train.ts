// Trains the shipped base on phantoms and writes weights/pvt-base/base.safetensors. Resumes from its checkpoint.
// `node dist/bench/pvt-base/train.js WORK_FOLDER [--steps N]`: about 15 minutes on one thread of a quiet machine.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  checkPvtConfig,
  cropBatches,
  encodePvtBase,
  type OrganTask,
  type PvtConfig,
  teachBase,
} from '@tomograph/models';
import { repositoryRoot } from '../../tests/shared-data.js';
import { baseOrgans, phantomCase, trainingSeeds, withOrgans } from './phantom-cases.js';

const stage = (
  patch: number,
  width: number,
  heads: number,
  reduction: number,
  blocks: number,
  up: number,
) => ({
  patch,
  width,
  heads,
  reduction,
  encoderBlocks: blocks,
  decoderBlocks: up,
});

/** Between "small" and "base": as wide as fits under 25 MB, one block per stage. */
export const recipe = {
  config: checkPvtConfig({
    size: [64, 64, 64],
    stages: [
      stage(4, 64, 1, 4, 1, 1),
      stage(2, 128, 2, 2, 1, 1),
      stage(2, 192, 4, 1, 1, 1),
      stage(2, 256, 4, 1, 1, 0),
    ],
    features: 16,
    mlpRatio: 4,
  } satisfies PvtConfig),
  batchSize: 1,
  learningRate: 1e-3,
  seed: 20_261,
} as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { steps: { type: 'string', default: '1500' }, render: { type: 'boolean' } },
  });
  const work = positionals[0]!;
  mkdirSync(work, { recursive: true });
  const started = Date.now();
  const cases = Array.from({ length: trainingSeeds.count }, (_, i) =>
    withOrgans(phantomCase(trainingSeeds.first + i, join(work, 'cases')), baseOrgans),
  );
  console.error(`${cases.length} phantoms after ${seconds(started)} s`);
  if (values.render) return;
  const task: OrganTask = {
    name: 'base',
    classes: ['background', ...Object.keys(baseOrgans)],
    size: recipe.config.size,
    train: [],
    test: [],
  };
  const steps = Number(values.steps);
  let sum = 0;
  const { learner, head } = await teachBase(recipe.config, task, {
    steps,
    seed: recipe.seed,
    batchSize: recipe.batchSize,
    learningRate: recipe.learningRate,
    batches: cropBatches(cases, {
      patch: recipe.config.size,
      batchSize: recipe.batchSize,
      seed: recipe.seed,
    }),
    checkpoint: { path: join(work, 'checkpoint'), every: 250 },
    onProgress: ({ step, terms }) => {
      sum += terms.dice ?? 0;
      if (step % 50 !== 0) return;
      console.error(`${step}/${steps} soft Dice ${(1 - sum / 50).toFixed(3)} after ${seconds(started)} s`);
      sum = 0;
    },
  });
  const { bytes, base } = encodePvtBase({ config: recipe.config, weights: learner.weights, head });
  const folder = join(repositoryRoot(), 'weights', 'pvt-base');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'base.safetensors'), bytes);
  console.error(`${base.digest}, ${bytes.length} bytes, ${seconds(started)} s`);
}

const seconds = (since: number): number => Math.round((Date.now() - since) / 1000);

await main();
