// Dice of label maps, and how it is averaged. Not the loss (that is soft and lives in losses/).
import { invalid } from './invalid-argument.js';
import { mean } from './summary-statistics.js';

/**
 * 2|A∩B| / (|A| + |B|) of one label in two maps of equal length. Exactly one empty: 0.
 * @param label default: everything that is not zero
 * @returns undefined where both are empty: such a pair is left out and counted, never scored as 1
 */
export function dice(a: ArrayLike<number>, b: ArrayLike<number>, label?: number): number | undefined {
  if (a.length !== b.length) invalid(`dice: maps of ${a.length} and ${b.length} voxels`);
  let both = 0;
  let total = 0;
  for (let i = 0; i < a.length; i++) {
    const inA = label === undefined ? a[i] !== 0 : a[i] === label;
    const inB = label === undefined ? b[i] !== 0 : b[i] === label;
    if (inA) total++;
    if (inB) total++;
    if (inA && inB) both++;
  }
  return total === 0 ? undefined : (2 * both) / total;
}

export interface DiceSummary {
  /** Mean over organs in a case, then over cases; NaN when nothing was scored. */
  readonly mean: number;
  /** Mean over the organs of each case; undefined for a case without any scored organ. */
  readonly perCase: readonly (number | undefined)[];
  /** Mean over the cases of each organ; NaN for an organ that no case has. */
  readonly perOrgan: ReadonlyMap<string, number>;
  /** Pairs (case, organ) that were scored. */
  readonly scored: number;
  /** Pairs left out because both masks were empty. */
  readonly excluded: number;
}

/** Organ → case → set. @param cases one map per case: organ → Dice, undefined for an excluded pair */
export function summarizeDice(cases: readonly ReadonlyMap<string, number | undefined>[]): DiceSummary {
  const byOrgan = new Map<string, number[]>();
  let excluded = 0;
  const perCase = cases.map((organs) => {
    const scores: number[] = [];
    for (const [organ, score] of organs) {
      const column = byOrgan.get(organ) ?? [];
      byOrgan.set(organ, column);
      if (score === undefined) {
        excluded++;
        continue;
      }
      scores.push(score);
      column.push(score);
    }
    return scores.length === 0 ? undefined : mean(scores);
  });
  const columns = [...byOrgan];
  return {
    mean: mean(perCase.filter((score) => score !== undefined)),
    perCase,
    perOrgan: new Map(columns.map(([organ, scores]) => [organ, mean(scores)])),
    scored: columns.reduce((n, [, scores]) => n + scores.length, 0),
    excluded,
  };
}
