// How radiologists name findings, in words of our own: what the text encoder learns from. Not a terminology, and not
// taken from any report corpus. Codes are those of kernel's finding vocabulary.
import { findingRows, type Row } from './finding-phrases.js';
import { otherRows } from './other-phrases.js';

export type Place = 'side' | 'lobe' | 'none';

export interface FindingWords {
  readonly code: string;
  /** What may be said of where it is. */
  readonly place: Place;
  /** A frontal film can show it. */
  readonly onFilm: boolean;
  /** Noun phrases, usable after "no" and after "there is". */
  readonly nouns: readonly string[];
  /** Whole sentences; `{where}` is filled or left out. */
  readonly present?: readonly string[];
  readonly absent?: readonly string[];
}

const list = (text: string | undefined): string[] => (text === undefined ? [] : text.split('|'));

const wordsOf = ([code, place, onFilm, nouns, present, absent]: Row): FindingWords => ({
  code,
  place,
  onFilm: onFilm === 1,
  nouns: list(nouns),
  present: list(present),
  absent: list(absent),
});

/** What the image encoders are asked for: 18 chest findings, then abdominal ones. */
export const biudFindings: readonly FindingWords[] = findingRows.map(wordsOf);
export const otherFindings: readonly FindingWords[] = otherRows.map(wordsOf);

/** The first 18, those of the public chest CT benchmarks. */
export const chestFindingCodes: readonly string[] = biudFindings.slice(0, 18).map(({ code }) => code);

const byCode = new Map([...biudFindings, ...otherFindings].map((words) => [words.code, words]));
export const findingWords = (code: string): FindingWords | undefined => byCode.get(code);
