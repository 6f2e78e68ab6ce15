// A vocabulary phrase -> a regular expression over one sentence. Built so that matching is linear: gaps are
// bounded and never nest.

/** Words that end a clause: a gap does not reach over them. */
const clauseEnd = '(?:[.;:]|\\b(?:but|however|although|except|apart from)\\b)';
const gap = (words: number) => `(?:(?!${clauseEnd})[^\\s]+\\s+){0,${words}}?`;
// "nodules in both lungs, liver normal": a finding of another organ reaches over no comma and no word of the lung
const lungWord =
  '\\b(?:(?:both|the|right|left)\\s+)?(?:lungs?|pulmon|bronch|apic|apex|lingul|(?:upper|middle|lower)\\s+(?:lobe|zone))';
const gapElsewhere = `(?:(?!${clauseEnd}|${lungWord})[^\\s,]+\\s+){0,8}?`;
const gaps: Readonly<Record<string, string>> = { '~': gap(6), '~~': gap(14), '^': gapElsewhere };

/** Matches any of the phrases as whole words; hyphens, commas and spaces between words are alike. */
export function phrasePattern(phrases: readonly string[]): RegExp {
  const longestFirst = [...phrases].sort((a, b) => b.length - a.length);
  return new RegExp(`(?<![\\p{L}\\d])(?:${longestFirst.map(phraseSource).join('|')})(?![\\p{L}\\d])`, 'giu');
}

function phraseSource(phrase: string): string {
  const words = phrase.split(' ');
  return words
    .map((word, i) => {
      if (word in gaps) return '';
      const stem = word.replace(/[.*+?^${}()|[\]\\]/g, (char) => (char === '*' ? '' : `\\${char}`));
      const source = word.endsWith('*') ? `${stem}[\\p{L}]*` : stem;
      if (i === words.length - 1) return source;
      const after = gaps[words[i + 1]!];
      if (after === undefined) return `${source}[\\s-]+`;
      return after === gapElsewhere ? `${source}[\\s/-]+${after}` : `${source}[\\s,/-]+${after}`;
    })
    .join('');
}
