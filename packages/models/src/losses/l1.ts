// Mean absolute difference of rows, such as boxes. Not smooth at zero.
import type { Val } from '../graph/graph.js';
import { abs, reduceSum, sub } from '../ops/build.js';
import { rowMean } from './row-mean.js';

/** a and b [rows, n] -> scalar: Σ |a − b| over a row, then the mean over rows (weighted: `rowMean`). */
export function l1Loss(a: Val, b: Val, weights?: Val): Val {
  return rowMean(reduceSum(abs(sub(a, b)), [-1]), weights);
}
