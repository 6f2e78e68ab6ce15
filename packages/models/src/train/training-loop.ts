// The loop around a trainer: batches, rates, progress, validation, early stop, checkpoints, cancellation.
// A batch is a pure function of its step, which is what makes a resumed run end in the same bytes.
import { AppError } from '@tomograph/kernel';
import type { Tensors } from '../graph/tensor-data.js';
import type { Schedule } from '../optim/schedule.js';
import {
  type BestSoFar,
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  readFileIfPresent,
  writeFileAtomically,
} from './checkpoint.js';
import type { TrainingProgram } from './program.js';
import type { StepReport } from './stepper.js';
import { Trainer, type TrainerOptions } from './trainer.js';

export interface TrainingRun {
  readonly program: TrainingProgram;
  readonly start: TrainerOptions['start'];
  readonly steps: number;
  readonly schedule: Schedule;
  /** Feeds of one step; the same step always gives the same feeds. */
  readonly batch: (step: number) => Tensors | Promise<Tensors>;
  readonly threads?: number;
  readonly onProgress?: (report: StepReport & { readonly steps: number }) => void;
  readonly validate?: {
    readonly every: number;
    /** Larger is better. */
    readonly score: (params: Float32Array, step: number) => Promise<number>;
    /** Validations without a new best before the run ends early. */
    readonly patience: number;
  };
  /** Written every so many steps and at the end; when the file exists the run goes on from it. */
  readonly checkpoint?: { readonly path: string; readonly every: number };
  readonly signal?: AbortSignal;
}

export interface TrainingResult {
  /** The best validated weights where there was a validation, else the last. */
  readonly params: Float32Array;
  readonly checkpoint: Checkpoint;
  readonly steps: number;
  readonly stoppedEarly: boolean;
  readonly lastReport: StepReport | undefined;
}

/** @throws AppError TRAINING_DIVERGED, CANCELLED (the last checkpoint stands), CONFLICT for a foreign checkpoint */
export async function runTraining(run: TrainingRun): Promise<TrainingResult> {
  const threads = run.threads ?? 1;
  const stored = run.checkpoint === undefined ? undefined : readFileIfPresent(run.checkpoint.path);
  const resumed = stored === undefined ? undefined : decodeCheckpoint(stored, run.program, threads);
  const start = resumed === undefined ? run.start : { state: resumed.state };
  await using trainer = await Trainer.create(run.program, { start, threads });
  let best = resumed?.best;
  let step = resumed?.state.step ?? 0;
  let lastReport: StepReport | undefined;
  let stoppedEarly = isStale(run, best, step);
  let upcoming = step < run.steps ? run.batch(step) : undefined;
  while (step < run.steps && !stoppedEarly) {
    if (run.signal?.aborted)
      throw new AppError('CANCELLED', { message: `training was cancelled at step ${step}` });
    const batch = await upcoming!;
    const update = trainer.step(batch, run.schedule(step));
    // the next batch is made while the worker computes; a failed step must not leave its promise unheard
    update.catch(() => undefined);
    upcoming = step + 1 < run.steps ? run.batch(step + 1) : undefined;
    lastReport = await update;
    step++;
    run.onProgress?.({ ...lastReport, steps: run.steps });
    if (run.validate !== undefined && (step % run.validate.every === 0 || step === run.steps)) {
      best = await validated(run.validate, trainer, step, best);
      stoppedEarly = isStale(run, best, step);
    }
    if (run.checkpoint !== undefined && step % run.checkpoint.every === 0)
      await save(run, trainer, threads, best);
  }
  const checkpoint = await save(run, trainer, threads, best);
  return {
    params: best?.params ?? checkpoint.state.params,
    checkpoint,
    steps: step,
    stoppedEarly,
    lastReport,
  };
}

async function validated(
  validate: NonNullable<TrainingRun['validate']>,
  trainer: Trainer,
  step: number,
  best: BestSoFar | undefined,
): Promise<BestSoFar> {
  const { params } = await trainer.state();
  const score = await validate.score(params, step);
  if (!Number.isFinite(score)) {
    throw new AppError('NOT_FINITE', {
      message: `the validation score at step ${step} is ${score}`,
      facts: { step },
    });
  }
  return best === undefined || score > best.score ? { step, score, params } : best;
}

/** No new best for `patience` validations. */
function isStale(run: TrainingRun, best: BestSoFar | undefined, step: number): boolean {
  if (run.validate === undefined || best === undefined) return false;
  return step - best.step >= run.validate.patience * run.validate.every;
}

async function save(
  run: TrainingRun,
  trainer: Trainer,
  threads: number,
  best: BestSoFar | undefined,
): Promise<Checkpoint> {
  const state = await trainer.state();
  const checkpoint: Checkpoint = {
    state,
    threads,
    program: run.program.digest,
    ...(best === undefined ? {} : { best }),
  };
  if (run.checkpoint !== undefined) writeFileAtomically(run.checkpoint.path, encodeCheckpoint(checkpoint));
  return checkpoint;
}
