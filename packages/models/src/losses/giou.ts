// Generalised IoU of boxes, pair by pair. Source: Rezatofighi et al. 2019. The measure is metrics/box-overlap.ts.
import { refuse } from '../graph/dim.js';
import type { Val } from '../graph/graph.js';
import { add, concat, div, maximum, minimum, mul, reshape, slice, split, sub } from '../ops/build.js';
import { rowMean } from './row-mean.js';

/** Keeps 0 / 0 away where both boxes of a pair are points. */
const epsilon = 1e-7;

/** centre and size [rows, 2·axes] -> low and high corners [rows, 2·axes]. */
export function cornersOf(centreAndSize: Val): Val {
  const [centre, size] = halves(centreAndSize);
  const half = mul(size, 0.5);
  return concat([sub(centre, half), add(centre, half)], 1);
}

/**
 * Corners [low..., high...] of 2-D or 3-D boxes, [rows, 4 | 6], continuous coordinates -> GIoU [rows] in (−1, 1].
 * A box whose high corner is below its low one counts as empty, with a gradient only through the hull.
 */
export function giou(a: Val, b: Val): Val {
  const [aLow, aHigh] = halves(a);
  const [bLow, bHigh] = halves(b);
  const both = content(sub(minimum(aHigh, bHigh), maximum(aLow, bLow)));
  const union = sub(add(content(sub(aHigh, aLow)), content(sub(bHigh, bLow))), both);
  const hull = content(sub(maximum(aHigh, bHigh), minimum(aLow, bLow)));
  const iou = div(both, add(union, epsilon));
  return sub(iou, div(sub(hull, union), add(hull, epsilon)));
}

/** 1 − GIoU, mean over the pairs (weighted: `rowMean`). */
export function giouLoss(a: Val, b: Val, weights?: Val): Val {
  return rowMean(sub(1, giou(a, b)), weights);
}

function halves(boxes: Val): readonly [Val, Val] {
  const axes = boxes.extent(-1) / 2;
  if (boxes.rank !== 2 || (axes !== 2 && axes !== 3)) refuse(`boxes are [rows, 4 | 6], got [${boxes.shape}]`);
  return split(boxes, [axes, axes], 1) as readonly [Val, Val];
}

/** Product over the axes of lengths [rows, axes], those below zero taken as zero -> [rows]. */
function content(lengths: Val): Val {
  const positive = maximum(lengths, 0);
  const axes = lengths.extent(-1);
  const columns = Array.from({ length: axes }, (_, i) =>
    slice(positive, [{ axis: 1, start: i, end: i + 1 }]),
  );
  return reshape(
    columns.reduce((product, column) => mul(product, column)),
    [lengths.shape[0]!],
  );
}
