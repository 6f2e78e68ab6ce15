// Overlap of axis-aligned boxes in two or three dimensions, and when a detection hits. Not the loss (losses/giou.ts).
import { invalid } from './invalid-argument.js';

/** [low corner..., high corner...]: 4 numbers in 2-D, 6 in 3-D, any order of axes as long as it is the same for all. */
export type Box = readonly number[];

export interface BoxOverlap {
  /** ∩ / ∪ */
  readonly iou: number;
  /** ∩ / predicted box */
  readonly iobb: number;
  /** ∩ / true box */
  readonly iogt: number;
}

/**
 * @param isInclusive the high corner is the last voxel inside (extent = high − low + 1), as in the public evaluators;
 * otherwise corners are continuous coordinates
 */
export function boxOverlap(predicted: Box, truth: Box, isInclusive: boolean): BoxOverlap {
  checkBox(predicted);
  checkBox(truth);
  if (predicted.length !== truth.length) invalid(`boxes of ${predicted.length} and ${truth.length} numbers`);
  const axes = predicted.length / 2;
  const one = isInclusive ? 1 : 0;
  let [both, p, t] = [1, 1, 1];
  for (let axis = 0; axis < axes; axis++) {
    const [pLow, pHigh] = [predicted[axis]!, predicted[axes + axis]!];
    const [tLow, tHigh] = [truth[axis]!, truth[axes + axis]!];
    both *= Math.max(0, Math.min(pHigh, tHigh) - Math.max(pLow, tLow) + one);
    p *= pHigh - pLow + one;
    t *= tHigh - tLow + one;
  }
  const ratio = (whole: number): number => (whole === 0 ? 0 : both / whole);
  return { iou: ratio(p + t - both), iobb: ratio(p), iogt: ratio(t) };
}

export type HitRule =
  | {
      /** 'max' is the larger of IoBB and IoGT. */
      readonly measure: 'iou' | 'iobb' | 'iogt' | 'max';
      /** A hit is an overlap at or above it; above 0. */
      readonly threshold: number;
      readonly isInclusive: boolean;
    }
  /** The centre of the predicted box lies in the true box, its faces included. */
  | { readonly measure: 'centre-inside' };

/** Hit rule of the 3-D sub-volume protocol: IoBB ≥ 0.3, inclusive extents. */
export const subVolumeHit: HitRule = { measure: 'iobb', threshold: 0.3, isInclusive: true };

export function isHit(predicted: Box, truth: Box, rule: HitRule): boolean {
  if (rule.measure === 'centre-inside') return centreInside(predicted, truth);
  if (!(rule.threshold > 0 && rule.threshold <= 1))
    invalid(`an overlap of ${rule.threshold} decides nothing`);
  const overlap = boxOverlap(predicted, truth, rule.isInclusive);
  const value = rule.measure === 'max' ? Math.max(overlap.iobb, overlap.iogt) : overlap[rule.measure];
  return value >= rule.threshold;
}

function centreInside(predicted: Box, truth: Box): boolean {
  checkBox(predicted);
  checkBox(truth);
  if (predicted.length !== truth.length) invalid(`boxes of ${predicted.length} and ${truth.length} numbers`);
  const axes = truth.length / 2;
  return Array.from({ length: axes }, (_, axis) => axis).every((axis) => {
    const centre = (predicted[axis]! + predicted[axes + axis]!) / 2;
    return truth[axis]! <= centre && centre <= truth[axes + axis]!;
  });
}

function checkBox(box: Box): void {
  const axes = box.length / 2;
  if (axes !== 2 && axes !== 3) invalid(`a box has 4 or 6 numbers, got ${box.length}`);
  for (let axis = 0; axis < axes; axis++) {
    const [low, high] = [box[axis]!, box[axes + axis]!];
    if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high)) {
      invalid(`a box from ${low} to ${high} on axis ${axis}`);
    }
  }
}
