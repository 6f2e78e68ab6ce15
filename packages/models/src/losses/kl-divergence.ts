// Distance of predicted distributions from fixed ones (a teacher's, a bank's). The targets are fed or constant:
// nothing stops a gradient into them.
import type { Val } from '../graph/graph.js';
import { greater, log, logSoftmax, maximum, mul, reduceSum, sub, where } from '../ops/build.js';
import { rowMean } from './row-mean.js';

/**
 * KL(targets ‖ softmax(logits)), mean over rows. Zero targets add nothing. Distillation at a temperature T: pass
 * logits / T and multiply by T².
 * @param logits [rows, classes]; @param targets [rows, classes], rows sum to 1; @param weights [rows]
 */
export function klToTargets(logits: Val, targets: Val, weights?: Val): Val {
  const logTargets = log(where(greater(targets, 0), maximum(targets, 1e-30), 1));
  const terms = mul(targets, sub(logTargets, logSoftmax(logits)));
  return rowMean(reduceSum(terms, [-1]), weights);
}
