// Second half of the training: tokens, attention, recall and heads on the views of a frozen trunk. Prototypes move by
// momentum beside the gradient: the network reads them as an input and never trains them.
import { Random } from '@tomograph/kernel';
import { Graph } from '../../graph/graph.js';
import { FlatParams, type Weights } from '../../graph/params.js';
import { f32, floats, type Tensors } from '../../graph/tensor-data.js';
import { cosineRate } from '../../optim/schedule.js';
import { type TrainingProgram, trainingProgram } from '../../train/program.js';
import { GradientLoop } from './gradient-loop.js';
import { measureNames } from './measures.js';
import { pareHead } from './network.js';
import { headTargets, type PareCase, targetsOf } from './pare-case.js';
import type { PareConfig, PareRecipe } from './pare-config.js';
import { headLoss } from './pare-loss.js';
import type { PareMember } from './pare-member.js';
import { type CaseViews, isFound, momentsOf, zScore } from './pare-views.js';
import {
  type Embedded,
  moveByMomentum,
  type Prototypes,
  plantPrototypes,
  randomPrototypes,
  reseedIdle,
  usageEntropy,
} from './prototypes.js';
import { type PareTraining, refuseCancelled, refuseTooFew } from './train-trunk.js';
import { pooledWidth } from './trunk.js';

export interface TrainedMember extends PareMember {
  readonly parameters: number;
  /** Entropy of prototype usage over log K on the training nodules; 0 without recall. */
  readonly usageEntropy: number;
  readonly reseeded: number;
  readonly foundShare: number;
}

/** @throws AppError TRAINING_DIVERGED, CANCELLED, INVALID_ARGUMENT for fewer cases than a batch */
export async function trainHead(
  cases: readonly PareCase[],
  { views, foundShare }: CaseViews,
  trunkWeights: Weights,
  training: PareTraining,
): Promise<TrainedMember> {
  const { config, recipe, seed, log, signal } = training;
  const { batchSize, steps } = recipe.head;
  refuseTooFew(cases.length, batchSize);
  refuseCancelled(signal);
  const all = views.flat();
  const pooledMoments = momentsOf(
    all.map(({ pooled }) => pooled),
    pooledWidth(config),
  );
  const measureMoments = momentsOf(
    all.filter(isFound).map(({ measures }) => measures),
    measureNames.length,
  );
  const scored = views.map((own) =>
    own.map(({ pooled, measures }) => ({
      pooled: zScore(pooled, pooledMoments),
      measures: zScore(measures, measureMoments),
    })),
  );
  const memory = new PrototypeMemory(training, Math.floor(cases.length / batchSize));
  const loop = await GradientLoop.create(headProgram(config, recipe), seed);
  const random = new Random(seed, 'head');
  const rate = cosineRate({ peak: recipe.head.peakRate, steps, warmup: Math.min(20, steps >> 2) });
  let order: number[] = [];
  try {
    for (let step = 0; step < steps; step++) {
      refuseCancelled(signal);
      if (order.length < batchSize) order = random.shuffle([...cases.keys()]);
      const chosen = order.splice(0, batchSize);
      const feeds = {
        ...noisyViews(
          chosen.map((i) => random.pick(scored[i]!)),
          random,
          config,
          recipe,
        ),
        ...memory.feeds(),
        ...targetsOf(chosen.map((i) => cases[i]!)),
      };
      const out = await loop.update(feeds, rate(step));
      memory.afterStep(cases, chosen, floats(out, 'embedding'), step);
      if ((step + 1) % 100 === 0) log?.(`head ${step + 1}/${steps}: ${loop.describe(out)}`);
    }
    const weights = new Map([...trunkWeights, ...loop.weights]);
    return {
      weights,
      ...memory.state(),
      pooledMoments,
      measureMoments,
      parameters: [...weights.values()].reduce((n, { data }) => n + data.length, 0),
      foundShare,
    };
  } finally {
    await loop.dispose();
  }
}

