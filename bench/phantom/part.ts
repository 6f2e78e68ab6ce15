// What every part of the phantom bench hands back, and the few things all of them need.
import type { Bar, Table } from '../evaluation.js';

export interface Part {
  readonly bars: readonly Bar[];
  readonly tables?: readonly Table[];
}

/** Seeds 1, 2, 3 …, few in the quick form. */
export const seedsOf = (quick: boolean, few: number, many: number): number[] =>
  Array.from({ length: quick ? few : many }, (_, i) => i + 1);

export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))]!;
export const median = (values: readonly number[]): number => quantile(values, 0.5);
