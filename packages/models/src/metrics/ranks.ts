// Ranks with ties at their mean, and what follows from them alone: AUROC and Spearman's correlation.
import { checkScores, invalid } from './invalid-argument.js';
import { mean } from './summary-statistics.js';

/** Rank of each value from 1; equal values share the mean of their ranks. */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((i, j) =>
    values[i]! < values[j]! ? -1 : values[i]! > values[j]! ? 1 : 0,
  );
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/**
 * P(score of a positive > score of a negative), ties at ½.
 * @param labels truthy is positive
 * @returns undefined where one of the classes is missing
 */
export function auroc(scores: ArrayLike<number>, labels: ArrayLike<number | boolean>): number | undefined {
  checkScores(scores, labels, 'AUROC');
  const ranks = averageRanks(scores);
  let positives = 0;
  let rankSum = 0;
  for (let i = 0; i < ranks.length; i++) {
    if (!labels[i]) continue;
    positives++;
    rankSum += ranks[i]!;
  }
  const negatives = ranks.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

export interface MacroAuroc {
  /** Mean over the labels that have both classes; undefined where none has. */
  readonly macro: number | undefined;
  readonly perLabel: readonly (number | undefined)[];
  /** Labels left out because one of their classes is missing. */
  readonly excluded: number;
}

/** @param scores per label, all cases; @param labels of the same layout */
export function macroAuroc(
  scores: readonly ArrayLike<number>[],
  labels: readonly ArrayLike<number | boolean>[],
): MacroAuroc {
  if (scores.length !== labels.length)
    invalid(`AUROC: ${scores.length} score columns, ${labels.length} labels`);
  const perLabel = scores.map((column, i) => auroc(column, labels[i]!));
  const scored = perLabel.filter((value) => value !== undefined);
  return {
    macro: scored.length === 0 ? undefined : mean(scored),
    perLabel,
    excluded: perLabel.length - scored.length,
  };
}

/** Pearson's correlation of the ranks. @returns undefined where one side is constant */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number | undefined {
  checkScores(a, b, 'Spearman');
  checkScores(b, a, 'Spearman');
  const [x, y] = [averageRanks(a), averageRanks(b)];
  const centre = (x.length + 1) / 2; // the mean of ranks, ties or not
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [u, v] = [x[i]! - centre, y[i]! - centre];
    xy += u * v;
    xx += u * u;
    yy += v * v;
  }
  return xx === 0 || yy === 0 ? undefined : xy / Math.sqrt(xx * yy);
}
