// Cuts a sentence into plain and marked parts, by the API's spans or by the names of findings. Offsets are UTF-16.

export interface TextPart<Mark> {
  readonly text: string;
  readonly mark: Mark | undefined;
}

export interface MarkedSpan<Mark> {
  readonly start: number;
  readonly end: number;
  readonly mark: Mark;
}

/** Spans out of range or overlapping an earlier one are dropped: a wrong highlight is worse than none. */
export function splitBySpans<Mark>(text: string, spans: readonly MarkedSpan<Mark>[]): TextPart<Mark>[] {
  const ordered = [...spans].sort((a, b) => a.start - b.start || b.end - a.end);
  const parts: TextPart<Mark>[] = [];
  let at = 0;
  for (const { start, end, mark } of ordered) {
    if (start < at || end <= start || end > text.length) continue;
    if (start > at) parts.push({ text: text.slice(at, start), mark: undefined });
    parts.push({ text: text.slice(start, end), mark });
    at = end;
  }
  if (at < text.length) parts.push({ text: text.slice(at), mark: undefined });
  return parts;
}

interface Mention<Polarity> {
  readonly polarity: Polarity;
  readonly finding: { readonly name: string; readonly synonyms: readonly string[] };
}

/** Where the findings of a sentence stand in it, by name or synonym as whole words; the longest name wins. */
export function mentionSpans<Polarity>(
  text: string,
  mentions: readonly Mention<Polarity>[],
): MarkedSpan<Polarity>[] {
  const found: MarkedSpan<Polarity>[] = [];
  for (const { polarity, finding } of mentions) {
    const names = [finding.name, ...finding.synonyms].sort((a, b) => b.length - a.length);
    for (const name of names) {
      const start = indexOfWord(text, name);
      if (start === undefined) continue;
      const end = start + name.length;
      if (!found.some((span) => start < span.end && span.start < end))
        found.push({ start, end, mark: polarity });
      break;
    }
  }
  return found;
}

function indexOfWord(text: string, word: string): number | undefined {
  if (word === '') return undefined;
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'iu').exec(text)?.index;
}
