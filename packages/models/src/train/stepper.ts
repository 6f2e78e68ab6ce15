// Runs training steps on a session and holds the state between them. Blocks its thread: lives in training-worker.ts.
import { AppError } from '@tomograph/kernel';
import { f32, floats, type Tensors } from '../graph/tensor-data.js';
import { adamW, adamWLoop, stepScalars } from '../optim/adamw.js';
import { defaultSessionOptions, Session } from '../runtime/session.js';
import type { TrainingProgram } from './program.js';

export interface TrainingState {
  /** Updates made so far. */
  readonly step: number;
  readonly params: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
}

export interface StepReport {
  /** The step that was just made, counted from 0. */
  readonly step: number;
  readonly loss: number;
  /** Norm of the gradient before clipping. */
  readonly norm: number;
  readonly terms: Readonly<Record<string, number>>;
  readonly learningRate: number;
}

export class Stepper {
  private constructor(
    private readonly session: Session,
    private readonly program: TrainingProgram,
    private current: TrainingState,
  ) {}

  /** Results depend on the number of threads: it is recorded with every checkpoint. */
  static async create(program: TrainingProgram, state: TrainingState, threads: number): Promise<Stepper> {
    const session = await Session.load(program.bytes, { ...defaultSessionOptions, threads });
    return new Stepper(session, program, state);
  }

  get state(): TrainingState {
    return this.current;
  }

  /**
   * One update. A loss or gradient that is not finite leaves the state as it was.
   * @throws AppError TRAINING_DIVERGED with the step and every term
   */
  async step(batch: Tensors, learningRate: number): Promise<StepReport> {
    const { step, params, m, v } = this.current;
    const { total, optimizer, settings, terms } = this.program;
    const scalars = stepScalars({ ...adamW, ...settings }, step, learningRate);
    const state: Tensors =
      optimizer === 'loop'
        ? {}
        : {
            m: f32(m, [total]),
            v: f32(v, [total]),
            learningRate: f32([learningRate], []),
            correction1: f32([scalars.correction1], []),
            correction2: f32([scalars.correction2], []),
          };
    const out = await this.session.run({ ...batch, ...state, params: f32(params, [total]) });
    const scalar = (name: string): number => floats(out, name)[0]!;
    const report: StepReport = {
      step,
      loss: scalar('loss'),
      norm: scalar('norm'),
      terms: Object.fromEntries(terms.map((name) => [name, scalar(`term.${name}`)])),
      learningRate,
    };
    refuseDivergence(report);
    if (optimizer === 'loop') {
      const { factors } = this.program;
      const loopScalars = { ...scalars, norm: report.norm };
      adamWLoop({ ...adamW, ...settings }, factors, { params, m, v }, floats(out, 'gradient'), loopScalars);
      this.current = { step: step + 1, params, m, v };
    } else {
      this.current = {
        step: step + 1,
        params: floats(out, 'next.params'),
        m: floats(out, 'next.m'),
        v: floats(out, 'next.v'),
      };
    }
    return report;
  }

  async dispose(): Promise<void> {
    await this.session.dispose();
  }
}

function refuseDivergence(report: StepReport): void {
  if (Number.isFinite(report.loss) && Number.isFinite(report.norm)) return;
  const terms = { loss: report.loss, gradientNorm: report.norm, ...report.terms };
  const text = Object.entries(terms).map(([name, value]) => `${name} ${value}`);
  throw new AppError('TRAINING_DIVERGED', {
    message: `step ${report.step}, learning rate ${report.learningRate}: not finite (${text.join(', ')}). Lower the rate, or look at the batch`,
    // JSON has no NaN: facts keep the words
    facts: { step: report.step, terms: text },
  });
}
