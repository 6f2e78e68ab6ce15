// Free-response ROC of detections pooled over images, with duplicates free (the public evaluators' rule) or counted as
// false positives. A threshold cannot part equal scores, so the curve has one point per distinct score.
import { type Box, type HitRule, isHit } from './box-overlap.js';
import { invalid } from './invalid-argument.js';
import { mean } from './summary-statistics.js';

export interface Detection {
  readonly image: string;
  readonly score: number;
  readonly box: Box;
}

export interface TrueBox {
  readonly image: string;
  readonly box: Box;
}

export interface FrocOptions {
  /** Every image (or patient) that was read, those without any box too: the denominator of the false positive rate. */
  readonly images: readonly string[];
  readonly hit: HitRule;
  /** What a box is that meets only true boxes already hit: nothing, or a false positive. */
  readonly duplicates: 'free' | 'false-positive';
}

export interface FrocPoint {
  /** Detections at or above it are kept. */
  readonly threshold: number;
  readonly sensitivity: number;
  readonly falsePositivesPerImage: number;
}

export interface Froc {
  /** By falling threshold. */
  readonly points: readonly FrocPoint[];
  /** Per true box, in the order given: the highest score that hits it; undefined where missed. */
  readonly hitScores: readonly (number | undefined)[];
  readonly falsePositives: number;
  /** Boxes that met only true boxes already hit, under either rule. */
  readonly duplicates: number;
}

/** One box may hit several true boxes. Boxes of equal score are taken by image and corners: input order is nothing. */
export function froc(
  detections: readonly Detection[],
  truths: readonly TrueBox[],
  options: FrocOptions,
): Froc {
  const truthsOf = indexByImage(truths, options.images);
  const ranked = ranking(detections, truthsOf);
  const hitScores: (number | undefined)[] = truths.map(() => undefined);
  const points: FrocPoint[] = [];
  let [hits, falsePositives, duplicates] = [0, 0, 0];
  for (const [i, { image, score, box }] of ranked.entries()) {
    const met = truthsOf.get(image)!.filter((t) => isHit(box, truths[t]!.box, options.hit));
    const fresh = met.filter((t) => hitScores[t] === undefined);
    for (const t of fresh) hitScores[t] = score;
    hits += fresh.length;
    if (met.length === 0) falsePositives++;
    else if (fresh.length === 0) {
      duplicates++;
      if (options.duplicates === 'false-positive') falsePositives++;
    }
    if (ranked[i + 1]?.score === score) continue;
    points.push({
      threshold: score,
      sensitivity: hits / truths.length,
      falsePositivesPerImage: falsePositives / options.images.length,
    });
  }
  return { points, hitScores, falsePositives, duplicates };
}

/**
 * Linear between points; 0 below the first, the last sensitivity beyond the last. At a rate that several points share,
 * the best of them.
 */
export function sensitivityAt(curve: Froc, falsePositivesPerImage: number): number {
  let before: FrocPoint | undefined;
  for (const point of curve.points) {
    if (point.falsePositivesPerImage <= falsePositivesPerImage) {
      before = point;
      continue;
    }
    if (before === undefined) return 0;
    const [x0, x1] = [before.falsePositivesPerImage, point.falsePositivesPerImage];
    const share = (falsePositivesPerImage - x0) / (x1 - x0);
    return before.sensitivity + share * (point.sensitivity - before.sensitivity);
  }
  return before?.sensitivity ?? 0;
}

/** Mean sensitivity at 0.5, 1, 2 and 4 false positives per image (DeepLesion) or patient. */
export const averageRecall = (curve: Froc): number =>
  mean([0.5, 1, 2, 4].map((rate) => sensitivityAt(curve, rate)));

/** Competition performance metric (LUNA16): mean sensitivity at 1/8, 1/4, 1/2, 1, 2, 4 and 8. */
export const competitionMetric = (curve: Froc): number =>
  mean([0.125, 0.25, 0.5, 1, 2, 4, 8].map((rate) => sensitivityAt(curve, rate)));

function indexByImage(truths: readonly TrueBox[], images: readonly string[]): Map<string, number[]> {
  if (images.length === 0 || truths.length === 0) invalid('FROC: needs at least one image and one true box');
  const truthsOf = new Map<string, number[]>(images.map((image) => [image, []]));
  if (truthsOf.size !== images.length) invalid('FROC: an image is listed twice');
  for (const [t, { image }] of truths.entries()) {
    const list = truthsOf.get(image) ?? invalid('FROC: a true box lies on an image that is not listed');
    list.push(t);
  }
  return truthsOf;
}

function ranking(detections: readonly Detection[], known: ReadonlyMap<string, unknown>): Detection[] {
  for (const { image, score } of detections) {
    if (!known.has(image)) invalid('FROC: a detection lies on an image that is not listed');
    if (Number.isNaN(score)) invalid('FROC: the score of a detection is NaN');
  }
  return [...detections].sort(byScoreThenPlace);
}

function byScoreThenPlace(a: Detection, b: Detection): number {
  if (a.score !== b.score) return a.score > b.score ? -1 : 1;
  if (a.image !== b.image) return a.image < b.image ? -1 : 1;
  for (let i = 0; i < a.box.length; i++) if (a.box[i] !== b.box[i]) return a.box[i]! - b.box[i]!;
  return 0;
}
