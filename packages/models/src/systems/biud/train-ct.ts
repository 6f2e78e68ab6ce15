// Trains a CT encoder against frozen text and, where distillation is on, a frozen film expert. Every arm of the
// evaluation is this one function with other weights of the terms: same start, same order of cases.
import { AppError, Random } from '@tomograph/kernel';
import { Graph, type Val } from '../../graph/graph.js';
import { FlatParams, type Weights } from '../../graph/params.js';
import { f32, type Tensors } from '../../graph/tensor-data.js';
import { infoNce } from '../../losses/info-nce.js';
import * as b from '../../ops/build.js';
import { type TrainingProgram, trainingProgram } from '../../train/program.js';
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
import { tissueCount } from './ct-input.js';
import type { RetrievedFilm } from './film-retrieval.js';
import { meaningPart } from './joined-vector.js';
import { runRecipe } from './run-recipe.js';
import { contrastFeeds, contrastLoss, type SentenceContrast } from './sentence-contrast.js';
import type { ReportVectors } from './text-reader.js';

export interface CtCase {
  /** Of `ctInput`. */
  readonly cells: Float32Array;
  readonly report: ReportVectors;
  readonly contrasts: readonly SentenceContrast[];
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
  return runRecipe(program, {
    name: 'ct',
    recipe,
    seed,
    ...(training.start === undefined ? {} : { start: training.start }),
    batch: (step) => batches.at(step),
    log,
    signal: training.signal,
  });
}

/** @param films size of the bank; 0 without distillation */
export function ctProgram(config: BiudConfig, recipe: CtRecipe, films: number): TrainingProgram {
  const graph = new Graph('biud-ct-training');
  const params = new FlatParams(graph);
  const { batch: n, sentences: each } = recipe;
  const { width } = config;
  const input = (name: string, shape: readonly number[]): Val => graph.input(name, 'f32', shape);
  const { size } = config.ct;
  const out = ctEncoder(params, input('ct', [n, size, size, size, tissueCount]), config, films > 0);
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
  if (recipe.contrastWeight > 0) {
    const [directions, signs] = [input('directions', [n * each, width]), input('signs', [n, each])];
    const contrast = contrastLoss(out.study, out.regions, directions, signs, recipe.contrastTemperature);
    add('contrast', contrast, recipe.contrastWeight);
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
  private readonly films: readonly Float32Array[];
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
    this.films = (teacher?.bank ?? []).map((vector) => meaningPart(vector, training.config));
    this.bank = this.films.length === 0 ? new Float32Array(0) : flat(this.films);
  }

  at(step: number): Tensors {
    const { config, recipe, seed } = this.training;
    const { batch: n, sentences: each } = recipe;
    const { width } = config;
    const random = new Random(seed, `ct-${step}`);
    const chosen = this.order.slice(step * n, (step + 1) * n);
    const reports = chosen.map((index) => this.cases[index]!.report);
    const volume = config.ct.size ** 3 * tissueCount;
    const ct = new Float32Array(n * volume);
    const sentences = new Float32Array(n * each * width);
    const weights = new Float32Array(n * each);
    for (const [row, index] of chosen.entries()) {
      disturbCells(this.cases[index]!.cells, config.ct.size, random, ct, row * volume);
      const read = reports[row]!.sentences;
      const picked = read.length <= each ? read : random.shuffle(read).slice(0, each);
      for (const [i, { vector, weight }] of picked.entries()) {
        sentences.set(meaningPart(vector, config), (row * each + i) * width);
        weights[row * each + i] = weight;
      }
    }
    const vectors = reports.map(({ vector }) => meaningPart(vector, config));
    return {
      ct: f32(ct, [n, config.ct.size, config.ct.size, config.ct.size, tissueCount]),
      report: f32(flat(vectors), [n, width]),
      targets: f32(robustTargets(vectors, recipe.falseNegativeAt), [n, n]),
      ...(recipe.regionWeight > 0
        ? { sentences: f32(sentences, [n * each, width]), sentenceWeights: f32(weights, [n, each]) }
        : {}),
      ...this.contrastFeeds(chosen),
      ...this.filmFeeds(chosen),
    };
  }

  private contrastFeeds(chosen: readonly number[]): Tensors {
    const { recipe, config } = this.training;
    const { sentences: each } = recipe;
    if (recipe.contrastWeight === 0) return {};
    const own = chosen.map((index) => this.cases[index]!.contrasts);
    const { directions, signs } = contrastFeeds(own, each, config.width);
    return {
      directions: f32(directions, [chosen.length * each, config.width]),
      signs: f32(signs, [chosen.length, each]),
    };
  }

  private filmFeeds(chosen: readonly number[]): Tensors {
    if (this.teacher === undefined) return {};
    const { recipe, config } = this.training;
    const { retrieved } = this.teacher;
    const bank = this.films;
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

function flat(vectors: readonly Float32Array[]): Float32Array {
  const width = vectors[0]!.length;
  const out = new Float32Array(vectors.length * width);
  for (const [i, vector] of vectors.entries()) out.set(vector, i * width);
  return out;
}

/** Moved by up to 0.7 of a cell along each axis: shares of neighbours mix. Never mirrored: sides mean something. */
export function disturbCells(
  cells: Float32Array,
  size: number,
  random: Random,
  out: Float32Array,
  offset: number,
): void {
  let shares = cells.map((root) => root * root);
  const strides = [1, size, size * size];
  for (const stride of strides) {
    const move = random.uniform(-0.7, 0.7);
    const [near, far] = [1 - Math.abs(move), Math.abs(move)];
    const towards = Math.sign(move);
    const moved = new Float32Array(shares.length);
    for (let cell = 0; cell < size ** 3; cell++) {
      const at = Math.floor(cell / stride) % size;
      const next = at + towards < 0 || at + towards >= size ? cell : cell + towards * stride;
      for (let t = 0; t < tissueCount; t++)
        moved[cell * tissueCount + t] =
          near * shares[cell * tissueCount + t]! + far * shares[next * tissueCount + t]!;
    }
    shares = moved;
  }
  for (let i = 0; i < shares.length; i++) out[offset + i] = Math.sqrt(shares[i]!);
}
