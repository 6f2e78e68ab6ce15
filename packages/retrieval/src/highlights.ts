// Where in the matched sentences the words are that were asked for: findings as the sentence reader found them, free
// words as Postgres matched them. Done once per page, for the sentences shown.
import type { Sql } from '@tomograph/data';
import { type FindingMention, findFindings } from '@tomograph/kernel';
import { loadSql } from './load-sql.js';
import type { TextSpan } from './search-page.js';
import type { TextQuery } from './text-query.js';

/** Spans per sentence, in order, none overlapping. */
export async function highlightSentences(
  sql: Sql,
  query: TextQuery,
  sentences: readonly string[],
): Promise<TextSpan[][]> {
  const marked =
    query.terms === '' || sentences.length === 0
      ? []
      : await sql.query<{ marked: string }>(loadSql('highlight-sentences'), [[...sentences], query.terms]);
  return sentences.map((text, index) =>
    mergeSpans([
      ...findFindings(text).filter((mention) => answers(mention, query)),
      ...markedSpans(text, marked[index]?.marked ?? ''),
    ]),
  );
}

function answers({ code, polarity }: FindingMention, { wanted, excluded }: TextQuery): boolean {
  return polarity === 'ABSENT' ? excluded.includes(code) : wanted.includes(code);
}

/** The places between U+E000 and U+E001; none when the rest is not the sentence itself. */
export function markedSpans(text: string, marked: string): TextSpan[] {
  if (marked.replace(/[\uE000\uE001]/g, '') !== text) return [];
  const spans: TextSpan[] = [];
  let at = 0;
  let start = 0;
  for (const char of marked) {
    if (char === '\uE000') start = at;
    else if (char === '\uE001') spans.push({ start, end: at });
    else at += char.length;
  }
  return spans;
}

/** Sorted by start, overlapping and touching ones joined. */
export function mergeSpans(spans: readonly TextSpan[]): TextSpan[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = merged.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}
