// A training run in a worker thread: the caller sends batches and gets numbers, the state stays there.
// The caller's event loop stays free while a step computes.
import { initialVector } from '../graph/params.js';
import type { Tensors } from '../graph/tensor-data.js';
import { compact, Thread } from '../runtime/thread.js';
import type { TrainingProgram } from './program.js';
import type { StepReport, TrainingState } from './stepper.js';

export interface TrainerOptions {
  /** Where to start: fresh weights of a seed, given weights with empty moments, or a whole state to resume. */
  readonly start:
    | { readonly seed: number }
    | { readonly params: Float32Array }
    | { readonly state: TrainingState };
  /** Default 1: training is repeatable for a fixed number of threads only. */
  readonly threads?: number;
}

const workerModule = new URL('../../dist/train/training-worker.js', import.meta.url);

export class Trainer {
  private constructor(
    private readonly thread: Thread,
    readonly program: TrainingProgram,
    readonly threads: number,
  ) {}

  static async create(program: TrainingProgram, options: TrainerOptions): Promise<Trainer> {
    const threads = options.threads ?? 1;
    const thread = new Thread(workerModule);
    const state = initialState(program, options.start);
    try {
      await thread.call('start', { program, state, threads });
    } catch (error) {
      await thread.close();
      throw error;
    }
    return new Trainer(thread, program, threads);
  }

  /** @throws AppError TRAINING_DIVERGED with every term; the state is the one before the step. */
  step(batch: Tensors, learningRate: number): Promise<StepReport> {
    return this.thread.call('step', { batch: compact(batch), learningRate });
  }

  /** A copy of the weights and the optimiser's moments. */
  state(): Promise<TrainingState> {
    return this.thread.call('state');
  }

  async close(): Promise<void> {
    await this.thread.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function initialState(program: TrainingProgram, start: TrainerOptions['start']): TrainingState {
  if ('state' in start) return start.state;
  const params = 'seed' in start ? initialVector(program.entries, start.seed) : start.params;
  return { step: 0, params, m: new Float32Array(program.total), v: new Float32Array(program.total) };
}
