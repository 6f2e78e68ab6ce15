// Teaching one task to a base: low-rank factors and a private head on crops of its cases, then what it can do on the
// held-out ones. Neither files of users nor the registry.
import type { Sha256 } from '@tomograph/kernel';
import {
  type Adapter,
  type CropCase,
  cropBatches,
  learnerOf,
  learningRates,
  type PvtConfig,
  teach,
  uniformRank,
} from '@tomograph/models';
import type { Metric } from '@tomograph/registry';
import type { BaseSession } from '../registry/model-house.js';
import { highestMetric, layRuler, lowestMetric } from '../segment/body-height.js';
import { diceMetrics } from './dice-metrics.js';
import { labelsOf, measureDice } from './measure-dice.js';
import type { TrainingData } from './training-data.js';

export interface TeachRecipe {
  readonly name: string;
  readonly steps: number;
  readonly rank: number;
  readonly batchSize: number;
  readonly seed: number;
}

export interface LearningPoint {
  /** 1 after the first step. */
  readonly step: number;
  readonly loss: number;
  /** Soft Dice of this step's batch. */
  readonly dice: number;
}

export interface TeachTaskOptions {
  /** Goes on from it when it exists. */
  readonly checkpoint: string;
  readonly signal?: AbortSignal;
  readonly onStep?: (point: LearningPoint) => void;
}

/** alpha = r: a rank of its own changes how much can be learnt, not how fast. */
const loraScale = 1;

/**
 * The rate was chosen on networks whose widest stage is 96 (the evaluation's); wider ones want proportionally less (Yang et
 * al. 2022, tensor programs V).
 */
function learningRateFor({ stages }: PvtConfig): number {
  const widest = Math.max(...stages.map(({ width }) => width));
  return learningRates.lora * Math.min(1, 96 / widest);
}

/** @throws AppError TRAINING_DIVERGED, CANCELLED, CONFLICT for a checkpoint of another run */
export async function teachTask(
  { base }: Pick<BaseSession, 'base'>,
  data: Pick<TrainingData, 'train' | 'labels'>,
  recipe: TeachRecipe,
  options: TeachTaskOptions,
): Promise<Adapter> {
  const { steps, seed, batchSize } = recipe;
  const task = {
    name: recipe.name,
    classes: ['background', ...data.labels.map(({ name }) => name)],
    size: base.config.size,
    train: [],
    test: [],
  };
  const { factors, head } = await teach(
    learnerOf(base),
    task,
    { kind: 'lora', ranks: uniformRank(recipe.rank) },
    {
      steps,
      seed,
      batchSize,
      loraScale,
      learningRate: learningRateFor(base.config),
      batches: cropBatches(data.train, { patch: base.config.size, batchSize, seed }),
      checkpoint: { path: options.checkpoint, every: Math.max(5, Math.round(steps / 20)) },
      onProgress: ({ step, loss, terms }) =>
        options.onStep?.({ step: step + 1, loss, dice: 1 - (terms.dice ?? 1) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
  );
  return { base: base.digest as Sha256, factors, head };
}

export interface TaskMetrics {
  readonly metrics: readonly Metric[];
  /** Mean Dice over the held-out cases; null without any. */
  readonly dice: number | null;
}

export async function measureTask(
  session: BaseSession,
  { factors, head }: Pick<Adapter, 'factors' | 'head'>,
  { train, test }: Pick<TrainingData, 'train' | 'test'>,
  options: { readonly signal?: AbortSignal; readonly onProgress?: (fraction: number) => void },
): Promise<TaskMetrics> {
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const scores = await measureDice(session, { factors, head }, test, {
    ...signal,
    onProgress: (done, total) => options.onProgress?.((0.6 * done) / total),
  });
  const found = diceMetrics(scores, `held-out cases of the training data`);
  options.onProgress?.(0.6);
  const heights = await bodyHeights(session, train, signal);
  return {
    metrics: [...found, ...heights],
    dice: found.find(({ structure }) => structure === null)?.value ?? null,
  };
}

/** Scouting more scans than this tells little more about where along the body a task was taught. */
const maxScouted = 8;

/** Lowest and highest slice of the training scans, by the base's own organs; none where the base has no ruler. */
async function bodyHeights(
  session: BaseSession,
  cases: readonly CropCase[],
  signal: { readonly signal?: AbortSignal },
): Promise<Metric[]> {
  if (!session.manifest.metrics.some(({ unit }) => unit === 'mm')) return [];
  const { head } = session.base;
  const stepMm = session.manifest.preprocessing.spacingMmXyz![2];
  const ends: number[] = [];
  for (const item of cases.slice(0, maxScouted)) {
    const labels = await labelsOf(session, { head }, item, { overlap: 0, ...signal });
    const ruler = layRuler({ classes: head.classes, labels }, item.size, stepMm, session.manifest);
    // a range laid by some of the scans would keep the task from speaking where the others were
    if (ruler === undefined) return [];
    ends.push(ruler.offsetMm, ruler.offsetMm + (item.size[0] - 1) * stepMm);
  }
  const metric = (name: string, value: number): Metric => ({
    name,
    structure: null,
    value: Math.round(value),
    unit: 'mm',
    n: ends.length / 2,
    interval: null,
    data: 'training scans',
  });
  return [metric(lowestMetric, Math.min(...ends)), metric(highestMetric, Math.max(...ends))];
}
