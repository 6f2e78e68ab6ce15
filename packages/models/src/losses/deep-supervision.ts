// Soft Dice + cross entropy over several resolutions, for any network. The terms of one resolution: segmentation-loss.ts.
import { refuse } from '../graph/dim.js';
import type { Val } from '../graph/graph.js';
import { add, mul } from '../ops/build.js';
import { diceAndCrossEntropy, type LossTerms } from './segmentation-loss.js';

export interface SupervisedLevel {
  /** [rows, classes] */
  readonly logits: Val;
  /** [rows, classes], rows sum to 1: one-hots, averaged over the patches of a coarse level (`averagedTargets`). */
  readonly targets: Val;
}

/** 1, ½, ¼, … from the finest level on, scaled to sum to 1 (nnU-Net's weights). */
export function supervisionWeights(levels: number): number[] {
  const raw = Array.from({ length: levels }, (_, i) => 0.5 ** i);
  const total = raw.reduce((a, w) => a + w, 0);
  return raw.map((w) => w / total);
}

/** @param levels finest first; @param weights one per level; all three terms are weighted sums */
export function deeplySupervised(
  levels: readonly SupervisedLevel[],
  weights: readonly number[] = supervisionWeights(levels.length),
): LossTerms {
  if (levels.length === 0 || weights.length !== levels.length) {
    refuse(`deep supervision: ${weights.length} weights for ${levels.length} levels`);
  }
  const terms = levels.map(({ logits, targets }) => diceAndCrossEntropy(logits, targets));
  const weighted = (pick: (term: LossTerms) => Val): Val =>
    terms.map((term, i) => mul(pick(term), weights[i]!)).reduce((sum, term) => add(sum, term));
  return { loss: weighted((t) => t.loss), dice: weighted((t) => t.dice), ce: weighted((t) => t.ce) };
}
