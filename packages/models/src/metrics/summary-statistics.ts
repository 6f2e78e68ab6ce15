// Mean and percentile, once and with their conventions. Not a statistics library.
import { invalid } from './invalid-argument.js';

/** NaN for nothing. */
export function mean(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total / values.length;
}

/** Linear between order statistics (type 7, the default of NumPy and R). @param q in [0, 1]; NaN for nothing */
export function percentile(values: ArrayLike<number>, q: number): number {
  if (!(q >= 0 && q <= 1)) invalid(`a percentile lies in [0, 1], got ${q}`);
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return Number.NaN;
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}
