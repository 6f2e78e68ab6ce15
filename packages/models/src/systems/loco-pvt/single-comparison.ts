// One seed of the LoCo-PVT experiment in which each task is learnt from the base: LoRA, its layer types and the rivals
// that do not distil, on the same budget; zero forgetting, order independence and composition of what was learnt.
// Measures only; which numbers are good enough is decided in bench/evaluations/loco-pvt.ts. Source: six-systems §8.1.
import { type MergedMask, mergeTasks } from '../../arch/merge-tasks.js';
import { uniformRank } from '../../lora/lora-scope.js';
import { summarizeDice } from '../../metrics/dice.js';
import {
  budget,
  type ComparisonOptions,
  type Sequence,
  type SingleResult,
  singleMethods,
  taughtBase,
  teachBoth,
} from './comparison-run.js';
import type { Method } from './method.js';
import type { OrganTask } from './organ-task.js';
import { mostProbable, organScores, Predictor, type Skill } from './predict.js';
import { type Learner, type Taught, teach } from './teach.js';

/** Learning each task from the base on its own, and what composition makes of the results. */
export interface SingleComparison {
  readonly seed: number;
  readonly baseParameters: number;
  readonly baseDice: number;
  readonly methods: readonly SingleResult[];
  /** Values that changed in outputs of the base and of the first task while later tasks were trained and used. */
  readonly changedValues: number;
  readonly comparedValues: number;
  /** Values of the first task's factors that depend on the order of learning. */
  readonly orderDependentValues: number;
  readonly composition: {
    readonly perTask: number;
    /** Pairs (case, organ) behind `perTask`, and those left out because truth and answer are empty. */
    readonly scoredPairs: number;
    readonly excludedPairs: number;
    readonly byConfidence: number;
    readonly byOrder: number;
    readonly conflictShare: number;
  };
}

export async function compareSingle(
  sequence: Sequence,
  options: ComparisonOptions,
): Promise<SingleComparison> {
  const { base, baseDice } = await taughtBase(sequence, options);
  const { learner } = base;
  const methods: SingleResult[] = [];
  let lora: readonly [Taught, Taught] | undefined;
  for (const method of singleMethods(options.rank)) {
    const { both, result } = await teachBoth(sequence, learner, method, options);
    lora ??= both; // LoRA in all layers comes first
    methods.push(result);
  }
  return {
    seed: options.seed,
    baseParameters: [...learner.weights.values()].reduce((n, { data }) => n + data.length, 0),
    baseDice,
    methods,
    ...(await forgetting(sequence, learner, base, lora!, options)),
    orderDependentValues: await orderDependence(sequence, learner, options),
    composition: await composition(sequence, learner, [base, ...lora!]),
  };
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
): Promise<SingleComparison['composition']> {
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
  const classes = ['background', ...tasks.flatMap((task) => task.classes.slice(1))];
  const truths = sequence.base.test.map((_, i) => jointTruth(tasks, i));
  const score = (rule: 'confidence' | 'order'): number =>
    summarizeDice(truths.map((truth, i) => organScores(merged[i]![rule].labels, truth, classes))).mean;
  const perTask = summarizeDice(
    truths.map(
      (_, i) =>
        new Map(
          tasks.flatMap((task, t) => [...organScores(alone[t]![i]!, task.test[i]!.labels, task.classes)]),
        ),
    ),
  );
  const total = (of: (mask: MergedMask) => number): number =>
    merged.reduce((n, m) => n + of(m.confidence), 0);
  return {
    perTask: perTask.mean,
    scoredPairs: perTask.scored,
    excludedPairs: perTask.excluded,
    byConfidence: score('confidence'),
    byOrder: score('order'),
    conflictShare: total((m) => m.conflicts) / total((m) => m.foreground),
  };
}

/** The organs of all tasks in one map, numbered as `mergeTasks` numbers them. */
function jointTruth(tasks: readonly OrganTask[], at: number): Uint8Array {
  const labels = new Uint8Array(tasks[0]!.test[at]!.labels.length);
  let before = 0;
  for (const task of tasks) {
    task.test[at]!.labels.forEach((label, v) => {
      if (label !== 0) labels[v] = before + label;
    });
    before += task.classes.length - 1;
  }
  return labels;
}
