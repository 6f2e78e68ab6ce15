// Whether probabilities mean what they say, and one temperature that makes them. Fit on validation cases only.
// Source: Guo et al., "On calibration of modern neural networks", 2017.
import { checkScores, invalid } from './invalid-argument.js';

/**
 * Expected calibration error over equal bins of [0, 1] (a value on an edge falls in the upper bin; 1 in the last).
 * @param confidences probability of the predicted class with `outcomes` = it was right, or of the positive class of a
 * binary task with `outcomes` = it was positive
 */
export function expectedCalibrationError(
  confidences: ArrayLike<number>,
  outcomes: ArrayLike<number | boolean>,
  bins = 15,
): number {
  checkScores(confidences, outcomes, 'ECE');
  if (!(Number.isInteger(bins) && bins >= 1 && bins <= 10_000)) invalid(`ECE: 1 to 10,000 bins, got ${bins}`);
  const gaps = new Float64Array(bins); // Σ (outcome − confidence) per bin
  for (let i = 0; i < confidences.length; i++) {
    const confidence = confidences[i]!;
    if (confidence < 0 || confidence > 1) invalid(`ECE: a confidence lies in [0, 1], got ${confidence}`);
    gaps[Math.min(Math.floor(confidence * bins), bins - 1)]! += Number(outcomes[i]) - confidence;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / confidences.length;
}

const [lowestInverse, highestInverse] = [1e-3, 1e3];

/**
 * The temperature T that minimises the negative log likelihood of softmax(logits / T), between 0.001 and 1,000 (the
 * ends stand for "as sharp" and "as flat as can be": separable or useless logits).
 * @param logits [cases · classes]; a binary logit x is the pair (0, x); @param labels class per case
 */
export function fitTemperature(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): number {
  checkScores(logits, logits, 'temperature');
  if (labels.length === 0 || logits.length !== labels.length * classes) {
    invalid(`temperature: ${logits.length} logits for ${labels.length} cases of ${classes} classes`);
  }
  for (let i = 0; i < labels.length; i++) {
    if (!Number.isInteger(labels[i]) || labels[i]! < 0 || labels[i]! >= classes) {
      invalid(`temperature: label ${labels[i]} among ${classes} classes`);
    }
  }
  // convex in β = 1/T: its slope grows, so halving finds the zero
  let [low, high] = [lowestInverse, highestInverse];
  for (let step = 0; step < 100; step++) {
    const middle = Math.sqrt(low * high);
    if (slope(logits, labels, classes, middle) > 0) high = middle;
    else low = middle;
  }
  return 1 / Math.sqrt(low * high);
}

/** d NLL / dβ = Σ (E[z] − z_label) under softmax(β z). */
function slope(logits: ArrayLike<number>, labels: ArrayLike<number>, classes: number, beta: number): number {
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    let top = -Infinity;
    for (let c = 0; c < classes; c++) top = Math.max(top, logits[i * classes + c]!);
    let [weights, weighted] = [0, 0];
    for (let c = 0; c < classes; c++) {
      const z = logits[i * classes + c]!;
      const weight = Math.exp(beta * (z - top));
      weights += weight;
      weighted += weight * z;
    }
    total += weighted / weights - logits[i * classes + labels[i]!]!;
  }
  return total;
}
