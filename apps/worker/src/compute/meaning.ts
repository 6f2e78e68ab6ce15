// Vectors of the learned space (biud), in the compute thread: networks are opened by the first use and stay. Where no
// weights are shipped there are no vectors, and nothing else changes.
import type { Image2d, Volume } from '@tomograph/imaging';
import { AppError, type XrayView } from '@tomograph/kernel';
import {
  Biud,
  type CtVectorsOfStudy,
  draftReport,
  findingProbability,
  type PromptVectors,
  promptVectors,
  queryVector,
  zeroShotScore,
} from '@tomograph/models';
import { type ShippedMeaning, shippedMeaning } from '../spaces/shipped-meaning.js';
import type { DerivedReport, DerivedVector, FindingsOfCt } from './tasks.js';

interface OpenMeaning extends ShippedMeaning {
  readonly biud: Biud;
}

let opening: Promise<OpenMeaning | undefined> | undefined;

function openMeaning(): Promise<OpenMeaning | undefined> {
  opening ??= shippedMeaning().then(async (shipped) =>
    shipped === undefined ? undefined : { ...shipped, biud: await Biud.open(shipped.files) },
  );
  return opening;
}

/** `part` of a region's vector: its cell in z, y, x order. */
export const regionPart = (cell: number): string => `cell-${cell}`;

/** One vector of the whole CT and one of each region cell; none where there is no body. */
export async function meaningOfVolume(volume: Volume): Promise<DerivedVector[]> {
  const open = await openMeaning();
  if (open === undefined) return [];
  try {
    const { study, regions } = await open.biud.ct(volume);
    const space = open.digest;
    return [
      { space, part: '', vector: study.slice() },
      ...regions.map((vector, cell) => ({ space, part: regionPart(cell), vector: vector.slice() })),
    ];
  } catch (error) {
    if (error instanceof AppError && error.code === 'INVALID_ARGUMENT') return [];
    throw error;
  }
}

/** The expert knows frontal films alone. */
export async function meaningOfXray(image: Image2d, view: XrayView): Promise<DerivedVector[]> {
  if (view !== 'AP' && view !== 'PA') return [];
  const open = await openMeaning();
  if (open === undefined) return [];
  return [{ space: open.digest, part: '', vector: (await open.biud.film(image)).slice() }];
}

export async function meaningOfQuery(text: string): Promise<DerivedVector | undefined> {
  const open = await openMeaning();
  if (open === undefined) return undefined;
  return { space: open.digest, part: '', vector: (await queryVector(open.biud.reader, text)).slice() };
}

/** Vectors of reports and of their sentences. Copies: what crosses to another thread is moved out of this one. */
export async function meaningOfReports(reports: readonly (readonly string[])[]): Promise<DerivedReport[]> {
  const open = await openMeaning();
  if (open === undefined) return [];
  const derived: DerivedReport[] = [];
  for (const texts of reports) {
    const read = await open.biud.reader.reportOf(texts);
    const one = (vector: Float32Array): DerivedVector => ({
      space: open.digest,
      part: '',
      vector: vector.slice(),
    });
    derived.push({
      report: one(read.vector),
      sentences: read.sentences.map(({ text, weight, vector }) => ({ ...one(vector), text, weight })),
    });
  }
  return derived;
}

let asking: Promise<PromptVectors[]> | undefined;

/** Zero-shot with the shipped prompts and calibration, and the draft that follows from it. */
export async function findingsOfCt(ct: CtVectorsOfStudy): Promise<FindingsOfCt | undefined> {
  const open = await openMeaning();
  if (open === undefined) return undefined;
  const { biud } = open;
  const { calibrations, bilateralWithin, config } = biud.model;
  asking ??= Promise.all(calibrations.map(({ code }) => promptVectors(biud.reader, code)));
  const prompts = await asking;
  const findings = calibrations.map((calibration, at) => {
    const prompt = prompts[at]!;
    const { score, cell } = zeroShotScore(ct, prompt);
    const probability = findingProbability(calibration, score);
    const { code, threshold } = calibration;
    const asked = [...prompt.prompts.present, ...prompt.prompts.absent];
    return { code, probability, threshold, isPresent: probability >= threshold, cell, prompts: asked };
  });
  const drafting = { prompts, calibrations, regions: config.ct.regions, bilateralWithin };
  return { findings, draft: draftReport(ct, drafting) };
}
