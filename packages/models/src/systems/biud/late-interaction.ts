// Sentence by region: the second stage of ranking, and its explanation. Plain vectors in, no database.
import { AppError } from '@tomograph/kernel';
import { cosine } from './alignment-loss.js';
import type { SentenceVector } from './text-reader.js';

export interface ScorePart {
  readonly sentence: string;
  readonly weight: number;
  /** The region that answers the sentence best, and how well. */
  readonly cell: number;
  readonly cosine: number;
  /** What the sentence adds to the score; the parts sum to it. */
  readonly part: number;
}

export interface LateScore {
  readonly score: number;
  readonly parts: readonly ScorePart[];
}

/** Σ_s w_s max_r cos(region, sentence) / Σ_s w_s, with its parts. @throws AppError INVALID_ARGUMENT without sentences or regions */
export function lateInteraction(
  sentences: readonly SentenceVector[],
  regions: readonly Float32Array[],
): LateScore {
  if (sentences.length === 0 || regions.length === 0) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `late interaction of ${sentences.length} sentences with ${regions.length} regions: both are needed`,
    });
  }
  const total = sentences.reduce((sum, { weight }) => sum + weight, 0);
  const parts = sentences.map(({ text, vector, weight }): ScorePart => {
    let [cell, best] = [0, -Infinity];
    for (const [index, region] of regions.entries()) {
      const close = cosine(region, vector);
      if (close > best) [cell, best] = [index, close];
    }
    return { sentence: text, weight, cell, cosine: best, part: (weight * best) / total };
  });
  return { score: parts.reduce((sum, { part }) => sum + part, 0), parts };
}

/** Closeness of every region to one sentence, −1…1: what the viewer shows as a heat map. */
export const heatOf = (vector: Float32Array, regions: readonly Float32Array[]): Float32Array =>
  Float32Array.from(regions, (region) => cosine(region, vector));
