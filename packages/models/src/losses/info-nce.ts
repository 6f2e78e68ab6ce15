// Contrast of two sides of a batch: InfoNCE, and with soft targets RoCo, which tells pairs from false negatives.
// Sources: van den Oord et al. 2018; Radford et al. 2021 (symmetric form).
import { refuse, sameShape } from '../graph/dim.js';
import type { Val } from '../graph/graph.js';
import { add, div, logSoftmax, matmul, mul, neg, reduceMean, reduceSum, transpose } from '../ops/build.js';
import { normalize } from '../ops/layers.js';

export interface InfoNceOptions {
  /** Divides the cosines: a number, or a scalar that is learnt (keep it within [0.001, 0.5]). */
  readonly temperature: Val | number;
  /**
   * [n, n], rows sum to 1; `rocoTargets` makes them. Row i weighs the pairs of item i in both directions. Default: each
   * row its own partner.
   */
  readonly targets?: Val;
}

/** Rows a and b [n, d] (normalised here), partners at equal index -> scalar, the mean of both directions. */
export function infoNce(a: Val, b: Val, { temperature, targets }: InfoNceOptions): Val {
  if (a.rank !== 2 || !sameShape(a.shape, b.shape)) refuse(`InfoNCE of [${a.shape}] with [${b.shape}]`);
  const scores = div(matmul(normalize(a), transpose(normalize(b), [1, 0])), temperature); // [n, n]
  const wanted = targets ?? identity(a);
  if (!sameShape(wanted.shape, scores.shape)) {
    refuse(`InfoNCE: targets [${wanted.shape}] for scores [${scores.shape}]`);
  }
  const both = add(logSoftmax(scores), logSoftmax(transpose(scores, [1, 0])));
  return mul(neg(reduceMean(reduceSum(mul(both, wanted), [-1]))), 0.5);
}

function identity(like: Val): Val {
  const n = like.extent(0);
  const values = new Float32Array(n * n);
  for (let i = 0; i < n; i++) values[i * n + i] = 1;
  return like.graph.constant(values, [n, n]);
}

/**
 * Target rows of RoCo, made outside the graph and fed: 1 for the partner and for every false negative, then normalised.
 * @param isFalseNegative whether the reports of i and j say the same (both normal, identical text, or close embeddings)
 * @returns [n · n]
 */
export function rocoTargets(n: number, isFalseNegative: (i: number, j: number) => boolean): Float32Array {
  const targets = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    const partners = Array.from({ length: n }, (_, j) => j).filter((j) => j === i || isFalseNegative(i, j));
    for (const j of partners) targets[i * n + j] = 1 / partners.length;
  }
  return targets;
}
