// Weights that move along gradients, one batch after another, in this thread. The trainer's worker gives no outputs of a
// step back, and prototypes move by the embeddings of every step: that is why PARE has a loop of its own.
import { AppError } from '@tomograph/kernel';
import { initialVector, unflatten, type Weights } from '../../graph/params.js';
import { f32, floats, type Tensors } from '../../graph/tensor-data.js';
import { adamW, stepScalars } from '../../optim/adamw.js';
import { Session } from '../../runtime/session.js';
import type { TrainingProgram } from '../../train/program.js';

export class GradientLoop {
  private step = 0;
  private params: Float32Array;
  private m: Float32Array;
  private v: Float32Array;

  private constructor(
    private readonly program: TrainingProgram,
    private readonly session: Session,
    seed: number,
  ) {
    this.params = initialVector(program.entries, seed);
    this.m = new Float32Array(program.total);
    this.v = new Float32Array(program.total);
  }

  static async create(program: TrainingProgram, seed: number): Promise<GradientLoop> {
    return new GradientLoop(program, await Session.load(program.bytes), seed);
  }

  get weights(): Weights {
    return unflatten(this.program.entries, this.params);
  }

  /** One update. @returns every output of the program @throws AppError TRAINING_DIVERGED with the step and every term */
  async update(feeds: Tensors, learningRate: number): Promise<Tensors> {
    const { program, params, m, v } = this;
    const total = [program.total];
    const scalars = stepScalars({ ...adamW, ...program.settings }, this.step, learningRate);
    const out = await this.session.run({
      ...feeds,
      params: f32(params, total),
      m: f32(m, total),
      v: f32(v, total),
      learningRate: f32([learningRate], []),
      correction1: f32([scalars.correction1], []),
      correction2: f32([scalars.correction2], []),
    });
    if (!Number.isFinite(floats(out, 'loss')[0]!)) {
      throw new AppError('TRAINING_DIVERGED', {
        message: `PARE step ${this.step}, rate ${learningRate}: ${this.describe(out)}. Lower the rate`,
        facts: { step: this.step },
      });
    }
    this.params = floats(out, 'next.params');
    this.m = floats(out, 'next.m');
    this.v = floats(out, 'next.v');
    this.step++;
    return out;
  }

  describe(out: Tensors): string {
    return ['loss', ...this.program.terms.map((name) => `term.${name}`)]
      .map((name) => `${name.replace('term.', '')} ${floats(out, name)[0]!.toFixed(4)}`)
      .join(', ');
  }

  async dispose(): Promise<void> {
    await this.session.dispose();
  }
}
