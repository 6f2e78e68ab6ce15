// Findings of a CT by comparing its vectors with prompts: score, probability, threshold. Prompts are words of phrases.ts;
// what turns scores into probabilities comes from validation cases only. Source: six-systems §2.5.
import { AppError } from '@tomograph/kernel';
import { cosine } from './alignment-loss.js';
import { findingWords } from './phrases.js';
import { type TextReader, unit } from './text-reader.js';

export interface Prompts {
  readonly present: readonly string[];
  readonly absent: readonly string[];
}

export interface PromptVectors {
  readonly code: string;
  readonly prompts: Prompts;
  /** Mean of the prompts' vectors, length 1. */
  readonly present: Float32Array;
  readonly absent: Float32Array;
}

/** The vectors of one CT. */
export interface CtVectorsOfStudy {
  readonly study: Float32Array;
  /** Cells in z, y, x order. */
  readonly regions: readonly Float32Array[];
}

/** The two prompts of the public protocol. */
export function singlePrompts(code: string): Prompts {
  const [noun] = wordsOf(code).nouns;
  return { present: [`${noun} is present.`], absent: [`${noun} is not present.`] };
}

/** Several ways to say it: single prompts of such encoders can have the wrong sign. */
export function promptEnsemble(code: string): Prompts {
  const { nouns, present = [], absent = [] } = wordsOf(code);
  const some = nouns.slice(0, 4);
  return {
    present: [
      ...some.map((noun) => `There is ${noun}.`),
      ...some.slice(0, 2).map((noun) => `Findings consistent with ${noun}.`),
      ...present.slice(0, 3).map((text) => `${text.replace('{where}', '')}.`),
    ],
    absent: [
      ...some.map((noun) => `No ${noun}.`),
      ...some.slice(0, 2).map((noun) => `There is no evidence of ${noun}.`),
      ...absent.slice(0, 3).map((text) => `${text}.`),
    ],
  };
}

export async function promptVectors(
  reader: TextReader,
  code: string,
  prompts: Prompts = promptEnsemble(code),
): Promise<PromptVectors> {
  return {
    code,
    prompts,
    present: await meanVector(reader, prompts.present),
    absent: await meanVector(reader, prompts.absent),
  };
}

async function meanVector(reader: TextReader, texts: readonly string[]): Promise<Float32Array> {
  const read = await reader.sentences(texts);
  const sum = new Float32Array(read[0]!.vector.length);
  for (const { vector } of read) for (const [i, x] of vector.entries()) sum[i]! += x;
  return unit(sum);
}

export interface ZeroShotScore {
  /** Mean of the study's and the best cell's margin. */
  readonly score: number;
  /** cos(study, present) − cos(study, absent) */
  readonly study: number;
  readonly region: number;
  /** The cell with the largest margin. */
  readonly cell: number;
}

export function zeroShotScore(ct: CtVectorsOfStudy, prompt: PromptVectors): ZeroShotScore {
  const margin = (vector: Float32Array): number =>
    cosine(vector, prompt.present) - cosine(vector, prompt.absent);
  const study = margin(ct.study);
  const margins = ct.regions.map(margin);
  const region = Math.max(...margins);
  return { score: (study + region) / 2, study, region, cell: margins.indexOf(region) };
}

/** Score -> probability, and where "present" begins. */
export interface FindingCalibration {
  readonly code: string;
  readonly slope: number;
  readonly offset: number;
  /** Of the probability. */
  readonly threshold: number;
  /** Cases behind it. */
  readonly positives: number;
  readonly cases: number;
}

export const findingProbability = ({ slope, offset }: FindingCalibration, score: number): number =>
  1 / (1 + Math.exp(-(slope * score + offset)));

/** Logistic regression in one variable with a weak prior on the slope; the threshold has the best F1. */
export function calibrateFinding(
  code: string,
  scores: readonly number[],
  labels: readonly boolean[],
): FindingCalibration {
  if (scores.length !== labels.length || scores.length === 0) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `calibration of ${code}: ${scores.length} scores for ${labels.length} labels`,
    });
  }
  const mean = scores.reduce((a, x) => a + x, 0) / scores.length;
  const sd = Math.sqrt(scores.reduce((a, x) => a + (x - mean) ** 2, 0) / scores.length) || 1;
  const z = scores.map((x) => (x - mean) / sd);
  const positives = labels.filter(Boolean).length;
  let [slope, offset] = [0, Math.log((positives + 0.5) / (labels.length - positives + 0.5))];
  for (let step = 0; step < 50; step++) {
    const p = z.map((x) => 1 / (1 + Math.exp(-(slope * x + offset))));
    let [g0, g1, h00, h01, h11] = [0, slope - 1, 1e-6, 0, 1]; // prior: slope ~ N(1, 1) per standard deviation
    for (const [i, x] of z.entries()) {
      const error = p[i]! - Number(labels[i]);
      const weight = p[i]! * (1 - p[i]!);
      g0 += error;
      g1 += error * x;
      h00 += weight;
      h01 += weight * x;
      h11 += weight * x * x;
    }
    const det = h00 * h11 - h01 * h01;
    offset -= (h11 * g0 - h01 * g1) / det;
    slope -= (h00 * g1 - h01 * g0) / det;
  }
  const fitted = { code, slope: slope / sd, offset: offset - (slope * mean) / sd };
  const probabilities = scores.map((x) => 1 / (1 + Math.exp(-(fitted.slope * x + fitted.offset))));
  return { ...fitted, threshold: bestF1(probabilities, labels), positives, cases: labels.length };
}

/** The middle between the best cut and the next lower value; above everything where there are no positives. */
export function bestF1(values: readonly number[], labels: readonly boolean[]): number {
  const order = [...values.keys()].sort((i, j) => values[j]! - values[i]!);
  const positives = labels.filter(Boolean).length;
  let [best, threshold, hits] = [0, 1.01, 0];
  for (const [n, index] of order.entries()) {
    if (labels[index]) hits++;
    const next = order[n + 1];
    if (next !== undefined && values[next] === values[index]) continue;
    const f1 = (2 * hits) / (n + 1 + positives);
    if (f1 > best) {
      best = f1;
      threshold = next === undefined ? values[index]! : (values[index]! + values[next]!) / 2;
    }
  }
  return threshold;
}

function wordsOf(code: string): NonNullable<ReturnType<typeof findingWords>> {
  const words = findingWords(code);
  if (words === undefined) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `${code} is no finding that the encoder has words for`,
    });
  }
  return words;
}
