// Reports and their sentences.
import { builder } from './builder.js';
import { FindingMentionRef } from './finding.js';
import type { FindingMentionShape, ReportRecord, SentenceRecord } from './shapes.js';

export const SentenceRef = builder.objectRef<SentenceRecord>('ReportSentence');
export const ReportRef = builder.objectRef<ReportRecord>('Report');

builder.node(SentenceRef, {
  id: { resolve: (sentence) => sentence.id },
  loadOne: (id, context) => context.loaders.sentence.load(id),
  fields: (t) => ({
    section: t.exposeString('section'),
    ordinal: t.exposeInt('ordinal'),
    text: t.exposeString('text'),
    findings: t.field({ type: [FindingMentionRef], resolve: mentionsOf }),
  }),
});

builder.node(ReportRef, {
  id: { resolve: (report) => report.id },
  loadOne: (id, context) => context.loaders.report.load(id),
  fields: (t) => ({
    text: t.exposeString('text', { description: 'The report as stored, after de-identification.' }),
    sentences: t.field({
      type: [SentenceRef],
      extensions: { listSize: 12 },
      resolve: (report, _args, context) => context.loaders.sentencesOfReport.load(report.id),
    }),
  }),
});

/** Present ones first, then uncertain, then absent. */
export function mentionsOf(sentence: SentenceRecord): FindingMentionShape[] {
  return [
    ...sentence.findingsPresent.map((code) => ({ code, polarity: 'PRESENT' as const })),
    ...sentence.findingsUnsure.map((code) => ({ code, polarity: 'UNCERTAIN' as const })),
    ...sentence.findingsAbsent.map((code) => ({ code, polarity: 'ABSENT' as const })),
  ];
}

/** Each finding once per polarity over several sentences, present ones first. */
export function mentionsOfAll(sentences: readonly SentenceRecord[]): FindingMentionShape[] {
  const order = { PRESENT: 0, UNCERTAIN: 1, ABSENT: 2 };
  const once = new Map<string, FindingMentionShape>();
  for (const mention of sentences.flatMap(mentionsOf))
    once.set(`${mention.polarity} ${mention.code}`, mention);
  return [...once.values()].sort(
    (a, b) => order[a.polarity] - order[b.polarity] || (a.code < b.code ? -1 : 1),
  );
}
