// The thread in which a training run computes. Started by trainer.ts only.
import type { Tensors } from '../graph/tensor-data.js';
import { serveThread } from '../runtime/thread.js';
import type { TrainingProgram } from './program.js';
import { Stepper, type StepReport, type TrainingState } from './stepper.js';

let stepper: Stepper | undefined;

function started(): Stepper {
  if (stepper === undefined) throw new TypeError('step before start');
  return stepper;
}

serveThread({
  start: async (run: { program: TrainingProgram; state: TrainingState; threads: number }): Promise<void> => {
    stepper = await Stepper.create(run.program, run.state, run.threads);
  },
  step: ({ batch, learningRate }: { batch: Tensors; learningRate: number }): Promise<StepReport> =>
    started().step(batch, learningRate),
  state: (): TrainingState => {
    const { step, params, m, v } = started().state;
    return { step, params: params.slice(), m: m.slice(), v: v.slice() };
  },
});
