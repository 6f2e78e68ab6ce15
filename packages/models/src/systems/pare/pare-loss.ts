// The losses of PARE: Dice + cross entropy of the parsing; two malignancy losses and the ratings. Targets may be soft.
import type { Val } from '../../graph/graph.js';
import * as b from '../../ops/build.js';
import type { HeadOutputs } from './network.js';
import type { PareConfig, PareRecipe } from './pare-config.js';

export interface HeadTargets {
  /** [batch, 1] in 0…1. */
  readonly malignancy: Val;
  /** [batch, attributes] in 0…1, and 1 where a rating is known. */
  readonly attributes: Val;
  readonly attributesKnown: Val;
}

/** logits and soft targets in 0…1, same shape -> elementwise. */
export const softBinaryLoss = (logits: Val, targets: Val): Val =>
  b.sub(b.softplus(logits), b.mul(logits, targets));

/** Voxels: what keeps the Dice of a class that a slab does not hold from jumping. */
const smoothing = 10;

/** @param parsing logits [batch, classes, z, y, x] @param labels i32 [batch, voxels] */
export function parsingLoss(parsing: Val, labels: Val, config: PareConfig): Val {
  const classes = config.parsed.length;
  const voxels = config.patch.reduce((n, extent) => n * extent, 1);
  const batch = parsing.shape[0]!;
  const logits = b.reshape(parsing, [batch, classes, voxels]);
  const logProbabilities = b.logSoftmax(logits, 1);
  const targets = b.transpose(b.oneHot(labels, classes), [0, 2, 1]);
  const entropy = b.neg(b.reduceMean(b.reduceSum(b.mul(logProbabilities, targets), [1])));
  const probabilities = b.exp(logProbabilities);
  // of every slab on its own: over the batch a few large nodules would outvote the small ones
  const overlap = b.reduceSum(b.mul(probabilities, targets), [2]);
  const total = b.add(b.reduceSum(probabilities, [2]), b.reduceSum(targets, [2]));
  const dice = b.div(b.add(b.mul(overlap, 2), smoothing), b.add(total, smoothing));
  return b.add(entropy, b.sub(1, b.reduceMean(b.slice(dice, [{ axis: 1, start: 1 }]))));
}

export function headLoss(
  outputs: HeadOutputs,
  targets: HeadTargets,
  recipe: PareRecipe,
): { loss: Val; terms: Record<string, Val> } {
  const direct = b.reduceMean(softBinaryLoss(outputs.direct, targets.malignancy));
  const off = b.mul(b.square(b.sub(outputs.attributes, targets.attributes)), targets.attributesKnown);
  const attributes = b.mul(b.reduceMean(off), 4);
  const loss = b.add(direct, b.mul(attributes, recipe.attributeWeight));
  if (outputs.recalled === undefined) return { loss, terms: { direct, attributes } };
  const recalled = b.reduceMean(softBinaryLoss(outputs.recalled, targets.malignancy));
  return { loss: b.add(loss, recalled), terms: { direct, attributes, recalled } };
}
