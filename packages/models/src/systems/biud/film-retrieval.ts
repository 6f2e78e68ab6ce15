// Language-guided retrieval: the film whose report is closest to a CT's report, by text alone. The pools share no patient.
// Source: six-systems §2.3.
import { findFindings, type Random } from '@tomograph/kernel';
import { cosine } from './alignment-loss.js';
import { findingWords } from './phrases.js';

export interface RetrievedFilm {
  /** Index of the film; undefined where no report is close enough. */
  readonly film: number | undefined;
  readonly cosine: number;
}

/** Drops sentences that only speak of what a film cannot show. A report of nothing else keeps its first sentence. */
export function filmSentences(sentences: readonly string[]): string[] {
  const kept = sentences.filter((sentence) => {
    const codes = findFindings(sentence).map(({ code }) => code);
    return codes.length === 0 || codes.some((code) => findingWords(code)?.onFilm ?? true);
  });
  return kept.length > 0 ? kept : sentences.slice(0, 1);
}

/** @param at least cosine; a CT whose closest film report is further gets no film */
export function retrieveFilms(
  ctReports: readonly Float32Array[],
  filmReports: readonly Float32Array[],
  at: number,
): RetrievedFilm[] {
  return ctReports.map((report) => {
    let [film, best]: [number | undefined, number] = [undefined, -Infinity];
    for (const [index, other] of filmReports.entries()) {
      const close = cosine(report, other);
      if (close > best) [film, best] = [index, close];
    }
    return { film: best >= at ? film : undefined, cosine: best };
  });
}

/** The control: every CT that had a film gets one at random. */
export function randomFilms(
  retrieved: readonly RetrievedFilm[],
  films: number,
  random: Random,
): RetrievedFilm[] {
  return retrieved.map((one) =>
    one.film === undefined ? one : { film: random.int(films), cosine: Number.NaN },
  );
}
