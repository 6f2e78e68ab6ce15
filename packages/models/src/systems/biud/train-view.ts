// Trains the view encoder: a film and the projection of the same patient's CT belong together, and with nobody else's. No
// word is read, so that any pile of CTs teaches it: the film may be a projection too.
import { AppError, Random } from '@tomograph/kernel';
import { Graph } from '../../graph/graph.js';
import { FlatParams, type Weights } from '../../graph/params.js';
import { f32, type Tensors } from '../../graph/tensor-data.js';
import { infoNce } from '../../losses/info-nce.js';
import * as b from '../../ops/build.js';
import { type TrainingProgram, trainingProgram } from '../../train/program.js';
import type { BiudConfig, ViewRecipe } from './biud-config.js';
import { filmEncoder } from './film-encoder.js';
import { runRecipe } from './run-recipe.js';

/** Two pictures of one patient, [size²] 0…1. */
export interface ViewCase {
  readonly film: Float32Array;
  /** Of `ctInput`. */
  readonly front: Float32Array;
}

export interface ViewTraining {
  readonly config: BiudConfig;
  readonly recipe: ViewRecipe;
  readonly seed: number;
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** @throws AppError INVALID_ARGUMENT for fewer patients than a batch, TRAINING_DIVERGED, CANCELLED */
export async function trainView(cases: readonly ViewCase[], training: ViewTraining): Promise<Weights> {
  const { config, recipe, seed, log } = training;
  if (cases.length < recipe.batch) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `the view encoder needs at least one batch of ${recipe.batch} patients, got ${cases.length}`,
      facts: { patients: cases.length },
    });
  }
  const program = viewProgram(config, recipe);
  return runRecipe(program, {
    name: 'view',
    recipe,
    seed,
    batch: (step) => viewBatch(cases, config, recipe, new Random(seed, `view-${step}`)),
    log,
    signal: training.signal,
  });
}

function viewProgram(config: BiudConfig, recipe: ViewRecipe): TrainingProgram {
  const graph = new Graph('biud-view-training');
  const params = new FlatParams(graph);
  const n = recipe.batch;
  const { size } = config.film;
  const pictures = graph.input('pictures', 'f32', [2 * n, size, size]);
  const vectors = filmEncoder(params, pictures, { ...config, width: config.view.width });
  const [films, fronts] = [0, n].map((start) => b.slice(vectors, [{ axis: 0, start, end: start + n }])) as [
    typeof vectors,
    typeof vectors,
  ];
  const targets = graph.input('targets', 'f32', [n, n]);
  const loss = infoNce(films, fronts, { temperature: recipe.temperature, targets });
  return trainingProgram({ graph, params, loss, optimizer: { weightDecay: recipe.weightDecay } });
}

function viewBatch(
  cases: readonly ViewCase[],
  config: BiudConfig,
  recipe: ViewRecipe,
  random: Random,
): Tensors {
  const n = recipe.batch;
  const { size } = config.film;
  const pictures = new Float32Array(2 * n * size * size);
  const targets = new Float32Array(n * n);
  for (const [row, index] of random
    .shuffle([...cases.keys()])
    .slice(0, n)
    .entries()) {
    const { film, front } = cases[index]!;
    pictures.set(otherFraming(film, size, random), row * size * size);
    pictures.set(otherFraming(front, size, random), (n + row) * size * size);
    targets[row * n + row] = 1;
  }
  return { pictures: f32(pictures, [2 * n, size, size]), targets: f32(targets, [n, n]) };
}

/** Enlarged or reduced along each edge by about an eighth, moved by up to four pixels, another gamma, noise; never mirrored. */
function otherFraming(picture: Float32Array, size: number, random: Random): Float32Array {
  const [across, down] = [Math.exp(random.normal(0, 0.12)), Math.exp(random.normal(0, 0.12))];
  const [dx, dy] = [random.uniform(-4, 4), random.uniform(-4, 4)];
  const gamma = Math.exp(random.normal(0, 0.2));
  const noise = random.uniform(0, 0.03);
  const middle = (size - 1) / 2;
  const inside = (at: number): number => Math.min(Math.max(at, 0), size - 1.001);
  const out = new Float32Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const x = inside((column - middle) * across + middle + dx);
      const y = inside((row - middle) * down + middle + dy);
      const at = Math.floor(x) + size * Math.floor(y);
      const [fx, fy] = [x % 1, y % 1];
      const top = picture[at]! * (1 - fx) + picture[at + 1]! * fx;
      const bottom = picture[at + size]! * (1 - fx) + picture[at + size + 1]! * fx;
      const value = top * (1 - fy) + bottom * fy;
      out[row * size + column] = Math.max(value, 0) ** gamma + noise * random.uniform(-1.7, 1.7);
    }
  return out;
}
