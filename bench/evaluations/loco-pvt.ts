// LoCo-PVT: learning organs one task after another on a frozen base, against every rival on the same budget.
// Phantom data only. Source of claims and bars: six-systems §8.1.
import {
  type ComparisonResult,
  compare,
  ellipsoidTask,
  packedWidth,
  pvtConfig,
  pvtLayout,
  type Sequence,
  type SequentialResult,
  type SingleResult,
} from '@tomograph/models';
import { type Bar, bar, type Evaluation, type EvaluationOptions, type Table } from '../evaluation.js';
import { phantomSequence } from '../loco-pvt/phantom-tasks.js';

const shippedRank = 8;

export async function evaluate({ quick, log }: EvaluationOptions): Promise<Evaluation> {
  const seeds = quick ? [1] : [1, 2, 3];
  const budget = quick
    ? { baseSteps: 300, steps: 60, batchSize: 2, rank: 8 }
    : { baseSteps: 2000, steps: 600, batchSize: 2, rank: 8 };
  const sequence = quick ? ellipsoids() : phantomSequence({ extent: 32, train: 96, test: 20, log });
  const config = pvtConfig('tiny', quick ? 16 : 32);
  const results: ComparisonResult[] = [];
  for (const seed of seeds) results.push(await compare(sequence, { config, seed, ...budget, log }));
  return {
    name: 'loco-pvt',
    data: quick
      ? 'ellipsoid organs of 16³ voxels: exactness and growth only, too few steps to compare Dice'
      : 'phantom, 32³ voxels of the chest and abdomen; base 5 organs, then 3, then 2; 96 training subjects per task, 20 test subjects',
    seeds,
    bars: [...exactness(results), ...growth(results), ...(quick ? [] : quality(results))],
    tables: tables(results),
    remarks: [
      `base ${budget.baseSteps} steps, every task and rival ${budget.steps} steps of batch ${budget.batchSize}, LoRA rank ${budget.rank}, one thread`,
      `parameter growth of this tiny network (${results[0]!.baseParameters} values) is reported, not held to the bar of the shipped size`,
    ],
  };
}

