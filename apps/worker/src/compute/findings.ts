// Zero-shot findings and a drafted report from the vectors of one CT, in the compute thread: prompts of the space's own
// ensembles with its calibration, or prompts of the caller, which nothing calibrates.
import { AppError, findingVocabulary, type Sha256 } from '@tomograph/kernel';
import {
  type CtVectorsOfStudy,
  type DraftReport,
  draftReport,
  findingProbability,
  findingWords,
  heatOf,
  type Prompts,
  type PromptVectors,
  promptVectors,
  zeroShotScore,
} from '@tomograph/models';
import { type OpenMeaning, openMeaning } from './open-meanings.js';
import type { FindingAnswer } from './tasks.js';

export interface FindingsQuestion {
  readonly space: Sha256;
  readonly ct: CtVectorsOfStudy;
  /** Codes; all that are calibrated where neither findings nor prompts are given. */
  readonly findings: readonly string[] | undefined;
  readonly prompts: readonly Prompts[] | undefined;
}

/** @throws AppError PROVIDER_UNAVAILABLE, INVALID_ARGUMENT for a finding that the encoder has no words for */
export async function answerFindings({
  space,
  ct,
  findings,
  prompts,
}: FindingsQuestion): Promise<FindingAnswer[]> {
  const open = await openMeaning(space);
  const calibrated = open.biud.model.calibrations.map(({ code }) => code);
  const codes = findings ?? (prompts === undefined ? calibrated : []);
  const answers: FindingAnswer[] = [];
  for (const code of codes) answers.push(await ofFinding(open, ct, code));
  for (const own of prompts ?? []) {
    answers.push(uncalibrated(ct, await promptVectors(open.biud.reader, '', own), null));
  }
  return answers;
}

async function ofFinding(open: OpenMeaning, ct: CtVectorsOfStudy, code: string): Promise<FindingAnswer> {
  if (findingWords(code) === undefined) {
    const { name } = findingVocabulary.find((entry) => entry.code === code) ?? { name: code };
    throw new AppError('INVALID_ARGUMENT', {
      message: `the encoder has no prompts for ${name}: ask with prompts of your own`,
      facts: { argument: 'findings', finding: code },
    });
  }
  const prompt = await open.promptsOf(code);
  const plain = uncalibrated(ct, prompt, code);
  const calibration = open.biud.model.calibrations.find((one) => one.code === code);
  if (calibration === undefined) return plain;
  const probability = findingProbability(calibration, plain.score);
  const { threshold, positives, cases } = calibration;
  return { ...plain, probability, threshold, calibration: { positives, cases } };
}

function uncalibrated(ct: CtVectorsOfStudy, prompt: PromptVectors, code: string | null): FindingAnswer {
  const { score, cell } = zeroShotScore(ct, prompt);
  const absent = heatOf(prompt.absent, ct.regions);
  const heat = Array.from(heatOf(prompt.present, ct.regions), (close, at) => close - absent[at]!);
  return { code, prompts: prompt.prompts, score, cell, heat, probability: null, threshold: null };
}

export async function draftOfCt({
  space,
  ct,
}: {
  space: Sha256;
  ct: CtVectorsOfStudy;
}): Promise<DraftReport> {
  const open = await openMeaning(space);
  const { calibrations, bilateralWithin, config } = open.biud.model;
  const prompts = await Promise.all(calibrations.map(({ code }) => open.promptsOf(code)));
  return draftReport(ct, { prompts, calibrations, regions: config.ct.regions, bilateralWithin });
}
