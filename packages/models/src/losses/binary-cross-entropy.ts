// Cross entropy of independent yes/no answers, from logits. For exclusive classes: crossEntropy of the segmentation loss.
import type { Val } from '../graph/graph.js';
import { add, div, maximum, mul, reduceMean, reduceSum, softplus, sub } from '../ops/build.js';

export interface BinaryCrossEntropyOptions {
  /** Factor on the positive part, broadcast to the logits: negatives / positives per label balances a rare one. */
  readonly positiveWeight?: Val | number;
  /** Of the logits' shape; 0 leaves out an answer that is not known. The mean is over the weights then. */
  readonly weights?: Val;
}

/** logits and targets (in [0, 1], may be soft) of one shape -> scalar mean of w₊·t·softplus(−x) + (1 − t)·softplus(x). */
export function bceWithLogits(logits: Val, targets: Val, options: BinaryCrossEntropyOptions = {}): Val {
  const { positiveWeight = 1, weights } = options;
  // softplus(−x) = softplus(x) − x: no exponential of a large number anywhere
  const whenNegative = softplus(logits);
  const whenPositive = sub(whenNegative, logits);
  const terms = add(mul(mul(whenPositive, targets), positiveWeight), mul(whenNegative, sub(1, targets)));
  if (weights === undefined) return reduceMean(terms);
  return div(reduceSum(mul(terms, weights)), maximum(reduceSum(weights), 1e-8));
}
