// How each of the four encoders is trained: AdamW on a cosine, every hundredth step told. What is learnt is the caller's.
import { unflatten, type Weights } from '../../graph/params.js';
import type { Tensors } from '../../graph/tensor-data.js';
import { cosineRate } from '../../optim/schedule.js';
import type { TrainingProgram } from '../../train/program.js';
import { runTraining } from '../../train/training-loop.js';

export interface RecipeRun {
  /** In the log. */
  readonly name: string;
  readonly recipe: { readonly steps: number; readonly peakRate: number };
  readonly seed: number;
  /** Weights to go on from; default: fresh ones of the seed. */
  readonly start?: Float32Array;
  readonly batch: (step: number) => Tensors;
  readonly log?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws AppError TRAINING_DIVERGED, CANCELLED */
export async function runRecipe(program: TrainingProgram, run: RecipeRun): Promise<Weights> {
  const { name, recipe, seed, start, batch, log, signal } = run;
  const { steps, peakRate } = recipe;
  const result = await runTraining({
    program,
    start: start === undefined ? { seed } : { params: start },
    steps,
    schedule: cosineRate({ peak: peakRate, steps, warmup: Math.min(20, steps >> 2) }),
    batch,
    onProgress: ({ step, loss, terms }) => {
      if ((step + 1) % 100 !== 0) return;
      const parts = Object.entries(terms).map(([term, value]) => `${term} ${value.toFixed(3)}`);
      const detail = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
      log?.(`${name} ${step + 1}/${steps}: loss ${loss.toFixed(3)}${detail}`);
    },
    ...(signal === undefined ? {} : { signal }),
  });
  return unflatten(program.entries, result.params);
}
