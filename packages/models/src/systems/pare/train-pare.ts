// Trains one PARE network: first the parsing alone, then everything on what its own masks measure. Prototypes move
// beside the gradient, which is why this is a loop of its own: the trainer's worker gives no embeddings back.
import { AppError, Random } from '@tomograph/kernel';
import { Graph } from '../../graph/graph.js';
import { FlatParams, initialVector, unflatten } from '../../graph/params.js';
import { f32, floats, type Tensors } from '../../graph/tensor-data.js';
import { adamW, stepScalars } from '../../optim/adamw.js';
import { cosineRate } from '../../optim/schedule.js';
import { Session } from '../../runtime/session.js';
import { type TrainingProgram, trainingProgram } from '../../train/program.js';
import { measureNames } from './measures.js';
import { pareNetwork } from './network.js';
import { drawBatch, type PareCase, type View } from './pare-case.js';
import { attributeNames, type PareConfig, type PareRecipe } from './pare-config.js';
import { pareLoss } from './pare-loss.js';
import { look, type PareMember, servingGraph } from './pare-member.js';
import {
  type Embedded,
  moveByMomentum,
  type Prototypes,
  plantPrototypes,
  randomPrototypes,
  reseedIdle,
  usageEntropy,
} from './prototypes.js';

export interface PareTraining {
  readonly config: PareConfig;
  readonly recipe: PareRecipe;
  readonly seed: number;
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface TrainedMember extends PareMember {
  readonly parameters: number;
  /** Entropy of prototype usage over log K on the training nodules; 0 without recall. */
  readonly usageEntropy: number;
  readonly reseeded: number;
  /** Share of training nodules found at a click. */
  readonly foundShare: number;
}

/** @throws AppError TRAINING_DIVERGED, CANCELLED, INVALID_ARGUMENT for fewer cases than a batch */
export async function trainPare(cases: readonly PareCase[], training: PareTraining): Promise<TrainedMember> {
  const { config, recipe, seed } = training;
  if (cases.length < recipe.batchSize) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `PARE needs at least one batch of ${recipe.batchSize} nodules to train, got ${cases.length}`,
      facts: { cases: cases.length, batchSize: recipe.batchSize },
    });
  }
  const program = buildProgram(config, recipe);
  const session = await Session.load(program.bytes);
  const state = new State(program, initialVector(program.entries, seed), config, seed);
  const run = new Run(cases, training, session, state);
  try {
    if (config.parsing) await run.phase('parsing', recipe.parsingSteps, undefined);
    const { views, mean, sd, foundShare } = await viewsOf(cases, state, training);
    await run.phase('whole', recipe.steps, views);
    return {
      ...state.member(mean, sd),
      parameters: program.total,
      usageEntropy: config.recall === 'none' ? 0 : usageEntropy(state.prototypes, run.recent()),
      reseeded: run.reseeded,
      foundShare,
    };
  } finally {
    await session.dispose();
  }
}

function buildProgram(config: PareConfig, recipe: PareRecipe): TrainingProgram {
  const graph = new Graph('pare-training');
  const params = new FlatParams(graph);
  const n = recipe.batchSize;
  const voxels = config.patch.reduce((product, extent) => product * extent, 1);
  const outputs = pareNetwork(
    params,
    {
      image: graph.input('image', 'f32', [n, 2, ...config.patch]),
      measures: graph.input('measures', 'f32', [n, measureNames.length]),
      prototypes: graph.input('prototypes', 'f32', [2 * config.prototypesPerClass, config.tokenWidth]),
    },
    config,
  );
  const targets = {
    labels: graph.input('labels', 'i32', [n, voxels]),
    malignancy: graph.input('malignancy', 'f32', [n, 1]),
    weight: graph.input('weight', 'f32', [n, 1]),
    attributes: graph.input('attributes', 'f32', [n, attributeNames.length]),
    attributesKnown: graph.input('attributesKnown', 'f32', [n, attributeNames.length]),
    parsingScale: graph.input('parsingScale', 'f32', []),
    headScale: graph.input('headScale', 'f32', []),
  };
  const { loss, terms } = pareLoss(outputs, targets, config, recipe);
  graph.output('embedding', outputs.embedding);
  return trainingProgram({ graph, params, loss, terms, optimizer: { weightDecay: recipe.weightDecay } });
}

