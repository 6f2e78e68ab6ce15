// Percentile intervals by resampling patients (not scans: scans of one patient are not independent).
import { Random } from '@tomograph/kernel';
import { invalid } from './invalid-argument.js';
import { percentile } from './summary-statistics.js';

export interface BootstrapOptions {
  readonly seed: number;
  /** Default 1,000. */
  readonly resamples?: number;
  /** Default 0.95. */
  readonly level?: number;
}

export interface Interval {
  /** On all cases, each once. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Resamples the interval rests on: those where the statistic was defined. */
  readonly resamples: number;
  /** Resamples without a value, such as those that drew no positive. */
  readonly undefinedResamples: number;
}

/** A number from the cases at these indices (repeated where a patient was drawn twice), or undefined. */
export type Statistic = (indices: readonly number[]) => number | undefined;

/** @param patients the patient of each case, in the order of the indices */
export function bootstrap(
  patients: readonly string[],
  statistic: Statistic,
  options: BootstrapOptions,
): Interval {
  return interval(statistic(patients.map((_, i) => i)), drawn(patients, statistic, options), options);
}

export interface PairedDifference extends Interval {
  /** Two-sided: twice the smaller share of resampled differences at or beyond zero, at most 1. */
  readonly pValue: number;
}

/** a − b on the same resamples. */
export function pairedBootstrap(
  patients: readonly string[],
  a: Statistic,
  b: Statistic,
  options: BootstrapOptions,
): PairedDifference {
  const difference: Statistic = (indices) => {
    const [x, y] = [a(indices), b(indices)];
    return x === undefined || y === undefined ? undefined : x - y;
  };
  const values = drawn(patients, difference, options);
  const found = interval(difference(patients.map((_, i) => i)), values, options);
  const defined = values.filter((value) => value !== undefined);
  const share = (holds: (value: number) => boolean): number => defined.filter(holds).length / defined.length;
  const pValue = Math.min(
    1,
    2 *
      Math.min(
        share((v) => v <= 0),
        share((v) => v >= 0),
      ),
  );
  return { ...found, pValue };
}

function drawn(
  patients: readonly string[],
  statistic: Statistic,
  { seed, resamples = 1000 }: BootstrapOptions,
): (number | undefined)[] {
  if (!(Number.isInteger(resamples) && resamples >= 1 && resamples <= 1_000_000)) {
    invalid(`bootstrap: between 1 and 1,000,000 resamples, got ${resamples}`);
  }
  const casesOf = new Map<string, number[]>();
  for (const [i, patient] of patients.entries()) {
    const cases = casesOf.get(patient);
    if (cases === undefined) casesOf.set(patient, [i]);
    else cases.push(i);
  }
  const groups = [...casesOf.values()];
  if (groups.length === 0) invalid('bootstrap: no patients');
  const random = new Random(seed, 'bootstrap');
  return Array.from({ length: resamples }, () => statistic(groups.flatMap(() => random.pick(groups))));
}

function interval(
  estimate: number | undefined,
  values: readonly (number | undefined)[],
  { level = 0.95 }: BootstrapOptions,
): Interval {
  if (!(level > 0 && level < 1)) invalid(`bootstrap: a level between 0 and 1, got ${level}`);
  const defined = values.filter((value) => value !== undefined);
  return {
    estimate: estimate ?? Number.NaN,
    low: percentile(defined, (1 - level) / 2),
    high: percentile(defined, (1 + level) / 2),
    resamples: defined.length,
    undefinedResamples: values.length - defined.length,
  };
}
