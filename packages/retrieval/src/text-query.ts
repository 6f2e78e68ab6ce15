// What somebody typed, as the text channel asks it: findings by code, the other words in websearch syntax.
// The reading of findings and negations itself is packages/kernel/src/text.
import { type FindingMention, findFindings, parseQuery } from '@tomograph/kernel';

export interface TextQuery {
  /** Codes that reports must affirm. */
  readonly wanted: readonly string[];
  /** Codes that reports must not affirm ("without effusion"); asked alone, they must be denied. */
  readonly excluded: readonly string[];
  /** Free words: places, sides, sizes, findings of no vocabulary. Websearch syntax: "a phrase", or, -not. */
  readonly terms: string;
  /** Beside a finding, free words only rank sentences, unless an operator says more; alone, they must match. */
  readonly termsMust: 'RANK' | 'AFFIRMED' | 'DENIED';
  /** Every word typed, joined by `or`: a sentence in the asker's own words comes before one in synonyms. */
  readonly typedWords: string;
}

export function readTextQuery(typed: string): TextQuery {
  const { wanted, unwanted: excluded, words, text } = parseQuery(typed);
  const typedWords = [...text.matchAll(/[\p{L}\d]+/gu)]
    .map(([word]) => word)
    .filter((word) => !/^or$/i.test(word))
    .join(' or ');
  if (wanted.length === 0 && excluded.length === 0) {
    const asksDenied = /^(no|not|without|absence of|absent|negative for|free of)\b/i.test(text);
    return { wanted, excluded, terms: text, termsMust: asksDenied ? 'DENIED' : 'AFFIRMED', typedWords };
  }
  // quotes are lost among the words: a quoted phrase that names no finding comes back as a phrase
  const phrases = [...text.matchAll(/"([^"]+)"/g)]
    .map((match) => match[1]!.trim())
    .filter((phrase) => phrase !== '' && findFindings(phrase).length === 0);
  const hasOperator = phrases.length > 0 || words.some((word) => /^-\p{L}/u.test(word));
  const terms = [...phrases.map((phrase) => `"${phrase}"`), ...words].join(' ');
  return { wanted, excluded, terms, termsMust: hasOperator ? 'AFFIRMED' : 'RANK', typedWords };
}

export function queryFindings(query: TextQuery): Pick<FindingMention, 'code' | 'polarity'>[] {
  return [
    ...query.wanted.map((code) => ({ code, polarity: 'PRESENT' as const })),
    ...query.excluded.map((code) => ({ code, polarity: 'ABSENT' as const })),
  ];
}
