// What separates a patient of whom a sentence is true from one of whom it is not: affirmed minus denied. A report's own
// sentences give it, no label does. A contrast of whole reports alone learns it late, because normal reports dominate.
// Source: entity-wise contrast as in six-systems §2.2–2.4; the pairing with the opposite prompt is ours.
import { findFindings } from '@tomograph/kernel';
import type { Val } from '../../graph/graph.js';
import * as b from '../../ops/build.js';
import { findingWords } from './phrases.js';
import { type SentenceVector, type TextReader, weightedMean } from './text-reader.js';
import { promptVectors } from './zero-shot.js';

export interface SentenceContrast {
  /** Affirmed minus denied, of the common space; not of length 1. */
  readonly direction: Float32Array;
  readonly isPresent: boolean;
}

/** One for every sentence that only affirms or only denies findings which the encoder has words for; others have none. */
export async function sentenceContrasts(
  reader: TextReader,
  sentences: readonly SentenceVector[],
): Promise<SentenceContrast[]> {
  const out: SentenceContrast[] = [];
  for (const { text, vector } of sentences) {
    const mentions = findFindings(text);
    const polarities = new Set(mentions.map(({ polarity }) => polarity));
    const codes = [...new Set(mentions.map(({ code }) => code))].filter((code) => findingWords(code));
    if (codes.length === 0 || polarities.size !== 1) continue;
    const [polarity] = polarities;
    if (polarity !== 'PRESENT' && polarity !== 'ABSENT') continue;
    const isPresent = polarity === 'PRESENT';
    const opposites: SentenceVector[] = [];
    for (const code of codes) {
      const { present, absent } = await promptVectors(reader, code);
      opposites.push({ text: code, vector: isPresent ? absent : present, weight: 1 });
    }
    const opposite = weightedMean(opposites);
    out.push({
      direction: vector.map((x, i) => (isPresent ? x - opposite[i]! : opposite[i]! - x)),
      isPresent,
    });
  }
  return out;
}

/** Rows of one batch: `each` contrasts a case, signed weights that give what is affirmed and what is denied half each. */
export function contrastFeeds(
  cases: readonly (readonly SentenceContrast[])[],
  each: number,
  width: number,
): { directions: Float32Array; signs: Float32Array } {
  const directions = new Float32Array(cases.length * each * width);
  const signs = new Float32Array(cases.length * each);
  const kept = cases.map((all) => all.slice(0, each));
  const share = (isPresent: boolean): number =>
    0.5 / Math.max(1, kept.flat().filter((one) => one.isPresent === isPresent).length);
  const [affirmed, denied] = [share(true), share(false)];
  for (const [row, some] of kept.entries())
    for (const [i, { direction, isPresent }] of some.entries()) {
      directions.set(direction.subarray(0, width), (row * each + i) * width);
      signs[row * each + i] = isPresent ? affirmed : -denied;
    }
  return { directions, signs };
}

/**
 * Σ |sign| · softplus(−margin / τ) on the true side; the margin is that of zero-shot: mean of the whole and the best region.
 * @param whole [n, w]; @param regions [n, cells, w], none of a film; @param directions [n · each, w]; @param signs [n, each]
 */
export function contrastLoss(
  whole: Val,
  regions: Val | undefined,
  directions: Val,
  signs: Val,
  temperature: number,
): Val {
  const [n, width, each] = [whole.extent(0), whole.extent(1), signs.extent(1)];
  const along = b.reshape(directions, [n, each, width]);
  const study = b.reduceSum(b.mul(b.reshape(whole, [n, 1, width]), along), [-1]);
  const margin =
    regions === undefined
      ? study
      : b.mul(b.add(study, b.reduceMax(b.matmul(regions, b.transpose(along, [0, 2, 1])), [1])), 0.5);
  const sign = b.sub(b.mul(b.cast(b.greater(signs, 0), 'f32'), 2), 1);
  return b.reduceSum(b.mul(b.abs(signs), b.softplus(b.div(b.neg(b.mul(margin, sign)), temperature))), [0, 1]);
}