function ellipsoids(): Sequence {
  const task = (name: string, organs: readonly number[], seed: number) =>
    ellipsoidTask({ name, organs, size: [16, 16, 16], train: 24, test: 4, seed, testSeed: 9 });
  return {
    base: task('base', [1, 2, 3, 4, 5], 1),
    tasks: [task('texture', [6, 7, 8], 2), task('fine texture', [9, 10], 3)],
  };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const total = (results: readonly ComparisonResult[], of: (result: ComparisonResult) => number): number =>
  results.reduce((n, result) => n + of(result), 0);
const singleOf = (result: ComparisonResult, method: string): SingleResult =>
  result.single.find((one) => one.method === method)!;
const sequentialOf = (result: ComparisonResult, method: string): SequentialResult =>
  result.sequential.find((one) => one.method === method)!;
const newDice = (result: ComparisonResult, method: string): number => mean(singleOf(result, method).dice);

function exactness(results: readonly ComparisonResult[]): Bar[] {
  const compared = total(results, (r) => r.comparedValues);
  return [
    bar(
      'values of the base and of the first task that change while later tasks are trained and used, 1 and 2 threads',
      total(results, (r) => r.changedValues),
      '=',
      0,
      compared,
    ),
    bar(
      'values of an adapter that depend on the order of learning',
      total(results, (r) => r.orderDependentValues),
      '=',
      0,
      results.length,
    ),
  ];
}

/** Of the shipped size, by counting; heads apart. */
function growth(results: readonly ComparisonResult[]): Bar[] {
  const { entries, layers } = pvtLayout(pvtConfig('base'));
  const count = (keep: (name: string) => boolean): number =>
    entries.reduce((n, { name, size }) => n + (keep(name) ? size : 0), 0);
  const factors = shippedRank * packedWidth(layers);
  const decoder = count((name) => name.startsWith('decoder.') || name.startsWith('stem'));
  return [
    bar(
      `growth of the shipped base after three tasks at rank ${shippedRank}`,
      (300 * factors) / count(() => true),
      '≤',
      16.7,
      1,
      '%',
    ),
    bar('factors of one task over a new decoder per task, shipped size', factors / decoder, '≤', 1 / 3, 1),
    bar(
      'growth of LoRA over growth of a decoder per task, this network',
      singleOf(results[0]!, 'LoRA all').body / singleOf(results[0]!, 'decoder per task').body,
      '≤',
      1 / 3,
      1,
    ),
  ];
}

function quality(results: readonly ComparisonResult[]): Bar[] {
  const n = results.length;
  const paired = (of: (result: ComparisonResult) => number): number => mean(results.map(of));
  const worst = (of: (result: ComparisonResult) => number): number => Math.min(...results.map(of));
  const singles = ['LoRA patch', 'LoRA qv', 'LoRA ffn'];
  const lora = (r: ComparisonResult): number => newDice(r, 'LoRA all');
  const rivals = results[0]!.sequential
    .map(({ method }) => method)
    .filter((method) => /LwF|MiB/.test(method));
  const ratio = (task: 0 | 1) =>
    paired((r) => singleOf(r, 'LoRA all').dice[task]) /
    paired((r) => singleOf(r, 'full fine-tuning').dice[task]);
  return [
    bar(
      'Dice that full fine-tuning of the same steps loses on the base organs',
      paired((r) => r.baseDice - sequentialOf(r, 'full fine-tuning').base),
      '≥',
      0.2,
      n,
    ),
    bar('first task: LoRA over full fine-tuning', ratio(0), '≥', 0.95, n),
    bar('second task: LoRA over full fine-tuning', ratio(1), '≥', 0.95, n),
    bar(
      'LoRA minus head only, paired mean',
      paired((r) => lora(r) - newDice(r, 'head only')),
      '≥',
      0.1,
      n,
    ),
    bar(
      'LoRA minus head only, worst seed',
      worst((r) => lora(r) - newDice(r, 'head only')),
      '≥',
      0,
      n,
    ),
    bar(
      'all three layer types minus the best single type',
      mean(results.map(lora)) - Math.max(...singles.map((method) => paired((r) => newDice(r, method)))),
      '≥',
      -0.01,
      n,
    ),
    bar(
      'Dice of LoRA minus a decoder per task',
      paired((r) => lora(r) - newDice(r, 'decoder per task')),
      '≥',
      -0.02,
      n,
    ),
    ...rivals.map((method) =>
      bar(
        `mean of old and new: LoRA minus ${method}, paired mean`,
        paired((r) => sequentialOf(r, 'LoRA all').oldAndNew - sequentialOf(r, method).oldAndNew),
        '≥',
        0.05,
        n,
      ),
    ),
    bar(
      'merged map minus each task alone, Dice',
      paired((r) => r.composition.byConfidence - r.composition.perTask),
      '≥',
      -0.01,
      n,
    ),
    bar(
      'voxels that two tasks claim, of the foreground',
      paired((r) => 100 * r.composition.conflictShare),
      '≤',
      0.5,
      n,
      '%',
    ),
  ];
}

/** Mean and, over several seeds, the range. */
function spread(values: readonly number[]): string {
  const text = mean(values).toFixed(3);
  return values.length === 1
    ? text
    : `${text} (${Math.min(...values).toFixed(3)}–${Math.max(...values).toFixed(3)})`;
}

function tables(results: readonly ComparisonResult[]): Table[] {
  const first = results[0]!;
  return [
    {
      title: 'Each task learnt from the base (Dice, mean and range over seeds)',
      columns: ['method', 'first task', 'second task', 'new values, % of base', 'head values'],
      rows: first.single.map(({ method, body, head }) => [
        method,
        spread(results.map((r) => singleOf(r, method).dice[0])),
        spread(results.map((r) => singleOf(r, method).dice[1])),
        (100 * body) / first.baseParameters,
        head,
      ]),
    },
    {
      title: 'After both tasks, one after the other (Dice)',
      columns: ['method', 'base organs', 'first task', 'second task', 'old and new', 'base forgot'],
      rows: first.sequential.map(({ method }) => [
        method,
        spread(results.map((r) => sequentialOf(r, method).base)),
        spread(results.map((r) => sequentialOf(r, method).tasks[0])),
        spread(results.map((r) => sequentialOf(r, method).tasks[1])),
        spread(results.map((r) => sequentialOf(r, method).oldAndNew)),
        spread(results.map((r) => r.baseDice - sequentialOf(r, method).base)),
      ]),
    },
    {
      title: 'Paired differences by seed (mean Dice of the two new tasks)',
      columns: ['LoRA all minus', ...results.map(({ seed }) => `seed ${seed}`)],
      rows: first.single
        .slice(1)
        .map(({ method }) => [method, ...results.map((r) => newDice(r, 'LoRA all') - newDice(r, method))]),
    },
    {
      title: 'Composition on bodies that hold all organs',
      columns: [
        'seed',
        'each task alone',
        'merged by confidence',
        'merged by order',
        'conflicts, % of foreground',
      ],
      rows: results.map(({ seed, composition }) => [
        seed,
        composition.perTask,
        composition.byConfidence,
        composition.byOrder,
        100 * composition.conflictShare,
      ]),
    },
  ];
}
