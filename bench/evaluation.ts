// What an evaluation or a bench says: bars with their values, and tables. The runner adds machine and commit.

/** One claim held against its bar. `ok` is computed from `value`, never set by hand. */
export interface Bar {
  readonly claim: string;
  readonly value: number;
  /** The bar in words and numbers, such as `≥ 0.9` or `≤ 10 ms`. */
  readonly bar: string;
  /** How many cases, runs or seeds stand behind the value. */
  readonly n: number;
  readonly ok: boolean;
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface Evaluation {
  readonly name: string;
  /** What it was measured on; phantom and real data are never mixed in one bar. */
  readonly data: string;
  readonly seeds: readonly number[];
  readonly bars: readonly Bar[];
  readonly tables?: readonly Table[];
  /** What fell short, what got worse, what was not run. */
  readonly remarks?: readonly string[];
}

export interface EvaluationOptions {
  /** The short form that CI runs: same code, fewer cases. */
  readonly quick: boolean;
  /** A line of progress for people. */
  log(line: string): void;
}

type Comparison = '≥' | '≤' | '=';

/** A bar that compares `value` with a limit; a value that is not finite never passes. */
export function bar(
  claim: string,
  value: number,
  comparison: Comparison,
  limit: number,
  n: number,
  unit = '',
): Bar {
  const holds = comparison === '≥' ? value >= limit : comparison === '≤' ? value <= limit : value === limit;
  return {
    claim,
    value,
    bar: `${comparison} ${limit}${unit && ` ${unit}`}`,
    n,
    ok: Number.isFinite(value) && holds,
  };
}
