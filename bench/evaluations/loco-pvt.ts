// LoCo-PVT: learning organs one task after another on a frozen base, against every rival on the same budget.
// Phantom data only. Source of claims and bars: six-systems §8.1.
import {
  compareSequential,
  compareSingle,
  ellipsoidTask,
  packedWidth,
  pvtConfig,
  pvtLayout,
  type Sequence,
  type SequentialComparison,
  type SingleComparison,
} from '@tomograph/models';
import { type Bar, bar, type Evaluation, type EvaluationOptions } from '../evaluation.js';
import { phantomPlans, phantomSequence } from '../loco-pvt/phantom-tasks.js';
import { mean, newDice, type Results, sequentialOf, singleOf, tables, total } from '../loco-pvt/tables.js';

const shippedRank = 8;

export async function evaluate({ quick, log }: EvaluationOptions): Promise<Evaluation> {
  const seeds = quick ? [1] : [1, 2, 3];
  const budget = quick
    ? { baseSteps: 300, steps: 50, batchSize: 2, rank: shippedRank }
    : { baseSteps: 1500, steps: 500, batchSize: 2, rank: shippedRank };
  const phantoms = { extent: 32, train: 96, test: 20, log };
  const oneView = quick ? ellipsoids() : phantomSequence(phantomPlans.oneView, phantoms);
  const bodyParts = quick ? oneView : phantomSequence(phantomPlans.bodyParts, phantoms);
  const options = (seed: number) => ({ config: pvtConfig('tiny', quick ? 16 : 32), seed, ...budget, log });
  const single: SingleComparison[] = [];
  const parts: SequentialComparison[] = [];
  for (const seed of seeds) {
    single.push(await compareSingle(oneView, options(seed)));
    parts.push(await compareSequential(bodyParts, options(seed)));
  }
  const results: Results = {
    single,
    parts,
    oneView: quick ? [] : [await compareSequential(oneView, options(seeds[0]!))],
  };
  return {
    name: 'loco-pvt',
    data: quick
      ? 'ellipsoid organs of 16³ voxels: exactness and growth only, too few steps to compare Dice'
      : 'phantom, 32³ voxels, 96 training subjects per task, 20 test subjects. One view: chest and abdomen, base 5 organs, then 3, then 2. Body parts: chest 5 organs, then abdomen 3, then pelvis 2',
    seeds,
    bars: [
      ...exactness(single),
      ...growth(single),
      ...(quick ? [] : [...quality(single), ...rivalry(parts)]),
    ],
    tables: tables(results),
    remarks: [
      `base ${budget.baseSteps} steps, every task and rival ${budget.steps} steps of batch ${budget.batchSize}, LoRA rank ${budget.rank}, one thread`,
      `parameter growth of this tiny network (${single[0]!.baseParameters} values) is reported; the bar holds for the shipped size`,
      'Dice is averaged over organs, then cases; an organ that is absent from truth and answer is left out. Learning rates were chosen on phantoms of other subjects than the test subjects',
      'in one field of view later data shows the old organs, unlabelled: distillation can rehearse on them; at another body part it cannot',
    ],
  };
}

function ellipsoids(): Sequence {
  const task = (name: string, organs: readonly number[], seed: number) =>
    ellipsoidTask({ name, organs, size: [16, 16, 16], train: 24, test: 4, seed, testSeed: 9, grow: 1.6 });
  return {
    base: task('base', [1, 2, 3, 4, 5], 1),
    tasks: [task('texture', [6, 7, 8], 2), task('fine texture', [9, 10], 3)],
  };
}

function exactness(results: readonly SingleComparison[]): Bar[] {
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
function growth(results: readonly SingleComparison[]): Bar[] {
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

function quality(results: readonly SingleComparison[]): Bar[] {
  const n = results.length;
  const paired = (of: (result: SingleComparison) => number): number => mean(results.map(of));
  const worst = (of: (result: SingleComparison) => number): number => Math.min(...results.map(of));
  const singles = ['LoRA patch', 'LoRA qv', 'LoRA ffn'];
  const lora = (r: SingleComparison): number => newDice(r, 'LoRA all');
  const ratio = (task: 0 | 1) =>
    paired((r) => singleOf(r, 'LoRA all').dice[task]) /
    paired((r) => singleOf(r, 'full fine-tuning').dice[task]);
  return [
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

function rivalry(results: readonly SequentialComparison[]): Bar[] {
  const n = results.length;
  const paired = (of: (result: SequentialComparison) => number): number => mean(results.map(of));
  const rivals = results[0]!.methods.map(({ method }) => method).filter((method) => /LwF|MiB/.test(method));
  return [
    bar(
      'Dice that full fine-tuning of the same steps loses on the base organs',
      paired((r) => r.baseDice - sequentialOf(r, 'full fine-tuning').base),
      '≥',
      0.2,
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
  ];
}
