// A threshold chosen on validation cases and what it gives on others. Never choose and report on the same cases.
import { checkScores, invalid } from './invalid-argument.js';

/** Positive is score ≥ threshold. */
export interface OperatingPoint {
  /** undefined without positives. */
  readonly sensitivity: number | undefined;
  /** undefined without negatives. */
  readonly specificity: number | undefined;
}

/**
 * The lowest observed score that keeps at least `specificity` of the negatives below it; Infinity where the highest
 * score of all is a negative that must stay below.
 */
export function thresholdAtSpecificity(
  scores: ArrayLike<number>,
  labels: ArrayLike<number | boolean>,
  specificity: number,
): number {
  checkScores(scores, labels, 'operating point');
  if (!(specificity >= 0 && specificity <= 1)) invalid(`a specificity lies in [0, 1], got ${specificity}`);
  const sorted = Float64Array.from(scores).sort();
  const negatives = Float64Array.from(scores)
    .filter((_, i) => !labels[i])
    .sort();
  if (negatives.length === 0) invalid('operating point: a specificity needs negatives');
  const below = Math.ceil(specificity * negatives.length - 1e-9); // 0.07 · 100 is 7.000000000000001
  if (below === 0) return sorted[0]!;
  const limit = negatives[below - 1]!;
  return sorted.find((score) => score > limit) ?? Infinity;
}

export function operatingPoint(
  scores: ArrayLike<number>,
  labels: ArrayLike<number | boolean>,
  threshold: number,
): OperatingPoint {
  checkScores(scores, labels, 'operating point');
  const counts = { positives: 0, hits: 0, negatives: 0, rejections: 0 };
  for (let i = 0; i < scores.length; i++) {
    const isCalled = scores[i]! >= threshold;
    if (labels[i]) {
      counts.positives++;
      if (isCalled) counts.hits++;
    } else {
      counts.negatives++;
      if (!isCalled) counts.rejections++;
    }
  }
  return {
    sensitivity: counts.positives === 0 ? undefined : counts.hits / counts.positives,
    specificity: counts.negatives === 0 ? undefined : counts.rejections / counts.negatives,
  };
}

export interface ScoredCases {
  readonly scores: ArrayLike<number>;
  readonly labels: ArrayLike<number | boolean>;
}

/** Sensitivity on the test cases at the threshold that reaches `specificity` on the validation cases. */
export function sensitivityAtSpecificity(
  validation: ScoredCases,
  test: ScoredCases,
  specificity: number,
): OperatingPoint & { readonly threshold: number } {
  const threshold = thresholdAtSpecificity(validation.scores, validation.labels, specificity);
  return { threshold, ...operatingPoint(test.scores, test.labels, threshold) };
}
