// What somebody typed into the search box -> findings wanted and not wanted, and the words that are left.
import { findFindings } from './find-findings.js';
import { findingVocabulary } from './finding-vocabulary.js';

export interface ParsedQuery {
  /** Codes that must be PRESENT (UNCERTAIN ranks below). */
  readonly wanted: readonly string[];
  /** Codes that the query excludes ("without effusion"). */
  readonly unwanted: readonly string[];
  /** The query as typed, trimmed and with single spaces. */
  readonly text: string;
  /** Words that named no finding and no negation, lower case: places, sides, sizes. */
  readonly words: readonly string[];
}

const maxQueryChars = 1000;
const idle = new Set(
  'a an and at by ct for from in is no not of on or show find me case cases patient patients scan scans that the there to was were with without xray x-ray'.split(
    ' ',
  ),
);

/** A query says PRESENT unless it negates: doubt words in it mean nothing. */
export function parseQuery(query: string): ParsedQuery {
  const text = query.slice(0, maxQueryChars).replace(/\s+/g, ' ').trim();
  const mentions = findFindings(text);
  const codes = (absent: boolean) => [
    ...new Set(mentions.filter((one) => (one.polarity === 'ABSENT') === absent).map((one) => one.code)),
  ];
  let rest = text.toLowerCase();
  for (const { start, end } of [...mentions].sort((a, b) => b.start - a.start)) {
    rest = rest.slice(0, start) + ' '.repeat(Math.max(0, end - start)) + rest.slice(end);
  }
  const words = rest.split(/[^\p{L}\d-]+/u).filter((word) => word !== '' && !idle.has(word));
  return { wanted: codes(false), unwanted: codes(true), text, words: [...new Set(words)] };
}

/** Every synonym of a finding that is plain words: what a full-text search may add to a query. */
export function plainSynonyms(code: string): readonly string[] {
  const entry = findingVocabulary.find((one) => one.code === code);
  return (
    entry?.synonyms
      .filter((synonym) => !/[~^]/.test(synonym))
      .map((synonym) => synonym.replaceAll('*', '')) ?? []
  );
}
