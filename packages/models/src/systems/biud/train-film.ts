// Trains the X-ray expert: films against the vectors of their reports, robust contrast. The text side is frozen.
import { AppError, Random } from '@tomograph/kernel';
import { Graph } from '../../graph/graph.js';
import { FlatParams, type Weights } from '../../graph/params.js';
import { f32, type Tensors } from '../../graph/tensor-data.js';
import { infoNce } from '../../losses/info-nce.js';
import * as b from '../../ops/build.js';
import { type TrainingProgram, trainingProgram } from '../../train/program.js';
import { robustTargets } from './alignment-loss.js';
import type { BiudConfig, FilmRecipe } from './biud-config.js';
import { filmEncoder } from './film-encoder.js';
import { meaningPart } from './joined-vector.js';
import { runRecipe } from './run-recipe.js';
import { contrastFeeds, contrastLoss, type SentenceContrast } from './sentence-contrast.js';

/** A film [size²] 0…1, the vector of its report and what its sentences affirm and deny. */
export interface FilmCase {
  readonly film: Float32Array;
  readonly report: Float32Array;
  readonly contrasts: readonly SentenceContrast[];
}

export interface FilmTraining {
  readonly config: BiudConfig;
  readonly recipe: FilmRecipe;
  readonly seed: number;
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** @throws AppError INVALID_ARGUMENT for fewer films than a batch, TRAINING_DIVERGED, CANCELLED */
export async function trainFilm(cases: readonly FilmCase[], training: FilmTraining): Promise<Weights> {
  const { config, recipe, seed, log } = training;
  if (cases.length < recipe.batch) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `the film expert needs at least one batch of ${recipe.batch} films, got ${cases.length}`,
      facts: { films: cases.length },
    });
  }
  const program = filmProgram(config, recipe);
  return runRecipe(program, {
    name: 'film',
    recipe,
    seed,
    batch: (step) => filmBatch(cases, config, recipe, new Random(seed, `film-${step}`)),
    log,
    signal: training.signal,
  });
}

export function filmProgram(config: BiudConfig, recipe: FilmRecipe): TrainingProgram {
  const graph = new Graph('biud-film-training');
  const params = new FlatParams(graph);
  const n = recipe.batch;
  const film = graph.input('film', 'f32', [n, config.film.size, config.film.size]);
  const vector = filmEncoder(params, film, config);
  const report = infoNce(vector, graph.input('report', 'f32', [n, config.width]), {
    temperature: recipe.temperature,
    targets: graph.input('targets', 'f32', [n, n]),
  });
  const contrast = contrastLoss(
    vector,
    undefined,
    graph.input('directions', 'f32', [n * recipe.sentences, config.width]),
    graph.input('signs', 'f32', [n, recipe.sentences]),
    recipe.contrastTemperature,
  );
  const loss = b.add(report, b.mul(contrast, recipe.contrastWeight));
  return trainingProgram({
    graph,
    params,
    loss,
    terms: { report, contrast },
    optimizer: { weightDecay: recipe.weightDecay },
  });
}

function filmBatch(
  cases: readonly FilmCase[],
  config: BiudConfig,
  recipe: FilmRecipe,
  random: Random,
): Tensors {
  const n = recipe.batch;
  const { size } = config.film;
  const chosen = random.shuffle([...cases.keys()]).slice(0, n);
  const films = new Float32Array(n * size * size);
  const reports = new Float32Array(n * config.width);
  for (const [row, index] of chosen.entries()) {
    films.set(disturbFilm(cases[index]!.film, size, random), row * size * size);
    reports.set(meaningPart(cases[index]!.report, config), row * config.width);
  }
  const { directions, signs } = contrastFeeds(
    chosen.map((index) => cases[index]!.contrasts),
    recipe.sentences,
    config.width,
  );
  const targets = robustTargets(
    chosen.map((index) => cases[index]!.report),
    recipe.falseNegativeAt,
  );
  return {
    film: f32(films, [n, size, size]),
    report: f32(reports, [n, config.width]),
    targets: f32(targets, [n, n]),
    directions: f32(directions, [n * recipe.sentences, config.width]),
    signs: f32(signs, [n, recipe.sentences]),
  };
}

/** Moved by up to three pixels, another gamma, noise: never mirrored, sides mean something. */
export function disturbFilm(film: Float32Array, size: number, random: Random): Float32Array {
  const [dx, dy] = [random.int(7) - 3, random.int(7) - 3];
  const gamma = Math.exp(random.normal(0, 0.15));
  const noise = random.uniform(0, 0.02);
  const clamp = (at: number): number => Math.min(Math.max(at, 0), size - 1);
  const out = new Float32Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const value = film[clamp(row + dy) * size + clamp(column + dx)]!;
      out[row * size + column] = value ** gamma + noise * random.uniform(-1.7, 1.7);
    }
  return out;
}
