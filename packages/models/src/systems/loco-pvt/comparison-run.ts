// What both comparisons share: the tasks, the budget, teaching and scoring.
import type { PvtConfig } from '../../arch/pvt-config.js';
import { loraTypes, uniformRank } from '../../lora/lora-scope.js';
import type { Method } from './method.js';
import type { OrganTask } from './organ-task.js';
import { diceSummary, Predictor, type Skill } from './predict.js';
import { type Learner, type Taught, type TeachOptions, teach, teachBase } from './teach.js';

/** The test cases of the three are the same bodies in the same order, each with its own task's labels. */
export interface Sequence {
  readonly base: OrganTask;
  readonly tasks: readonly [OrganTask, OrganTask];
}

export interface ComparisonOptions {
  readonly config: PvtConfig;
  readonly seed: number;
  readonly baseSteps: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly rank: number;
  readonly log: (line: string) => void;
}

/** Each task learnt from the base on its own. */
export interface SingleResult {
  readonly method: string;
  readonly dice: readonly [number, number];
  /** Values stored per task, without and with heads. */
  readonly body: number;
  readonly head: number;
}

/** The compared ways that learn each task on its own. */
export function singleMethods(rank: number): readonly (readonly [string, Method])[] {
  const types = loraTypes.map((type): [string, Method] => [
    `LoRA ${type}`,
    { kind: 'lora', ranks: { [type]: rank } },
  ]);
  return [
    ['LoRA all', { kind: 'lora', ranks: uniformRank(rank) }],
    ...types,
    ['LoRA qv + ffn', { kind: 'lora', ranks: { qv: rank, ffn: rank } }],
    ['head only', { kind: 'head' }],
    ['decoder per task', { kind: 'decoder' }],
    ['full fine-tuning', { kind: 'full' }],
  ];
}

export async function taughtBase(
  sequence: Sequence,
  options: ComparisonOptions,
): Promise<{ base: Taught; baseDice: number }> {
  const { config, seed, log } = options;
  const base = await teachBase(config, sequence.base, { ...budget(options), steps: options.baseSteps });
  const baseDice = await diceOf(base.learner, sequence.base, base);
  log(`seed ${seed}: base ${baseDice.toFixed(3)}`);
  return { base, baseDice };
}

/** Both tasks from the base by one method. */
export async function teachBoth(
  { tasks }: Sequence,
  learner: Learner,
  [method, how]: readonly [string, Method],
  options: ComparisonOptions,
): Promise<{ both: readonly [Taught, Taught]; result: SingleResult }> {
  const both = [
    await teach(learner, tasks[0], how, budget(options)),
    await teach(learner, tasks[1], how, budget(options)),
  ] as const;
  const dice = [
    await diceOf(both[0].learner, tasks[0], both[0]),
    await diceOf(both[1].learner, tasks[1], both[1]),
  ] as const;
  options.log(`seed ${options.seed}: ${method} ${dice.map((d) => d.toFixed(3)).join(' ')}`);
  return { both, result: { method, dice, ...both[0].newParameters } };
}

export function budget(options: ComparisonOptions): TeachOptions {
  return { steps: options.steps, seed: options.seed, batchSize: options.batchSize };
}

export async function diceOf(learner: Learner, task: OrganTask, skill: Skill): Promise<number> {
  await using predictor = await Predictor.create(learner);
  return diceSummary(await predictor.labels(task.test, skill), task.test, task.classes).mean;
}
