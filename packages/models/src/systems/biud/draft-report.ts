// Findings of a CT -> sentences, each with its evidence. A draft for a reader who checks it: it states no size, because the
// encoder measures none. Research use only.

import { cosine } from './alignment-loss.js';
import { findingWords } from './phrases.js';
import {
  type CtVectorsOfStudy,
  type FindingCalibration,
  findingProbability,
  type PromptVectors,
  zeroShotScore,
} from './zero-shot.js';

export type DraftSide = 'left' | 'right' | 'bilateral';

export interface DraftSentence {
  readonly text: string;
  readonly finding: string;
  readonly isPresent: boolean;
  readonly side?: DraftSide;
  readonly probability: number;
  readonly threshold: number;
  /** Prompts that were compared. */
  readonly prompts: readonly string[];
  /** The cell that speaks for it most, and every cell's margin. */
  readonly cell: number;
  readonly heat: Float32Array;
}

export interface DraftReport {
  readonly sentences: readonly DraftSentence[];
  readonly text: string;
}

/** What chests are routinely said to be without. */
const routine = [
  'PLEURAL_EFFUSION',
  'CONSOLIDATION',
  'LUNG_NODULE',
  'CARDIOMEGALY',
  'LYMPHADENOPATHY',
  'PERICARDIAL_EFFUSION',
];
/** Absent is only written where the probability is this much below its threshold. */
const clearlyBelow = 0.5;

export interface Drafting {
  readonly prompts: readonly PromptVectors[];
  readonly calibrations: readonly FindingCalibration[];
  /** Cells along each axis. */
  readonly regions: number;
  /** Margins of the two halves that differ less are both sides. */
  readonly bilateralWithin: number;
}

export function draftReport(ct: CtVectorsOfStudy, drafting: Drafting): DraftReport {
  const sentences = drafting.prompts.flatMap((prompt): DraftSentence[] => {
    const calibration = drafting.calibrations.find(({ code }) => code === prompt.code);
    if (calibration === undefined) return [];
    const { score, cell } = zeroShotScore(ct, prompt);
    const probability = findingProbability(calibration, score);
    const isPresent = probability >= calibration.threshold;
    const isAbsent = routine.includes(prompt.code) && probability < clearlyBelow * calibration.threshold;
    if (!isPresent && !isAbsent) return [];
    const heat = marginsOf(ct, prompt);
    const side = isPresent ? sideOf(prompt.code, heat, drafting) : undefined;
    return [
      {
        text: sentenceFor(prompt.code, isPresent, side),
        finding: prompt.code,
        isPresent,
        ...(side === undefined ? {} : { side }),
        probability,
        threshold: calibration.threshold,
        prompts: [...prompt.prompts.present, ...prompt.prompts.absent],
        cell,
        heat,
      },
    ];
  });
  sentences.sort((a, b) => Number(b.isPresent) - Number(a.isPresent) || b.probability - a.probability);
  const nothing = sentences.every(({ isPresent }) => !isPresent);
  const text = [
    ...(nothing ? ['No finding above its threshold.'] : []),
    ...sentences.map((s) => s.text),
  ].join(' ');
  return { sentences, text };
}

const marginsOf = ({ regions }: CtVectorsOfStudy, prompt: PromptVectors): Float32Array =>
  Float32Array.from(regions, (region) => cosine(region, prompt.present) - cosine(region, prompt.absent));

/** The half with the better cell; both where they are close and the finding can be on both sides. */
function sideOf(
  code: string,
  heat: Float32Array,
  { regions, bilateralWithin }: Drafting,
): DraftSide | undefined {
  const place = findingWords(code)?.place ?? 'none';
  if (place === 'none') return undefined;
  const half = (isRight: boolean): number =>
    Math.max(
      ...[...heat].filter((_, cell) => {
        const x = cell % regions;
        return isRight ? x < (regions - 1) / 2 : x > (regions - 1) / 2;
      }),
    );
  const [right, left] = [half(true), half(false)];
  if (place === 'side' && Math.abs(right - left) < bilateralWithin) return 'bilateral';
  return right > left ? 'right' : 'left';
}

function sentenceFor(code: string, isPresent: boolean, side: DraftSide | undefined): string {
  const words = findingWords(code)!;
  const [noun] = words.nouns;
  if (!isPresent) return `No ${noun}.`;
  const where =
    side === undefined
      ? ''
      : side === 'bilateral'
        ? ' on both sides'
        : words.place === 'lobe'
          ? ` in the ${side} lung`
          : ` on the ${side}`;
  return `${noun!.charAt(0).toUpperCase()}${noun!.slice(1)}${where}.`;
}
