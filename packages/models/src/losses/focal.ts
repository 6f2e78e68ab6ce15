// Focal loss of independent yes/no answers: easy ones weigh little. Source: Lin et al., RetinaNet, 2017.
import type { Val } from '../graph/graph.js';
import { add, div, exp, maximum, mul, neg, reduceMean, reduceSum, softplus, sub } from '../ops/build.js';

export interface FocalOptions {
  /** Weight of positives; negatives weigh 1 − alpha. Default 0.25. */
  readonly alpha?: number;
  /** Default 2. */
  readonly gamma?: number;
  /** 'mean' over all elements, or their sum over the number of positives (at least 1), as detectors do. Default 'mean'. */
  readonly reduction?: 'mean' | 'positives';
}

/** logits and hard targets (0 or 1) of one shape -> scalar: α_t · (1 − p_t)^γ · −log p_t. */
export function focalLoss(logits: Val, targets: Val, options: FocalOptions = {}): Val {
  const { alpha = 0.25, gamma = 2, reduction = 'mean' } = options;
  const sign = sub(mul(targets, 2), 1);
  const margin = mul(logits, sign); // p_t = sigmoid(margin)
  const crossEntropy = softplus(neg(margin));
  const hardness = exp(mul(softplus(margin), -gamma)); // (1 − p_t)^γ for any γ ≥ 0, without a power of zero
  const balance = add(mul(targets, 2 * alpha - 1), 1 - alpha);
  const terms = mul(mul(crossEntropy, hardness), balance);
  return reduction === 'mean' ? reduceMean(terms) : div(reduceSum(terms), maximum(reduceSum(targets), 1));
}
