// Report text -> sections, sentences, findings with polarity. Text only: files are read in read-text-report.ts
// and structured-report.ts.
import { findFindings, splitSentences } from '@tomograph/kernel';
import type { Report, ReportSectionName, ReportSentence } from './report.js';
import { scrub } from './scrub.js';

const headings: readonly (readonly [RegExp, ReportSectionName])[] = [
  [
    /^(?:impressions?|conclusions?|opinion|summary|assessment|result|diagnosis|final diagnosis)$/i,
    'IMPRESSION',
  ],
  [
    /^(?:findings?|report|description|observations?|comment|body|ct findings|radiological findings)$/i,
    'FINDINGS',
  ],
  [
    /^(?:indications?|reason(?: for (?:exam|study|examination))?|clinical (?:history|information|indication|data|details)|history|comparisons?|techniques?|procedure|protocol|exam(?:ination)?|study|contrast|recommendations?|image|type of exam|clinical notes?)$/i,
    'OTHER',
  ],
];
/** A heading: up to five words at the start of a line, then a colon, or alone on its line. */
const headingLine = /^[ \t]*(?:#+[ \t]*|\*{2})?([A-Za-z][A-Za-z /-]{2,40}?)(?:\*{2})?[ \t]*(?::|$)[ \t]*/gm;

/**
 * @param text a report in English; @param known names and ids that must not stay in it
 * @returns text and sentences after scrubbing. A finding asked about in an OTHER section (indication, history)
 *   is UNCERTAIN there, never PRESENT.
 */
export function parseReport(text: string, known: readonly string[] = []): Report {
  const clean = scrub(text.replace(/\r\n?/g, '\n'), known).trim();
  const sections = sectionsOf(clean);
  const sentences: ReportSentence[] = [];
  for (const section of sections) {
    for (const sentence of splitSentences(section.text)) {
      const findings = findFindings(sentence).map((mention) =>
        section.name === 'OTHER' && mention.polarity === 'PRESENT'
          ? { ...mention, polarity: 'UNCERTAIN' as const }
          : mention,
      );
      sentences.push({ index: sentences.length, section: section.name, text: sentence, findings });
    }
  }
  return { text: clean, sections, sentences };
}

/** Text before the first heading, and text without headings, counts as findings. */
function sectionsOf(text: string): { name: ReportSectionName; text: string }[] {
  const marks = [...text.matchAll(headingLine)].flatMap((match) => {
    const name = headings.find(([pattern]) => pattern.test(match[1]!.trim()))?.[1];
    return name ? [{ name, start: match.index, end: match.index + match[0].length }] : [];
  });
  const sections: { name: ReportSectionName; text: string }[] = [];
  const add = (name: ReportSectionName, part: string) => {
    if (part.trim() !== '') sections.push({ name, text: part.trim() });
  };
  add('FINDINGS', text.slice(0, marks[0]?.start ?? text.length));
  marks.forEach((mark, i) => {
    add(mark.name, text.slice(mark.end, marks[i + 1]?.start ?? text.length));
  });
  return sections;
}