function headProgram(config: PareConfig, recipe: PareRecipe): TrainingProgram {
  const graph = new Graph('pare-head-training');
  const params = new FlatParams(graph);
  const n = recipe.head.batchSize;
  const outputs = pareHead(
    params,
    {
      pooled: graph.input('pooled', 'f32', [n, pooledWidth(config)]),
      measures: config.parsing ? graph.input('measures', 'f32', [n, measureNames.length]) : undefined,
      prototypes:
        config.recall === 'none'
          ? undefined
          : graph.input('prototypes', 'f32', [2 * config.prototypesPerClass, config.tokenWidth]),
    },
    config,
  );
  const { loss, terms } = headLoss(outputs, headTargets(graph, n), recipe);
  graph.output('embedding', outputs.embedding);
  return trainingProgram({ graph, params, loss, terms, optimizer: { weightDecay: recipe.weightDecay } });
}

function noisyViews(
  chosen: readonly { pooled: Float32Array; measures: Float32Array }[],
  random: Random,
  config: PareConfig,
  recipe: PareRecipe,
): Tensors {
  const n = chosen.length;
  const joined = (rows: readonly Float32Array[], width: number): Float32Array => {
    const out = new Float32Array(n * width);
    for (const [i, row] of rows.entries())
      for (let j = 0; j < width; j++) out[i * width + j] = row[j]! + random.normal(0, recipe.head.noise);
    return out;
  };
  const wide = pooledWidth(config);
  const pooled = joined(
    chosen.map((view) => view.pooled),
    wide,
  );
  if (!config.parsing) return { pooled: f32(pooled, [n, wide]) };
  const measures = joined(
    chosen.map((view) => view.measures),
    measureNames.length,
  );
  return { pooled: f32(pooled, [n, wide]), measures: f32(measures, [n, measureNames.length]) };
}

/** The prototypes while a head is trained: planted after a quarter of the steps, then moved, idle ones planted anew. */
class PrototypeMemory {
  private prototypes: Prototypes;
  private reseeded = 0;
  private readonly plantAt: number;
  /** Latest embedding of every decided case: what prototypes are planted from. */
  private readonly latest = new Map<number, Embedded>();

  constructor(
    private readonly training: PareTraining,
    private readonly perEpoch: number,
  ) {
    const { config, recipe, seed } = training;
    this.prototypes = randomPrototypes(config.prototypesPerClass, config.tokenWidth, seed);
    this.plantAt = Math.round(0.25 * recipe.head.steps);
  }

  feeds(): Tensors {
    if (this.training.config.recall === 'none') return {};
    const { values, perClass, width } = this.prototypes;
    return { prototypes: f32(values, [2 * perClass, width]) };
  }

  afterStep(
    cases: readonly PareCase[],
    chosen: readonly number[],
    embedding: Float32Array,
    step: number,
  ): void {
    const { config, recipe, seed } = this.training;
    const { tokenWidth: width, prototypesPerClass } = config;
    const fresh = chosen.flatMap((index, row): Embedded[] => {
      const { malignant } = cases[index]!;
      if (malignant === undefined) return [];
      const each = { embedding: embedding.slice(row * width, (row + 1) * width), malignant };
      this.latest.set(index, each);
      return [each];
    });
    if (config.recall !== 'momentum' || step < this.plantAt) return;
    if (step === this.plantAt) {
      this.prototypes = plantPrototypes([...this.latest.values()], prototypesPerClass, width, seed);
      return;
    }
    moveByMomentum(this.prototypes, fresh, recipe.momentum);
    if ((step - this.plantAt) % this.perEpoch === 0)
      this.reseeded += reseedIdle(this.prototypes, [...this.latest.values()], recipe.reseedAfterEpochs);
  }

  state(): { prototypes: Float32Array; usageEntropy: number; reseeded: number } {
    const isRecalled = this.training.config.recall !== 'none';
    return {
      prototypes: this.prototypes.values,
      usageEntropy: isRecalled ? usageEntropy(this.prototypes, [...this.latest.values()]) : 0,
      reseeded: this.reseeded,
    };
  }
}