class State {
  m: Float32Array;
  v: Float32Array;
  step = 0;
  prototypes: Prototypes;

  constructor(
    readonly program: TrainingProgram,
    public params: Float32Array,
    readonly config: PareConfig,
    seed: number,
  ) {
    this.m = new Float32Array(program.total);
    this.v = new Float32Array(program.total);
    this.prototypes = randomPrototypes(config.prototypesPerClass, config.tokenWidth, seed);
  }

  member(measureMean: Float32Array, measureSd: Float32Array): PareMember {
    const weights = unflatten(this.program.entries, this.params);
    return { weights, prototypes: this.prototypes.values, measureMean, measureSd };
  }
}

class Run {
  reseeded = 0;
  /** Latest embedding of every decided case: what prototypes are planted from. */
  private readonly latest = new Map<number, Embedded>();

  constructor(
    private readonly cases: readonly PareCase[],
    private readonly training: PareTraining,
    private readonly session: Session,
    private readonly state: State,
  ) {}

  recent(): Embedded[] {
    return [...this.latest.values()];
  }

  async phase(name: 'parsing' | 'whole', steps: number, views: readonly (readonly View[])[] | undefined) {
    const { recipe, seed, config, log, signal } = this.training;
    const random = new Random(seed, name);
    const rate = cosineRate({ peak: recipe.peakRate, steps, warmup: Math.min(20, steps >> 2) });
    const isWhole = name === 'whole';
    const perEpoch = Math.max(1, Math.floor(this.cases.length / recipe.batchSize));
    const plantAt = Math.round(0.25 * steps);
    let order: number[] = [];
    for (let step = 0; step < steps; step++) {
      if (signal?.aborted) throw new AppError('CANCELLED', { message: 'training was cancelled' });
      if (order.length < recipe.batchSize) order = random.shuffle([...this.cases.keys()]);
      const chosen = order.splice(0, recipe.batchSize);
      const batch = drawBatch(this.cases, chosen, isWhole ? views : undefined, random, config, recipe);
      const report = await this.update(batch, rate(step), isWhole);
      if (isWhole) this.afterStep(chosen, report.embedding, step, { plantAt, perEpoch });
      if (log && (step + 1) % 100 === 0) log(`${name} ${step + 1}/${steps}: ${report.text}`);
    }
  }

  private afterStep(
    chosen: readonly number[],
    embedding: Float32Array,
    step: number,
    at: { plantAt: number; perEpoch: number },
  ): void {
    const { config, recipe, seed } = this.training;
    if (config.recall !== 'momentum') {
      if (config.recall === 'random') this.remember(chosen, embedding);
      return;
    }
    const fresh = this.remember(chosen, embedding);
    const { tokenWidth, prototypesPerClass } = config;
    if (step === at.plantAt)
      this.state.prototypes = plantPrototypes(this.recent(), prototypesPerClass, tokenWidth, seed);
    else if (step > at.plantAt) {
      moveByMomentum(this.state.prototypes, fresh, recipe.momentum);
      if ((step - at.plantAt) % at.perEpoch === 0)
        this.reseeded += reseedIdle(this.state.prototypes, this.recent(), recipe.reseedAfterEpochs);
    }
  }

  private remember(chosen: readonly number[], embedding: Float32Array): Embedded[] {
    const width = this.training.config.tokenWidth;
    return chosen.flatMap((index, row) => {
      const { malignant } = this.cases[index]!;
      if (malignant === undefined) return [];
      const each = { embedding: embedding.slice(row * width, (row + 1) * width), malignant };
      this.latest.set(index, each);
      return [each];
    });
  }

