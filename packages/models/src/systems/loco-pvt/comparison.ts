// One seed of the LoCo-PVT experiment: a base, two tasks after it, the shipped way and every rival on the same budget.
// Measures only; which numbers are good enough is decided in bench/evaluations/loco-pvt.ts. Source: six-systems §8.1.
import { type MergedMask, mergeTasks } from '../../arch/merge-tasks.js';
import type { PvtConfig } from '../../arch/pvt-config.js';
import { loraTypes, uniformRank } from '../../lora/lora-scope.js';
import type { Method } from './method.js';
import type { OrganTask } from './organ-task.js';
import { meanDice, mostProbable, noFactors, Predictor, type Skill } from './predict.js';
import { type Learner, learnerAfter, type Taught, type TeachOptions, teach, teachBase } from './teach.js';

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

/** After both tasks, one after the other. */
export interface SequentialResult {
  readonly method: string;
  readonly base: number;
  readonly tasks: readonly [number, number];
  /** Mean of the base and the mean of the new tasks. */
  readonly oldAndNew: number;
}

export interface ComparisonResult {
  readonly seed: number;
  readonly baseParameters: number;
  readonly baseDice: number;
  readonly single: readonly SingleResult[];
  readonly sequential: readonly SequentialResult[];
  /** Values that changed in outputs of the base and of the first task while later tasks were trained and used. */
  readonly changedValues: number;
  readonly comparedValues: number;
  /** Bytes of the first task's factors that depend on the order of learning. */
  readonly orderDependentValues: number;
  readonly composition: {
    readonly perTask: number;
    readonly byConfidence: number;
    readonly byOrder: number;
    readonly conflictShare: number;
  };
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

const distilling: readonly (readonly [string, Method])[] = [
  ['LwF λ=1', { kind: 'lwf', weight: 1 }],
  ['LwF λ=10', { kind: 'lwf', weight: 10 }],
  ['MiB λ=1', { kind: 'mib', weight: 1 }],
  ['MiB λ=10', { kind: 'mib', weight: 10 }],
];

export async function compare(sequence: Sequence, options: ComparisonOptions): Promise<ComparisonResult> {
  const { config, seed, log } = options;
  const base = await teachBase(config, sequence.base, { ...budget(options), steps: options.baseSteps });
  const learner = base.learner;
  const baseSkill: Skill = { factors: noFactors, head: base.head };
  const baseDice = await diceOf(learner, sequence.base, baseSkill);
  log(`seed ${seed}: base ${baseDice.toFixed(3)}`);
  const single: SingleResult[] = [];
  const taught = new Map<string, readonly [Taught, Taught]>();
  for (const [method, how] of singleMethods(options.rank)) {
    const both = [
      await teach(learner, sequence.tasks[0], how, budget(options)),
      await teach(learner, sequence.tasks[1], how, budget(options)),
    ] as const;
    const dice = [
      await diceOf(both[0].learner, sequence.tasks[0], both[0]),
      await diceOf(both[1].learner, sequence.tasks[1], both[1]),
    ] as const;
    const { body, head } = both[0].newParameters;
    single.push({ method, dice, body, head });
    taught.set(method, both);
    log(`seed ${seed}: ${method} ${dice.map((d) => d.toFixed(3)).join(' ')}`);
  }
  const lora = taught.get('LoRA all')!;
  const sequential = [
    sequentialResult('LoRA all', baseDice, single[0]!.dice),
    await naive(sequence, taught.get('full fine-tuning')![0], options),
  ];
  for (const [method, how] of distilling)
    sequential.push(await distilled(sequence, learner, method, how, options));
  return {
    seed,
    baseParameters: [...learner.weights.values()].reduce((n, { data }) => n + data.length, 0),
    baseDice,
    single,
    sequential,
    ...(await forgetting(sequence, learner, baseSkill, lora, options)),
    orderDependentValues: await orderDependence(sequence, learner, options),
    composition: await composition(sequence, learner, [baseSkill, ...lora]),
  };
}

function budget(options: ComparisonOptions): TeachOptions {
  return { steps: options.steps, seed: options.seed, batchSize: options.batchSize };
}

async function diceOf(learner: Learner, task: OrganTask, skill: Skill): Promise<number> {
  await using predictor = await Predictor.create(learner);
  return meanDice(await predictor.labels(task.test, skill), task.test, task.classes.length - 1).mean;
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
  first: Taught,
  options: ComparisonOptions,
): Promise<SequentialResult> {
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
    return meanDice(own, task.test, organs).mean;
  }) as [number, number, number];
  log(
    `seed ${seed}: ${method} base ${scores[0].toFixed(3)}, new ${scores
      .slice(1)
      .map((d) => d.toFixed(3))
      .join(' ')}`,
  );
  return sequentialResult(method, scores[0], [scores[1], scores[2]]);
}

