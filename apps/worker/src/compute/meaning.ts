// Vectors of the learned spaces, in the compute thread. Where none is installed there are none, and nothing else changes.
import type { Image2d, Volume } from '@tomograph/imaging';
import {
  AppError,
  findFindings,
  regionPart,
  type Sha256,
  splitSentences,
  type XrayView,
} from '@tomograph/kernel';
import { queryVector } from '@tomograph/models';
import { openMeanings } from './open-meanings.js';
import type { DerivedQuery, DerivedReport, DerivedVector } from './tasks.js';

/** Per space one vector of the whole CT and one of each region cell; none where there is no body. */
export async function meaningOfVolume(volume: Volume, only?: Sha256): Promise<DerivedVector[]> {
  const derived: DerivedVector[] = [];
  for (const { biud, digest } of await openMeanings(only)) {
    const read = await biud.ct(volume).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'INVALID_ARGUMENT') return undefined;
      throw error;
    });
    if (read === undefined) continue;
    derived.push({ space: digest, part: '', vector: read.study.slice() });
    for (const [cell, vector] of read.regions.entries())
      derived.push({ space: digest, part: regionPart(cell), vector: vector.slice() });
  }
  return derived;
}

/** The expert knows frontal films alone. */
export async function meaningOfXray(image: Image2d, view: XrayView, only?: Sha256): Promise<DerivedVector[]> {
  if (view !== 'AP' && view !== 'PA') return [];
  const derived: DerivedVector[] = [];
  for (const { biud, digest } of await openMeanings(only))
    derived.push({ space: digest, part: '', vector: (await biud.film(image)).slice() });
  return derived;
}

/** The whole, and each sentence that affirms something: what is denied is in no region, so no region is asked for it. */
export async function meaningOfQuery(text: string, space: Sha256): Promise<DerivedQuery | undefined> {
  const [open] = await openMeanings(space);
  if (open === undefined) return undefined;
  const { reader } = open.biud;
  const affirmed = splitSentences(text)
    .filter((sentence) => {
      const mentions = findFindings(sentence);
      return mentions.length === 0 || mentions.some(({ polarity }) => polarity !== 'ABSENT');
    })
    .slice(0, maxQuerySentences);
  const of = (vector: Float32Array): DerivedVector => ({ space, part: '', vector: vector.slice() });
  return {
    whole: of(await queryVector(reader, text)),
    sentences: (await reader.sentences(affirmed)).map((one) => ({
      ...{ text: one.text, weight: one.weight },
      ...of(one.vector),
    })),
  };
}

/** More are not compared with regions; packages/retrieval takes 32. */
const maxQuerySentences = 16;

/** Vectors of reports and of their sentences, per space. Copies: what crosses to another thread is moved out of this one. */
export async function meaningOfReports(
  reports: readonly (readonly string[])[],
  only?: Sha256,
): Promise<DerivedReport[]> {
  const derived: DerivedReport[] = [];
  for (const { biud, digest } of await openMeanings(only)) {
    for (const [at, texts] of reports.entries()) {
      const read = await biud.reader.reportOf(texts);
      const one = (vector: Float32Array): DerivedVector => ({
        ...{ space: digest, part: '', vector: vector.slice() },
      });
      derived.push({
        at,
        report: one(read.vector),
        sentences: read.sentences.map(({ text, weight, vector }) => ({ ...one(vector), text, weight })),
      });
    }
  }
  return derived;
}
