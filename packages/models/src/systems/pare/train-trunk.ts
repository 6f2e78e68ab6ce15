// First half of the training: encoder, parsing and pooled features, towards masks, malignancy and ratings together.
// The head that helps here knows neither measures nor prototypes and is thrown away; train-head.ts trains the real one.
import { AppError, Random } from '@tomograph/kernel';
import { Graph } from '../../graph/graph.js';
import { FlatParams, type Weights } from '../../graph/params.js';
import * as b from '../../ops/build.js';
import { cosineRate } from '../../optim/schedule.js';
import { type TrainingProgram, trainingProgram } from '../../train/program.js';
import { GradientLoop } from './gradient-loop.js';
import { pareHead } from './network.js';
import { drawSlabs, headTargets, type PareCase, targetsOf } from './pare-case.js';
import type { PareConfig, PareRecipe } from './pare-config.js';
import { headLoss, parsingLoss } from './pare-loss.js';
import { trunk } from './trunk.js';

export interface PareTraining {
  readonly config: PareConfig;
  readonly recipe: PareRecipe;
  readonly seed: number;
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** @throws AppError TRAINING_DIVERGED, CANCELLED, INVALID_ARGUMENT for fewer cases than a batch */
export async function trainTrunk(cases: readonly PareCase[], training: PareTraining): Promise<Weights> {
  const { config, recipe, seed, log, signal } = training;
  const { batchSize, steps } = recipe.trunk;
  refuseTooFew(cases.length, batchSize);
  const loop = await GradientLoop.create(trunkProgram(config, recipe), seed);
  const random = new Random(seed, 'trunk');
  const rate = cosineRate({ peak: recipe.trunk.peakRate, steps, warmup: Math.min(20, steps >> 2) });
  let order: number[] = [];
  try {
    for (let step = 0; step < steps; step++) {
      refuseCancelled(signal);
      if (order.length < batchSize) order = random.shuffle([...cases.keys()]);
      const chosen = order.splice(0, batchSize).map((i) => cases[i]!);
      const out = await loop.update(
        { ...drawSlabs(chosen, random, config, recipe), ...targetsOf(chosen) },
        rate(step),
      );
      if ((step + 1) % 50 === 0) log?.(`trunk ${step + 1}/${steps}: ${loop.describe(out)}`);
    }
    return new Map([...loop.weights].filter(([name]) => !name.startsWith(discarded)));
  } finally {
    await loop.dispose();
  }
}

const discarded = 'discarded.';

function trunkProgram(config: PareConfig, recipe: PareRecipe): TrainingProgram {
  const graph = new Graph('pare-trunk-training');
  const params = new FlatParams(graph);
  const n = recipe.trunk.batchSize;
  const voxels = config.patch.reduce((product, extent) => product * extent, 1);
  const { parsing, pooled } = trunk(params, graph.input('image', 'f32', [n, 2, ...config.patch]), config);
  const ofHead = {
    get: (...[name, shape, init]: Parameters<FlatParams['get']>) => params.get(discarded + name, shape, init),
  };
  const outputs = pareHead(
    ofHead,
    { pooled, measures: undefined, prototypes: undefined },
    { ...config, recall: 'none' },
  );
  let { loss, terms } = headLoss(outputs, headTargets(graph, n), recipe);
  if (parsing !== undefined) {
    const overlap = parsingLoss(parsing, graph.input('labels', 'i32', [n, voxels]), config);
    loss = b.add(loss, b.mul(overlap, recipe.parsingWeight));
    terms = { ...terms, parsing: overlap };
  }
  return trainingProgram({ graph, params, loss, terms, optimizer: { weightDecay: recipe.weightDecay } });
}

export function refuseTooFew(cases: number, batchSize: number): void {
  if (cases >= batchSize) return;
  throw new AppError('INVALID_ARGUMENT', {
    message: `PARE needs at least one batch of ${batchSize} nodules to train, got ${cases}`,
    facts: { cases, batchSize },
  });
}

export function refuseCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AppError('CANCELLED', { message: 'training was cancelled' });
}
