// What continual learning keeps and loses, from the table of scores after every step. Sources: Chaudhry et al. 2018
// (forgetting); Lopez-Paz & Ranzato 2017 (backward and forward transfer).
import { invalid } from './invalid-argument.js';
import { mean } from './summary-statistics.js';

/** scores[step][task], tasks in the order they were learnt, one per step; undefined where it was not measured. */
export type ScoreTable = readonly (readonly (number | undefined)[])[];

export interface Forgetting {
  /** F_k = max over s < T of D[s][k], minus D[T][k]; for every task but the last. Negative: it got better. */
  readonly perTask: readonly number[];
  readonly mean: number;
}

export function forgetting(table: ScoreTable): Forgetting {
  const last = lastStep(table);
  const perTask = Array.from({ length: last }, (_, k) => {
    const before = table.slice(0, last).flatMap((row) => row[k] ?? []);
    if (before.length === 0) invalid(`forgetting: task ${k} was never measured before the last step`);
    return Math.max(...before) - at(table, last, k);
  });
  return { perTask, mean: mean(perTask) };
}

/** BWT = mean over the tasks but the last of D[T][k] − D[k][k]. Negative: forgotten. */
export function backwardTransfer(table: ScoreTable): number {
  const last = lastStep(table);
  return mean(Array.from({ length: last }, (_, k) => at(table, last, k) - at(table, k, k)));
}

/**
 * FWT = mean over the tasks but the first of D[k − 1][k] − untrained[k].
 * @param untrained score of a network that learnt nothing, per task
 */
export function forwardTransfer(table: ScoreTable, untrained: readonly number[]): number {
  const last = lastStep(table);
  if (untrained.length !== table.length)
    invalid(`FWT: ${untrained.length} baselines for ${table.length} tasks`);
  return mean(Array.from({ length: last }, (_, i) => at(table, i, i + 1) - untrained[i + 1]!));
}

function lastStep(table: ScoreTable): number {
  if (table.length < 2) invalid(`forgetting: needs at least two steps, got ${table.length}`);
  for (const [step, row] of table.entries()) {
    if (row.length !== table.length) invalid(`step ${step}: ${row.length} tasks in ${table.length} steps`);
    if (row.some((score) => score !== undefined && !Number.isFinite(score))) {
      invalid(`step ${step}: a score that is not finite; leave out (undefined) what was not measured`);
    }
  }
  return table.length - 1;
}

const at = (table: ScoreTable, step: number, task: number): number =>
  table[step]![task] ?? invalid(`task ${task} was not measured after step ${step}`);

export interface BitComparison {
  readonly isIdentical: boolean;
  /** Largest |a − b|; NaN where only one of a pair is NaN. 0 does not imply identity: −0 and 0 differ. */
  readonly maxAbsoluteDifference: number;
  readonly differing: number;
}

/** Zero forgetting of a frozen base is a claim about bits, not about scores. */
export function compareBits(a: Float32Array, b: Float32Array): BitComparison {
  if (a.length !== b.length) invalid(`comparing ${a.length} with ${b.length} numbers`);
  // copies, because a view on words needs an aligned buffer of its own
  const [x, y] = [new Uint32Array(a.slice().buffer), new Uint32Array(b.slice().buffer)];
  let [worst, differing] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    if (x[i] === y[i]) continue;
    differing++;
    worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
  }
  return { isIdentical: differing === 0, maxAbsoluteDifference: worst, differing };
}
