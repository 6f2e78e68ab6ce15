// How a loss per row becomes one scalar. Not a reduction of its own: weights choose the rows that count.
import type { Val } from '../graph/graph.js';
import { div, maximum, mul, reduceMean, reduceSum } from '../ops/build.js';

/**
 * values [rows] -> scalar mean. @param weights [rows], not negative: Σ w·v / Σ w, and 0 where all weights are 0 (a
 * batch without any object)
 */
export function rowMean(values: Val, weights?: Val): Val {
  if (weights === undefined) return reduceMean(values);
  return div(reduceSum(mul(values, weights)), maximum(reduceSum(weights), 1e-8));
}
