// The losses that align a CT encoder: robust contrast of study and report, of regions and sentences, and two kinds of
// distillation from the film expert. Source: six-systems §2.4.
import type { Val } from '../../graph/graph.js';
import { rocoTargets } from '../../losses/info-nce.js';
import { klToTargets } from '../../losses/kl-divergence.js';
import { rowMean } from '../../losses/row-mean.js';
import * as b from '../../ops/build.js';
import { normalize } from '../../ops/layers.js';

/** 1 − cos(h, h*), mean over the rows that have a film. h [n, w], target [n, w], weights [n]: 0 where none was found. */
export function pairLoss(h: Val, target: Val, weights: Val): Val {
  const cosines = b.reduceSum(b.mul(normalize(h), normalize(target)), [-1]);
  return rowMean(b.sub(1, cosines), weights);
}

/** KL(softmax(h*·H*ᵀ/τ) ‖ softmax(h·H*ᵀ/τ)). @param bank H* [films, w]; @param targets [n, films], see `relationTargets` */
export function relationLoss(h: Val, bank: Val, targets: Val, weights: Val, temperature: number): Val {
  const logits = b.div(b.matmul(normalize(h), b.transpose(bank, [1, 0])), temperature);
  return klToTargets(logits, targets, weights);
}

/**
 * Scores of every CT with every report by late interaction: Σ_s w_s max_r cos(region, sentence) / Σ_s w_s.
 * @param regions [n, cells, w], length 1; @param sentences [n · each, w], length 1; @param weights [n, each], 0 = padding
 * @returns [n, n], CTs in rows
 */
export function lateScores(regions: Val, sentences: Val, weights: Val): Val {
  const [n, cells, width] = [regions.extent(0), regions.extent(1), regions.extent(2)];
  const each = weights.extent(1);
  const flat = b.reshape(regions, [n * cells, width]);
  const cosines = b.reshape(b.matmul(flat, b.transpose(sentences, [1, 0])), [n, cells, n, each]);
  const best = b.reduceMax(cosines, [1]); // [n, n, each]
  const shares = b.div(weights, b.add(b.reduceSum(weights, [1], true), 1e-9));
  return b.reduceSum(b.mul(best, b.reshape(shares, [1, n, each])), [2]);
}

/** Symmetric InfoNCE of ready scores [n, n] with targets [n, n], rows sum to 1. */
export function scoreContrast(scores: Val, targets: Val, temperature: number): Val {
  const scaled = b.div(scores, temperature);
  const both = b.add(b.logSoftmax(scaled), b.logSoftmax(b.transpose(scaled, [1, 0])));
  return b.mul(b.neg(b.reduceMean(b.reduceSum(b.mul(both, targets), [-1]))), 0.5);
}

/** Targets over one batch: reports at least `at` close are no negatives of each other. vectors [n · width], length 1. */
export function robustTargets(vectors: readonly Float32Array[], at: number): Float32Array {
  return rocoTargets(vectors.length, (i, j) => cosine(vectors[i]!, vectors[j]!) >= at);
}

/** softmax(h*·H*ᵀ/τ) [films] of one retrieved film. */
export function relationTargets(
  target: Float32Array,
  bank: readonly Float32Array[],
  temperature: number,
): Float32Array {
  const logits = bank.map((each) => cosine(target, each) / temperature);
  const top = Math.max(...logits);
  const powers = Float32Array.from(logits, (logit) => Math.exp(logit - top));
  const sum = powers.reduce((a, x) => a + x, 0);
  return powers.map((x) => x / sum);
}

/** Of vectors of length 1. */
export function cosine(a: ArrayLike<number>, c: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * c[i]!;
  return sum;
}
