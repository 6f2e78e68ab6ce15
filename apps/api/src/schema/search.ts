// Search: by text, by an uploaded X-ray, by a case, or all of them; every hit says why it is there.
import { AppError } from '@tomograph/kernel';
import type { ChannelReport, Explanation, ScorePart } from '@tomograph/retrieval';
import type { FoundCase, FoundPage } from '../search/case-search.js';
import { builder, cost } from './builder.js';
import { CaseFilterInput, CaseRef } from './case.js';
import { SearchChannelEnum, SearchModeEnum, XrayViewEnum } from './enums.js';
import { FindingMentionRef } from './finding.js';
import { decodeId, encodeId } from './global-id.js';
import { SentenceRef } from './report.js';

/** A search reads an index or all vectors, a look-up one row. */
const searchCost = 100;

const TextSpanRef = builder.objectRef<{ start: number; end: number }>('TextSpan').implement({
  description: 'Characters [start, end) of the sentence, in UTF-16 units.',
  fields: (t) => ({ start: t.exposeInt('start'), end: t.exposeInt('end') }),
});

const ScorePartRef = builder.objectRef<ScorePart>('ScorePart').implement({
  description: "What the question as a whole, or one sentence of it, adds to a channel's score.",
  fields: (t) => ({
    sentence: t.exposeString('sentence', {
      nullable: true,
      description: 'As it was asked; null for the question as a whole.',
    }),
    seriesId: t.id({
      nullable: true,
      resolve: ({ seriesId }) => (seriesId ? encodeId('Series', seriesId) : null),
    }),
    region: t.exposeString('region', {
      nullable: true,
      description:
        'The region that answers the sentence best: `cell-N`, counted from the feet up, front to back, right to left.',
    }),
    similarity: t.exposeFloat('similarity', { description: 'Cosine.' }),
    heat: t.floatList({
      description: 'Cosine of the sentence to every region of that CT, in their order.',
      resolve: ({ heat }) => [...heat],
    }),
    part: t.exposeFloat('part', { description: "What this adds to the channel's score." }),
  }),
});

const ExplanationRef = builder.objectRef<Explanation>('Explanation').implement({
  description: 'One reason for a hit: what a channel found, at which rank, and what that adds to the score.',
  fields: (t) => ({
    channel: t.field({ type: SearchChannelEnum, resolve: (why) => why.channel }),
    rank: t.exposeInt('rank', { description: 'From 1, within the channel.' }),
    score: t.exposeFloat('score', { description: "The channel's own: cosine similarity, or text rank." }),
    part: t.exposeFloat('part', { description: 'What this reason adds to the score of the hit.' }),
    sentence: t.field({
      type: SentenceRef,
      nullable: true,
      resolve: (why, _args, { loaders }) => (why.sentence ? loaders.sentence.load(why.sentence.id) : null),
    }),
    highlights: t.field({
      type: [TextSpanRef],
      nullable: true,
      resolve: (why) => (why.highlights.length > 0 ? [...why.highlights] : null),
    }),
    seriesId: t.id({
      nullable: true,
      resolve: ({ seriesId }) => (seriesId ? encodeId('Series', seriesId) : null),
    }),
    xrayId: t.id({ nullable: true, resolve: ({ xrayId }) => (xrayId ? encodeId('Xray', xrayId) : null) }),
    view: t.field({ type: XrayViewEnum, nullable: true, resolve: (why) => why.view }),
    scoreParts: t.field({
      type: [ScorePartRef],
      description: 'Of a channel that compares sentences with regions; empty elsewhere. They sum to `score`.',
      extensions: cost({ listSize: 4 }),
      resolve: (why) => [...why.scoreParts],
    }),
  }),
});

const SearchEdgeRef = builder.objectRef<FoundCase>('SearchEdge').implement({
  fields: (t) => ({
    node: t.field({ type: CaseRef, resolve: (edge) => edge.node }),
    cursor: t.exposeString('cursor'),
    score: t.exposeFloat('score'),
    why: t.field({
      type: [ExplanationRef],
      extensions: cost({ listSize: 3 }),
      resolve: (edge) => [...edge.why],
    }),
  }),
});

const ChannelReportRef = builder.objectRef<ChannelReport>('ChannelReport').implement({
  description: 'How one channel answered.',
  fields: (t) => ({
    channel: t.field({ type: SearchChannelEnum, resolve: (report) => report.channel }),
    mode: t.field({ type: SearchModeEnum, resolve: (report) => report.mode }),
    candidates: t.exposeInt('candidates'),
    recallAt10: t.exposeFloat('recallAt10', {
      nullable: true,
      description: 'Measured against exact search when the index was built; null where the answer is exact.',
    }),
    space: t.exposeString('space', { nullable: true }),
    tookMs: t.exposeFloat('tookMs'),
  }),
});

export const SearchConnectionRef = builder.objectRef<FoundPage>('SearchConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [SearchEdgeRef], resolve: (page) => [...page.found] }),
    pageInfo: t.field({ type: builder.pageInfoRef(), resolve: (page) => page.pageInfo }),
    channels: t.field({ type: [ChannelReportRef], resolve: (page) => [...page.channels] }),
    shortfall: t.exposeInt('shortfall', {
      description: 'How many fewer hits than asked could be found, 0 when complete.',
    }),
    totalCount: t.exposeInt('totalCount', { nullable: true }),
    totalCountIsExact: t.exposeBoolean('totalCountIsExact'),
    queryFindings: t.field({
      type: [FindingMentionRef],
      description: 'What the text was understood to ask for.',
      resolve: (page) => [...page.queryFindings],
    }),
  }),
});

const SearchInput = builder.inputType('SearchInput', {
  description: 'At least one of text, xray (the id of an upload of kind QUERY_XRAY) and case.',
  fields: (t) => ({
    text: t.string(),
    xray: t.id(),
    case: t.id(),
    filter: t.field({ type: CaseFilterInput }),
  }),
});

builder.queryFields((t) => ({
  searchCases: t.field({
    type: SearchConnectionRef,
    extensions: cost({ ownCost: searchCost }),
    args: {
      input: t.arg({ type: SearchInput, required: true }),
      first: t.arg.int(),
      after: t.arg.string(),
    },
    resolve: (_root, { input, ...page }, context) => {
      const text = input.text?.trim() || undefined;
      const uploadId = input.xray ? decodeId('Upload', input.xray, 'xray') : undefined;
      const caseId = input.case ? decodeId('Case', input.case, 'case') : undefined;
      if (text !== undefined && text.length > context.limits.maxQueryChars) {
        throw new AppError('LIMIT_EXCEEDED', {
          message: `text has ${text.length} characters, at most ${context.limits.maxQueryChars} are searched with`,
          facts: { argument: 'text', allowed: context.limits.maxQueryChars, asked: text.length },
        });
      }
      context.resolvedCost += searchCost;
      return context.search({ text, uploadId, caseId, filter: input.filter ?? {}, ...page });
    },
  }),
}));

builder.objectFields(CaseRef, (t) => ({
  similar: t.field({
    type: SearchConnectionRef,
    description: 'Cases that look like this one, itself left out.',
    extensions: cost({ ownCost: searchCost }),
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: (study, page, context) => {
      context.resolvedCost += searchCost;
      return context.search({ caseId: study.id, ...page });
    },
  }),
}));