  private async update(batch: Tensors, learningRate: number, isWhole: boolean) {
    const { program, params, m, v, prototypes } = this.state;
    const total = [program.total];
    const scalars = stepScalars({ ...adamW, ...program.settings }, this.state.step, learningRate);
    const feeds: Tensors = {
      ...batch,
      parsingScale: f32([1], []),
      headScale: f32([isWhole ? 1 : 0], []),
      prototypes: f32(prototypes.values, [2 * prototypes.perClass, prototypes.width]),
      params: f32(params, total),
      m: f32(m, total),
      v: f32(v, total),
      learningRate: f32([learningRate], []),
      correction1: f32([scalars.correction1], []),
      correction2: f32([scalars.correction2], []),
    };
    const wanted = new Set(this.session.description.inputs.map(({ name }) => name));
    const used = Object.fromEntries(Object.entries(feeds).filter(([name]) => wanted.has(name)));
    const out = await this.session.run(used);
    const terms = program.terms.map((name) => `${name} ${floats(out, `term.${name}`)[0]!.toFixed(4)}`);
    const loss = floats(out, 'loss')[0]!;
    if (!Number.isFinite(loss)) {
      throw new AppError('TRAINING_DIVERGED', {
        message: `PARE step ${this.state.step}, rate ${learningRate}: the loss is ${loss} (${terms.join(', ')}). Lower the rate`,
        facts: { step: this.state.step, terms },
      });
    }
    this.state.params = floats(out, 'next.params');
    this.state.m = floats(out, 'next.m');
    this.state.v = floats(out, 'next.v');
    this.state.step++;
    return { embedding: floats(out, 'embedding'), text: `loss ${loss.toFixed(4)}, ${terms.join(', ')}` };
  }
}

const viewsPerCase = 2;

/** Every training nodule as the network itself sees it from a click beside the middle. */
async function viewsOf(cases: readonly PareCase[], state: State, { config, recipe, seed }: PareTraining) {
  const n = measureNames.length;
  const [zero, one] = [new Float32Array(n), new Float32Array(n).fill(1)];
  const session = await Session.load(servingGraph(state.member(zero, one), config));
  const random = new Random(seed, 'clicks');
  const looks: { centre: View['centre']; measures: Float32Array; found: boolean }[][] = [];
  for (const each of cases) {
    const own: (typeof looks)[number] = [];
    for (let i = 0; i < viewsPerCase; i++) {
      const seen = await look(session, each.volume, click(each.centre, random, recipe), config);
      own.push({ centre: seen.centre, measures: seen.measures, found: seen.component !== undefined });
    }
    looks.push(own);
  }
  await session.dispose();
  const found = looks.flat().filter((seen) => seen.found);
  const mean = new Float32Array(n);
  const sd = new Float32Array(n).fill(1);
  for (let i = 0; found.length > 0 && i < n; i++) {
    const values = found.map((seen) => seen.measures[i]!);
    mean[i] = values.reduce((a, x) => a + x, 0) / values.length;
    const variance = values.reduce((a, x) => a + (x - mean[i]!) ** 2, 0) / values.length;
    sd[i] = Math.sqrt(variance) || 1;
  }
  const clamp = (z: number): number => Math.min(Math.max(z, -5), 5);
  const views = looks.map((own) =>
    own.map(({ centre, measures }) => ({
      centre,
      measures: measures.map((value, i) => clamp((value - mean[i]!) / sd[i]!)),
    })),
  );
  return { views, mean, sd, foundShare: found.length / looks.flat().length };
}

/** A click beside the middle, as a person would make it. */
export const click = (centre: View['centre'], random: Random, { clickMm }: PareRecipe): View['centre'] => [
  centre[0] + random.normal(0, clickMm),
  centre[1] + random.normal(0, clickMm),
  centre[2] + random.normal(0, clickMm),
];