/** Outputs of the base and of the first task, before and after later tasks are used in the same session. */
async function forgetting(
  { base, tasks }: Sequence,
  learner: Learner,
  baseSkill: Skill,
  [one, two]: readonly [Taught, Taught],
  options: ComparisonOptions,
): Promise<{ changedValues: number; comparedValues: number }> {
  let changedValues = 0;
  let comparedValues = 0;
  const probes = base.test.slice(0, 4);
  for (const threads of [1, 2]) {
    await using predictor = await Predictor.create(learner, threads);
    const answers = (skill: Skill) =>
      Promise.all(probes.map((probe) => predictor.probabilities(probe, skill)));
    const before = [...(await answers(baseSkill)), ...(await answers(one))];
    await answers(two);
    const trainedOn = await teach(
      learner,
      tasks[1],
      { kind: 'lora', ranks: uniformRank(options.rank) },
      {
        ...budget(options),
        steps: Math.min(10, options.steps),
      },
    );
    await answers(trainedOn);
    const after = [...(await answers(baseSkill)), ...(await answers(one))];
    before.forEach((values, i) => {
      comparedValues += values.length;
      changedValues += values.reduce((n, value, j) => n + Number(!Object.is(value, after[i]![j])), 0);
    });
  }
  return { changedValues, comparedValues };
}

/** The first task learnt from the base, and learnt after the second: how many values of its factors differ. */
async function orderDependence(
  sequence: Sequence,
  learner: Learner,
  options: ComparisonOptions,
): Promise<number> {
  const short = { ...budget(options), steps: Math.min(20, options.steps) };
  const how: Method = { kind: 'lora', ranks: uniformRank(options.rank) };
  const [one, two] = sequence.tasks;
  const first = await teach(learner, one, how, short);
  const second = await teach((await teach(learner, two, how, short)).learner, one, how, short);
  let differing = 0;
  for (const [name, { a, b }] of first.factors) {
    const other = second.factors.get(name)!;
    differing += a.reduce((n, value, i) => n + Number(!Object.is(value, other.a[i])), 0);
    differing += b.reduce((n, value, i) => n + Number(!Object.is(value, other.b[i])), 0);
  }
  return differing;
}

/** All three skills on bodies that hold all organs, merged into one map. */
async function composition(
  sequence: Sequence,
  learner: Learner,
  skills: readonly Skill[],
): Promise<ComparisonResult['composition']> {
  await using predictor = await Predictor.create(learner);
  const tasks = [sequence.base, ...sequence.tasks];
  const merged: { confidence: MergedMask; order: MergedMask }[] = [];
  const alone: Uint8Array[][] = tasks.map(() => []);
  for (const i of sequence.base.test.keys()) {
    const masks = [];
    for (const [t, task] of tasks.entries()) {
      const classes = task.classes.length;
      const p = await predictor.probabilities(task.test[i]!, skills[t]!);
      const labels = new Uint8Array(p.length / classes).map((_, v) => mostProbable(p, v * classes, classes));
      const confidence = labels.map((label, v) => Math.round(255 * p[v * classes + label]!));
      alone[t]!.push(labels);
      masks.push({ name: task.name, classes: task.classes, labels, confidence });
    }
    merged.push({ confidence: mergeTasks(masks), order: mergeTasks(masks, { rule: 'order' }) });
  }
  const truth = sequence.base.test.map((item, i) => {
    let before = 0;
    const labels = new Uint8Array(item.labels.length);
    for (const task of tasks) {
      task.test[i]!.labels.forEach((label, v) => {
        if (label !== 0) labels[v] = before + label;
      });
      before += task.classes.length - 1;
    }
    return { image: item.image, labels };
  });
  const organs = tasks.reduce((n, task) => n + task.classes.length - 1, 0);
  const score = (rule: 'confidence' | 'order'): number =>
    meanDice(
      merged.map((m) => m[rule].labels),
      truth,
      organs,
    ).mean;
  const perTask = tasks.flatMap(
    (task, t) => meanDice(alone[t]!, task.test, task.classes.length - 1).perOrgan,
  );
  const total = (of: (mask: MergedMask) => number): number =>
    merged.reduce((n, m) => n + of(m.confidence), 0);
  return {
    perTask: perTask.reduce((sum, d) => sum + d, 0) / organs,
    byConfidence: score('confidence'),
    byOrder: score('order'),
    conflictShare: total((m) => m.conflicts) / total((m) => m.foreground),
  };
}
