// Text -> sentences, as radiologists write them: full stops after numbers and abbreviations end nothing.

const abbreviations =
  /\b(?:dr|mr|mrs|ms|prof|no|fig|vs|approx|e\.g|i\.e|cf|st|sup|inf|ant|post|lt|rt|resp|max|min)\.$/i;

/** Trimmed sentences, none empty, in order. Lines that end in a colon stay with what follows. */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  for (const block of text.split(/\r?\n\s*\r?\n|\r?\n(?=\s*(?:[-•*]|\d{1,2}[.)])\s)|\s["•·]\s+(?=\p{Lu})/u)) {
    let rest = block
      .replace(/\s+/g, ' ')
      .trim()
      .replace(/^(?:[-•*]|\d{1,2}[.)])\s+/, '');
    for (;;) {
      const end = firstEnd(rest);
      const sentence = rest.slice(0, end).replace(/^["\s-]+|["\s]+$/g, '');
      if (/[\p{L}\d]/u.test(sentence)) sentences.push(sentence);
      if (end >= rest.length) break;
      rest = rest.slice(end).trimStart();
    }
  }
  return sentences;
}

function firstEnd(text: string): number {
  for (const match of text.matchAll(/[.!?]["')]*(?=\s)/g)) {
    const upTo = text.slice(0, match.index + 1);
    const isInitial = /(?:^|\s)[A-Z]\.$/.test(upTo);
    if (!abbreviations.test(upTo) && !isInitial) return match.index + match[0].length;
  }
  return text.length;
}
