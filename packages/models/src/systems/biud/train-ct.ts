// Trains a CT encoder against frozen text and, where distillation is on, a frozen film expert. Every arm of the
// evaluation is this one function with other weights of the terms: same start, same order of cases.
import { AppError, Random } from '@tomograph/kernel';
import { Graph, type Val } from '../../graph/graph.js';
import { FlatParams, unflatten, type Weights } from '../../graph/params.js';
import { f32, type Tensors } from '../../graph/tensor-data.js';
import { infoNce } from '../../losses/info-nce.js';
import * as b from '../../ops/build.js';
import { cosineRate } from '../../optim/schedule.js';
import { type TrainingProgram, trainingProgram } from '../../train/program.js';
import { runTraining } from '../../train/training-loop.js';
import {
  lateScores,
  pairLoss,
  relationLoss,
  relationTargets,
  robustTargets,
  scoreContrast,
} from './alignment-loss.js';
import type { BiudConfig, CtRecipe } from './biud-config.js';
import { ctEncoder } from './ct-encoder.js';
import type { RetrievedFilm } from './film-retrieval.js';
import type { ReportVectors } from './text-reader.js';

export interface CtCase {
  /** [z, y, x] HU / 1000 of `ctInput`. */
  readonly cells: Float32Array;
  readonly report: ReportVectors;
}

/** What the film expert gives: the vectors of all films, and which one belongs to each CT. */
export interface FilmTeacher {
  readonly bank: readonly Float32Array[];
  readonly retrieved: readonly RetrievedFilm[];
}

export interface CtTraining {
  readonly config: BiudConfig;
  readonly recipe: CtRecipe;
  readonly seed: number;
  /** Needed where pair or relation weight is above 0. */
  readonly teacher?: FilmTeacher;
  /** Weights to go on from (fine-tuning); default: fresh ones of the seed. */
  readonly start?: Float32Array;
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** @throws AppError INVALID_ARGUMENT for fewer CTs than a batch or a missing teacher, TRAINING_DIVERGED, CANCELLED */
export async function trainCt(cases: readonly CtCase[], training: CtTraining): Promise<Weights> {
  const { config, recipe, seed, teacher, log } = training;
  const distils = recipe.pairWeight > 0 || recipe.relationWeight > 0;
  if (cases.length < recipe.batch || (distils && teacher === undefined)) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `aligning needs at least one batch of ${recipe.batch} CTs (got ${cases.length}) and, to distil, a film expert (${teacher === undefined ? 'none' : 'given'})`,
      facts: { cases: cases.length, batch: recipe.batch },
    });
  }
  const program = ctProgram(config, recipe, distils ? teacher!.bank.length : 0);
  const batches = new CtBatches(cases, training, distils ? teacher : undefined);
  const result = await runTraining({
    program,
    start: training.start === undefined ? { seed } : { params: training.start },
    steps: recipe.steps,
    schedule: cosineRate({
      peak: recipe.peakRate,
      steps: recipe.steps,
      warmup: Math.min(20, recipe.steps >> 2),
    }),
    batch: (step) => batches.at(step),
    onProgress: ({ step, loss, terms }) => {
      if ((step + 1) % 100 !== 0) return;
      const parts = Object.entries(terms).map(([name, value]) => `${name} ${value.toFixed(3)}`);
      log?.(`ct ${step + 1}/${recipe.steps}: loss ${loss.toFixed(3)} (${parts.join(', ')})`);
    },
    ...(training.signal === undefined ? {} : { signal: training.signal }),
  });
  return unflatten(program.entries, result.params);
}

/** @param films size of the bank; 0 without distillation */
export function ctProgram(config: BiudConfig, recipe: CtRecipe, films: number): TrainingProgram {
  const graph = new Graph('biud-ct-training');
  const params = new FlatParams(graph);
  const { batch: n, sentences: each } = recipe;
  const { width } = config;
  const input = (name: string, shape: readonly number[]): Val => graph.input(name, 'f32', shape);
  const { size } = config.ct;
  const out = ctEncoder(params, input('ct', [n, size, size, size]), config, films > 0);
  const targets = input('targets', [n, n]);
  const study = infoNce(out.study, input('report', [n, width]), {
    temperature: recipe.temperature,
    targets,
  });
  const terms: Record<string, Val> = { study };
  let loss = study;
  const add = (name: string, term: Val, weight: number): void => {
    terms[name] = term;
    loss = b.add(loss, b.mul(term, weight));
  };
  if (recipe.regionWeight > 0) {
    const scores = lateScores(
      out.regions,
      input('sentences', [n * each, width]),
      input('sentenceWeights', [n, each]),
    );
    add('region', scoreContrast(scores, targets, recipe.temperature), recipe.regionWeight);
  }
  if (films > 0) {
    const known = input('filmKnown', [n]);
    if (recipe.pairWeight > 0)
      add('pair', pairLoss(out.film!, input('film', [n, width]), known), recipe.pairWeight);
    if (recipe.relationWeight > 0) {
      const relation = relationLoss(
        out.film!,
        input('bank', [films, width]),
        input('relation', [n, films]),
        known,
        recipe.relationTemperature,
      );
      add('relation', relation, recipe.relationWeight);
    }
  }
  return trainingProgram({ graph, params, loss, terms, optimizer: { weightDecay: recipe.weightDecay } });
}

