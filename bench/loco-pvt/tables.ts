// Results of the loco-pvt evaluation as tables. No bars here.
import type {
  SequentialComparison,
  SequentialResult,
  SingleComparison,
  SingleResult,
} from '@tomograph/models';
import type { Table } from '../evaluation.js';

export interface Results {
  /** One field of view: every task from the base. */
  readonly single: readonly SingleComparison[];
  /** Another body part at every step: one task after the other. */
  readonly parts: readonly SequentialComparison[];
  /** One after the other in one field of view, first seed only. */
  readonly oneView: readonly SequentialComparison[];
}

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
export const total = (
  results: readonly SingleComparison[],
  of: (result: SingleComparison) => number,
): number => results.reduce((n, result) => n + of(result), 0);
export const singleOf = (result: SingleComparison, method: string): SingleResult =>
  result.methods.find((one) => one.method === method)!;
export const sequentialOf = (result: SequentialComparison, method: string): SequentialResult =>
  result.methods.find((one) => one.method === method)!;
export const newDice = (result: SingleComparison, method: string): number =>
  mean(singleOf(result, method).dice);

/** Mean and, over several seeds, the range. */
function spread(values: readonly number[]): string {
  const text = mean(values).toFixed(3);
  return values.length === 1
    ? text
    : `${text} (${Math.min(...values).toFixed(3)}–${Math.max(...values).toFixed(3)})`;
}

export function tables({ single: results, parts, oneView }: Results): Table[] {
  const first = results[0]!;
  return [
    {
      title: 'Each task learnt from the base (Dice, mean and range over seeds)',
      columns: ['method', 'first task', 'second task', 'new values, % of base', 'head values'],
      rows: first.methods.map(({ method, body, head }) => [
        method,
        spread(results.map((r) => singleOf(r, method).dice[0])),
        spread(results.map((r) => singleOf(r, method).dice[1])),
        (100 * body) / first.baseParameters,
        head,
      ]),
    },
    sequentialTable('After both tasks, another body part at every step (Dice)', parts),
    ...(oneView.length === 0
      ? []
      : [sequentialTable('After both tasks in one field of view, first seed only (Dice)', oneView)]),
    {
      title: 'Paired differences by seed (mean Dice of the two new tasks)',
      columns: ['LoRA all minus', ...results.map(({ seed }) => `seed ${seed}`)],
      rows: first.methods
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
        'pairs (case, organ) scored',
        'left out, empty in both',
      ],
      rows: results.map(({ seed, composition }) => [
        seed,
        composition.perTask,
        composition.byConfidence,
        composition.byOrder,
        100 * composition.conflictShare,
        composition.scoredPairs,
        composition.excludedPairs,
      ]),
    },
  ];
}

function sequentialTable(title: string, results: readonly SequentialComparison[]): Table {
  const of = (method: string, value: (result: SequentialResult) => number): string =>
    spread(results.map((r) => value(sequentialOf(r, method))));
  return {
    title,
    columns: ['method', 'base organs', 'first task', 'second task', 'old and new', 'base forgot'],
    rows: results[0]!.methods.map(({ method }) => [
      method,
      of(method, (one) => one.base),
      of(method, (one) => one.tasks[0]),
      of(method, (one) => one.tasks[1]),
      of(method, (one) => one.oldAndNew),
      spread(results.map((r) => r.baseDice - sequentialOf(r, method).base)),
    ]),
  };
}
