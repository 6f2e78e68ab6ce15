// One seed of the LoCo-PVT experiment in which the tasks come one after the other without the earlier data: LoRA, naive
// full fine-tuning, and the methods that distil the old network's answers. Source: six-systems §8.1.
import {
  budget,
  type ComparisonOptions,
  diceOf,
  type Sequence,
  singleMethods,
  taughtBase,
  teachBoth,
} from './comparison-run.js';
import type { Method } from './method.js';
import { diceSummary, noFactors, Predictor, type Skill } from './predict.js';
import { type Learner, learnerAfter, teach } from './teach.js';

/** After both tasks, one after the other. */
export interface SequentialResult {
  readonly method: string;
  readonly base: number;
  readonly tasks: readonly [number, number];
  /** Mean of the base and the mean of the new tasks. */
  readonly oldAndNew: number;
}

/** Learning the tasks one after the other without the earlier data. */
export interface SequentialComparison {
  readonly seed: number;
  readonly baseDice: number;
  readonly methods: readonly SequentialResult[];
}

const distilling: readonly (readonly [string, Method])[] = [
  ['LwF λ=1', { kind: 'lwf', weight: 1 }],
  ['LwF λ=10', { kind: 'lwf', weight: 10 }],
  ['MiB λ=1', { kind: 'mib', weight: 1 }],
  ['MiB λ=10', { kind: 'mib', weight: 10 }],
];

export async function compareSequential(
  sequence: Sequence,
  options: ComparisonOptions,
): Promise<SequentialComparison> {
  const { base, baseDice } = await taughtBase(sequence, options);
  const lora = await teachBoth(sequence, base.learner, singleMethods(options.rank)[0]!, options);
  const methods = [sequentialResult('LoRA all', baseDice, lora.result.dice)];
  methods.push(await naive(sequence, base.learner, options));
  for (const [method, how] of distilling)
    methods.push(await distilled(sequence, base.learner, method, how, options));
  return { seed: options.seed, baseDice, methods };
}

function sequentialResult(method: string, base: number, tasks: readonly [number, number]): SequentialResult {
  return { method, base, tasks, oldAndNew: (base + (tasks[0] + tasks[1]) / 2) / 2 };
}

/** Every network in `learner` answers for each head as it is after the last step. */
async function afterwards(
  sequence: Sequence,
  method: string,
  learner: Learner,
  skills: readonly [Skill, Skill, Skill],
  options: ComparisonOptions,
): Promise<SequentialResult> {
  const base = await diceOf(learner, sequence.base, skills[0]);
  const tasks = [
    await diceOf(learner, sequence.tasks[0], skills[1]),
    await diceOf(learner, sequence.tasks[1], skills[2]),
  ] as const;
  const result = sequentialResult(method, base, tasks);
  options.log(
    `seed ${options.seed}: ${method} base ${base.toFixed(3)}, new ${tasks.map((d) => d.toFixed(3)).join(' ')}`,
  );
  return result;
}

const skillOf = (learner: Learner, task: string): Skill => ({
  factors: noFactors,
  head: learner.heads.get(task)!,
});

/** Full fine-tuning, one task after the other, earlier heads kept as they were. */
async function naive(
  sequence: Sequence,
  start: Learner,
  options: ComparisonOptions,
): Promise<SequentialResult> {
  const first = await teach(start, sequence.tasks[0], { kind: 'full' }, budget(options));
  const { learner } = await teach(first.learner, sequence.tasks[1], { kind: 'full' }, budget(options));
  const [one, two] = sequence.tasks;
  const skills = [
    skillOf(learner, sequence.base.name),
    skillOf(learner, one.name),
    skillOf(learner, two.name),
  ] as const;
  return afterwards(sequence, 'full fine-tuning', learner, skills, options);
}

async function distilled(
  sequence: Sequence,
  start: Learner,
  method: string,
  how: Method,
  options: ComparisonOptions,
): Promise<SequentialResult> {
  const [one, two] = sequence.tasks;
  const from =
    how.kind === 'mib'
      ? learnerAfter(start, new Map([['joint', start.heads.get(sequence.base.name)!]]))
      : start;
  const middle = await teach(from, one, how, budget(options));
  const { learner } = await teach(middle.learner, two, how, budget(options));
  if (how.kind !== 'mib') {
    const skills = [
      skillOf(learner, sequence.base.name),
      skillOf(learner, one.name),
      skillOf(learner, two.name),
    ] as const;
    return afterwards(sequence, method, learner, skills, options);
  }
  return jointResult(sequence, method, learner, options);
}

/** One softmax over all classes: its argmax, renumbered for each task. */
async function jointResult(
  sequence: Sequence,
  method: string,
  learner: Learner,
  { seed, log }: ComparisonOptions,
): Promise<SequentialResult> {
  await using predictor = await Predictor.create(learner);
  const labels = await predictor.labels(sequence.base.test, skillOf(learner, 'joint'));
  let before = 0;
  const scores = [sequence.base, ...sequence.tasks].map((task) => {
    const organs = task.classes.length - 1;
    const own = labels.map((all) => all.map((c) => (c > before && c <= before + organs ? c - before : 0)));
    before += organs;
    return diceSummary(own, task.test, task.classes).mean;
  }) as [number, number, number];
  log(
    `seed ${seed}: ${method} base ${scores[0].toFixed(3)}, new ${scores
      .slice(1)
      .map((d) => d.toFixed(3))
      .join(' ')}`,
  );
  return sequentialResult(method, scores[0], [scores[1], scores[2]]);
}
