// Findings: the vocabulary that sentences are read with, and what a sentence or question says about one.
import type { FindingEntry } from '@tomograph/kernel';
import { findingOf } from '../vocabulary.js';
import { builder } from './builder.js';
import { PolarityEnum } from './enums.js';
import type { FindingMentionShape } from './shapes.js';

export const FindingRef = builder.objectRef<FindingEntry>('Finding').implement({
  description: 'A finding of the vocabulary, with the words it goes by.',
  fields: (t) => ({
    code: t.exposeString('code'),
    name: t.exposeString('name'),
    synonyms: t.stringList({ resolve: (finding) => [...finding.synonyms] }),
    snomed: t.string({ nullable: true, resolve: (finding) => finding.snomed }),
  }),
});

export const FindingMentionRef = builder.objectRef<FindingMentionShape>('FindingMention').implement({
  description:
    'A finding as present, absent or uncertain: "no effusion" mentions an effusion that is absent.',
  fields: (t) => ({
    finding: t.field({
      type: FindingRef,
      resolve: ({ code }) => findingOf(code) ?? { code, name: code, region: 'ANY' as const, synonyms: [] },
    }),
    polarity: t.field({ type: PolarityEnum, resolve: (mention) => mention.polarity }),
  }),
});
