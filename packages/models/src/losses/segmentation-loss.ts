// Soft Dice + cross entropy at one resolution, as nnU-Net trains; targets of coarse levels are averaged one-hots.
// Several resolutions at once: deep-supervision.ts.
import { type Extents, patchify, voxels } from '../arch/patches.js';
import type { Val } from '../graph/graph.js';
import * as b from '../ops/build.js';

/** logProbabilities and targets [rows, classes] (targets sum to 1 per row) -> scalar mean cross entropy. */
export function crossEntropy(logProbabilities: Val, targets: Val): Val {
  const rows = targets.extent(0);
  return b.mul(b.reduceSum(b.mul(logProbabilities, targets)), -1 / rows);
}

/** 1 − mean soft Dice over the classes but background, pooled over the batch (nnU-Net's batch Dice). */
export function softDiceLoss(probabilities: Val, targets: Val, smooth = 1): Val {
  const overlap = b.reduceSum(b.mul(probabilities, targets), [0]);
  const total = b.add(b.reduceSum(probabilities, [0]), b.reduceSum(targets, [0]));
  const dice = b.div(b.add(b.mul(overlap, 2), smooth), b.add(total, smooth));
  return b.sub(1, b.reduceMean(b.slice(dice, [{ axis: 0, start: 1 }])));
}

export interface LossTerms {
  readonly loss: Val;
  readonly dice: Val;
  readonly ce: Val;
}

export function diceAndCrossEntropy(logits: Val, targets: Val): LossTerms {
  const logProbabilities = b.logSoftmax(logits);
  const dice = softDiceLoss(b.exp(logProbabilities), targets);
  const ce = crossEntropy(logProbabilities, targets);
  return { loss: b.add(dice, ce), dice, ce };
}

/** labels i32 [batch, voxels] -> one-hot rows [batch·voxels, classes]. */
export function oneHotRows(labels: Val, classes: number): Val {
  return b.reshape(b.oneHot(labels, classes), [labels.extent(0) * labels.extent(1), classes]);
}

/** Averages rows of a fine grid over patches of a coarser one: [batch·fine, c] -> [batch·coarse, c]. */
export function averagedTargets(targets: Val, batch: number, fine: Extents, factor: number): Val {
  const classes = targets.extent(-1);
  const patches = patchify(targets, batch, fine, factor);
  const coarse = (batch * voxels(fine)) / factor ** 3;
  return b.reduceMean(b.reshape(patches, [coarse, factor ** 3, classes]), [1]);
}
