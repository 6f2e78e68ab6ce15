// Deep supervision of the pyramid vision transformer: a head per decoder level, private to the run and thrown away
// with it. The loss of a level stands in losses/.
import type { Extents } from '../../arch/patches.js';
import type { PvtFeatures } from '../../arch/pvt.js';
import type { Val } from '../../graph/graph.js';
import type { ParamSource } from '../../graph/params.js';
import { deeplySupervised } from '../../losses/deep-supervision.js';
import { averagedTargets } from '../../losses/segmentation-loss.js';
import { linear } from '../../ops/layers.js';

/** Heads `aux.<level>` on the decoder levels, weights ½, ¼, … from fine to coarse. @param targets one-hot rows at full resolution */
export function auxiliaryLoss(
  { levels }: PvtFeatures,
  targets: Val,
  params: ParamSource,
  { batch, size }: { batch: number; size: Extents },
): Val {
  const classes = targets.extent(-1);
  const supervised = levels.map(({ tokens, grid }, i) => ({
    targets: averagedTargets(targets, batch, size, size[0] / grid[0]),
    logits: linear(params, `aux.${i}`, tokens, classes),
  }));
  return deeplySupervised(
    supervised,
    levels.map((_, i) => 0.5 ** (i + 1)),
  ).loss;
}
