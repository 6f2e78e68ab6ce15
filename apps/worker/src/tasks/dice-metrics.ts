// Dice per structure over cases, with intervals, as a manifest's metrics say it.
import { Random } from '@tomograph/kernel';
import type { Metric } from '@tomograph/registry';

/** Structure -> Dice per case; undefined where neither truth nor prediction has the structure: left out, not scored as 1. */
export type CaseScores = ReadonlyMap<string, number | undefined>;

/** @returns undefined where both are empty */
export function diceOf(a: ArrayLike<number>, b: ArrayLike<number>, label: number): number | undefined {
  let both = 0;
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const inA = a[i] === label;
    const inB = b[i] === label;
    if (inA) sum++;
    if (inB) sum++;
    if (inA && inB) both++;
  }
  return sum === 0 ? undefined : (2 * both) / sum;
}

export function scoreCase(
  predicted: ArrayLike<number>,
  truth: ArrayLike<number>,
  classes: readonly string[],
): CaseScores {
  return new Map(classes.slice(1).map((name, at) => [name, diceOf(predicted, truth, at + 1)]));
}

/** Per structure and the mean over structures (of each case, then over cases). Intervals: cases drawn again, 95 %. */
export function diceMetrics(cases: readonly CaseScores[], data: string): Metric[] {
  const structures = [...new Set(cases.flatMap((scores) => [...scores.keys()]))];
  const perStructure = structures.flatMap((structure) => {
    const values = cases.map((scores) => scores.get(structure)).filter((value) => value !== undefined);
    return values.length === 0 ? [] : [metric(structure, values, data)];
  });
  const means = cases.flatMap((scores) => {
    const values = [...scores.values()].filter((value) => value !== undefined);
    return values.length === 0 ? [] : [mean(values)];
  });
  return means.length === 0 ? perStructure : [metric(null, means, data), ...perStructure];
}

/** The mean over structures that diceMetrics gives; null when nothing was measured. */
export function meanDiceOf(cases: readonly CaseScores[]): number | null {
  return diceMetrics(cases, 'x').find(({ structure }) => structure === null)?.value ?? null;
}

function metric(structure: string | null, values: readonly number[], data: string): Metric {
  const n = values.length;
  const random = new Random(1, `bootstrap ${structure}`);
  const drawn = Array.from({ length: 1000 }, () => mean(values.map(() => random.pick(values)))).sort(
    (a, b) => a - b,
  );
  const interval = {
    low: drawn[24]!,
    high: drawn[974]!,
    level: 0.95,
    method: 'percentile bootstrap over cases, 1000 resamples',
  };
  return {
    name: 'dice',
    structure,
    value: mean(values),
    unit: '1',
    n,
    interval: n < 3 ? null : interval,
    data,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