class CtBatches {
  private readonly order: number[] = [];
  private readonly bank: Float32Array;

  constructor(
    private readonly cases: readonly CtCase[],
    private readonly training: CtTraining,
    private readonly teacher: FilmTeacher | undefined,
  ) {
    const { recipe, seed } = training;
    const random = new Random(seed, 'ct-order');
    while (this.order.length < recipe.steps * recipe.batch)
      this.order.push(...random.shuffle([...cases.keys()]));
    this.bank = teacher === undefined ? new Float32Array(0) : joined(teacher.bank);
  }

  at(step: number): Tensors {
    const { config, recipe, seed } = this.training;
    const { batch: n, sentences: each } = recipe;
    const { width } = config;
    const random = new Random(seed, `ct-${step}`);
    const chosen = this.order.slice(step * n, (step + 1) * n);
    const reports = chosen.map((index) => this.cases[index]!.report);
    const volume = config.ct.size ** 3;
    const ct = new Float32Array(n * volume);
    const sentences = new Float32Array(n * each * width);
    const weights = new Float32Array(n * each);
    for (const [row, index] of chosen.entries()) {
      disturbCells(this.cases[index]!.cells, config.ct.size, random, ct, row * volume);
      const read = reports[row]!.sentences;
      const picked = read.length <= each ? read : random.shuffle(read).slice(0, each);
      for (const [i, { vector, weight }] of picked.entries()) {
        sentences.set(vector, (row * each + i) * width);
        weights[row * each + i] = weight;
      }
    }
    const vectors = reports.map(({ vector }) => vector);
    return {
      ct: f32(ct, [n, config.ct.size, config.ct.size, config.ct.size]),
      report: f32(joined(vectors), [n, width]),
      targets: f32(robustTargets(vectors, recipe.falseNegativeAt), [n, n]),
      ...(recipe.regionWeight > 0
        ? { sentences: f32(sentences, [n * each, width]), sentenceWeights: f32(weights, [n, each]) }
        : {}),
      ...this.filmFeeds(chosen),
    };
  }

  private filmFeeds(chosen: readonly number[]): Tensors {
    if (this.teacher === undefined) return {};
    const { recipe, config } = this.training;
    const { bank, retrieved } = this.teacher;
    const n = chosen.length;
    const target = new Float32Array(n * config.width);
    const relation = new Float32Array(n * bank.length).fill(1 / bank.length);
    const known = new Float32Array(n);
    for (const [row, index] of chosen.entries()) {
      const { film } = retrieved[index]!;
      if (film === undefined) continue;
      known[row] = 1;
      target.set(bank[film]!, row * config.width);
      if (recipe.relationWeight > 0)
        relation.set(relationTargets(bank[film]!, bank, recipe.relationTemperature), row * bank.length);
    }
    return {
      filmKnown: f32(known, [n]),
      ...(recipe.pairWeight > 0 ? { film: f32(target, [n, config.width]) } : {}),
      ...(recipe.relationWeight > 0
        ? { relation: f32(relation, [n, bank.length]), bank: f32(this.bank, [bank.length, config.width]) }
        : {}),
    };
  }
}

function joined(vectors: readonly Float32Array[]): Float32Array {
  const width = vectors[0]!.length;
  const out = new Float32Array(vectors.length * width);
  for (const [i, vector] of vectors.entries()) out.set(vector, i * width);
  return out;
}

/** Moved by up to two cells an axis, and a shift of HU. Never mirrored: sides mean something. */
export function disturbCells(
  cells: Float32Array,
  size: number,
  random: Random,
  out: Float32Array,
  offset: number,
): void {
  const [mx, my, mz] = [0, 1, 2].map(() => random.int(5) - 2) as [number, number, number];
  const shift = random.normal(0, 0.01);
  const clamp = (at: number): number => Math.min(Math.max(at, 0), size - 1);
  const columns = Int32Array.from({ length: size }, (_, x) => clamp(x + mx));
  let n = offset;
  for (let z = 0; z < size; z++)
    for (let y = 0; y < size; y++) {
      const row = size * (clamp(y + my) + size * clamp(z + mz));
      for (let x = 0; x < size; x++) out[n++] = cells[row + columns[x]!]! + shift;
    }
}
