// PIR: how much a model grows with every task it learns. Heads are counted apart from adapters.
import { invalid } from './invalid-argument.js';

export interface AddedParameters {
  readonly adapters: number;
  readonly heads: number;
}

export interface GrowthPercent {
  /** Without heads. */
  readonly adapters: number;
  readonly heads: number;
  /** Both. */
  readonly all: number;
}

export interface ParameterGrowth {
  /** 100 · (P_t − P_{t−1}) / P_0 */
  readonly perStep: readonly GrowthPercent[];
  /** 100 · (P_T − P_0) / P_0 */
  readonly total: GrowthPercent;
}

/** @param base P_0, all parameters of the first model with its head; @param steps what each later task adds */
export function parameterIncreasingRate(base: number, steps: readonly AddedParameters[]): ParameterGrowth {
  if (!(Number.isSafeInteger(base) && base > 0)) invalid(`PIR: a base of ${base} parameters`);
  const percent = ({ adapters, heads }: AddedParameters): GrowthPercent => {
    if (![adapters, heads].every((n) => Number.isSafeInteger(n) && n >= 0)) {
      invalid(`PIR: a task cannot add ${adapters} adapter and ${heads} head parameters`);
    }
    const rate = (count: number): number => (100 * count) / base;
    return { adapters: rate(adapters), heads: rate(heads), all: rate(adapters + heads) };
  };
  const sum = (pick: (step: AddedParameters) => number): number =>
    steps.reduce((n, step) => n + pick(step), 0);
  return {
    perStep: steps.map(percent),
    total: percent({ adapters: sum((s) => s.adapters), heads: sum((s) => s.heads) }),
  };
}
