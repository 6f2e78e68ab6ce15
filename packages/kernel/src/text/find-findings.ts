// The findings a sentence speaks of, each with what it says of it.
import type { FindingMention } from './finding.js';
import { findingVocabulary } from './finding-vocabulary.js';
import { polarityOf } from './negation.js';
import { phrasePattern } from './phrase-pattern.js';

const patterns = findingVocabulary.map(({ code, synonyms, except }) => ({
  code,
  pattern: phrasePattern(synonyms),
  except: except && phrasePattern(except),
}));

/** Longer sentences are cut: no sentence of a report is this long, and matching stays quick. */
const maxSentenceChars = 4000;

/** Mentions in order of position; a code can come several times with different polarity. */
export function findFindings(sentence: string): FindingMention[] {
  const text = sentence.slice(0, maxSentenceChars);
  const found = patterns.flatMap(({ code, pattern, except }) => {
    const named = spansOf(text, pattern);
    const others = named.length > 0 && except ? spansOf(text, except) : [];
    return named
      .filter((one) => !others.some((other) => other.start < one.end && one.start < other.end))
      .map(({ start, end }) => ({ code, start, end, isOneWord: !/[\s-]/.test(text.slice(start, end)) }));
  });
  return found
    .filter((one) => !(one.isOneWord && found.some((other) => covers(other, one))))
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .map(({ code, start, end }) => ({ code, polarity: polarityOf(text, start, end), start, end }));
}

function spansOf(text: string, pattern: RegExp): { start: number; end: number }[] {
  return [...text.matchAll(pattern)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}

interface Found {
  readonly code: string;
  readonly start: number;
  readonly end: number;
}

/** "effusion" inside "pericardial effusion" is no finding of its own; two words side by side are. */
function covers(outer: Found, inner: Found): boolean {
  return (
    outer.code !== inner.code &&
    outer.start <= inner.start &&
    outer.end >= inner.end &&
    outer.end - outer.start > inner.end - inner.start
  );
}
