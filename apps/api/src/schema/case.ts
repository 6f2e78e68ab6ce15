// A case: what was made of one patient at one visit, and the list of all cases a viewer may see.
import type { CaseFilter } from '@tomograph/data';
import { blobUrl } from '../server/blob-paths.js';
import { builder, cost, refuseLongList } from './builder.js';
import { edgeOf } from './connection.js';
import { BodyPartEnum, ModalityEnum, SexEnum } from './enums.js';
import { FindingMentionRef } from './finding.js';
import { decodeId } from './global-id.js';
import { SeriesRef, XrayRef } from './images.js';
import { mentionsOfAll, ReportRef } from './report.js';
import type { Page, StudyRecord } from './shapes.js';

export const CaseRef = builder.objectRef<StudyRecord>('Case');

builder.node(CaseRef, {
  id: { resolve: (study) => study.id },
  loadOne: (id, context) => context.loaders.case.load(id),
  fields: (t) => ({
    label: t.exposeString('label', { description: 'A short name of the case, not of a patient.' }),
    patientKey: t.string({
      description: 'First 8 characters of the pseudonym: equal for cases of one patient.',
      resolve: (study) => study.patientKey.slice(0, 8),
    }),
    sex: t.field({ type: SexEnum, resolve: (study) => study.sex }),
    ageBand: t.exposeInt('ageBand', { nullable: true, description: 'Decade: 60 = 60 to 69 years.' }),
    shiftedDay: t.field({
      type: 'Date',
      nullable: true,
      resolve: (study) => study.shiftedDay?.toISOString().slice(0, 10) ?? null,
    }),
    bodyPart: t.field({ type: BodyPartEnum, resolve: (study) => study.bodyPart }),
    modalities: t.field({ type: [ModalityEnum], resolve: (study) => [...study.modalities] }),
    isDemo: t.exposeBoolean('isDemo'),
    createdAt: t.field({ type: 'DateTime', resolve: (study) => study.createdAt }),
    series: t.field({
      type: [SeriesRef],
      resolve: (study, _args, context) => context.loaders.seriesOfCase.load(study.id),
    }),
    xrays: t.field({
      type: [XrayRef],
      resolve: (study, _args, context) => context.loaders.xraysOfCase.load(study.id),
    }),
    reports: t.field({
      type: [ReportRef],
      extensions: cost({ listSize: 2 }),
      resolve: (study, _args, context) => context.loaders.reportsOfCase.load(study.id),
    }),
  }),
});

builder.objectFields(CaseRef, (t) => ({
  findings: t.field({
    type: [FindingMentionRef],
    description: 'Of its reports, present ones first.',
    extensions: cost({ listSize: 6 }),
    resolve: async (study, _args, { loaders }) => {
      const reports = await loaders.reportsOfCase.load(study.id);
      const sentences = await Promise.all(reports.map((report) => loaders.sentencesOfReport.load(report.id)));
      return mentionsOfAll(sentences.flat());
    },
  }),
  thumbnailUrl: t.string({
    nullable: true,
    description: 'A picture for a grid: of its first volume, else of its first X-ray.',
    resolve: async (study, _args, { loaders }) => {
      const series = (await loaders.seriesOfCase.load(study.id))[0];
      if (series) return blobUrl('series', series.id, 'coronal');
      const xray = (await loaders.xraysOfCase.load(study.id))[0];
      return xray ? blobUrl('xrays', xray.id, 'thumbnail') : null;
    },
  }),
}));

export const CaseFilterInput = builder.inputType('CaseFilter', {
  description: 'Lists are alternatives, fields are all required; `from` and `to` are shifted days.',
  fields: (t) => ({
    modality: t.field({ type: [ModalityEnum] }),
    bodyPart: t.field({ type: [BodyPartEnum] }),
    sex: t.field({ type: [SexEnum] }),
    ageBand: t.intList(),
    from: t.field({ type: 'Date' }),
    to: t.field({ type: 'Date' }),
    finding: t.stringList({ description: 'Codes of findings that a report of the case says are present.' }),
    demo: t.boolean(),
  }),
});
export type CaseFilterArgs = typeof CaseFilterInput.$inferInput;

interface CaseConnectionShape extends Page<StudyRecord> {
  readonly filter: CaseFilter;
}

const CaseEdgeRef = edgeOf('Case', CaseRef as never);
const CaseConnectionRef = builder.objectRef<CaseConnectionShape>('CaseConnection').implement({
  fields: (t) => ({
    edges: t.field({ type: [CaseEdgeRef], resolve: (page) => [...page.edges] as never }),
    pageInfo: t.field({ type: builder.pageInfoRef(), resolve: (page) => page.pageInfo }),
    totalCount: t.int({
      nullable: true,
      resolve: (page, _args, context) => context.db.countCases(page.filter),
    }),
    totalCountIsExact: t.boolean({ resolve: () => true }),
  }),
});

builder.queryFields((t) => ({
  cases: t.field({
    type: CaseConnectionRef,
    description: 'All cases the viewer may see, newest first.',
    args: {
      first: t.arg.int(),
      after: t.arg.string(),
      last: t.arg.int(),
      before: t.arg.string(),
      filter: t.arg({ type: CaseFilterInput }),
    },
    resolve: async (_root, { filter, ...page }, context) => {
      for (const [name, value] of Object.entries(filter ?? {})) {
        if (Array.isArray(value)) refuseLongList(`filter.${name}`, value, context.limits.maxFilterValues);
      }
      return { ...(await context.db.cases(page, withDays(filter))), filter: withDays(filter) };
    },
  }),
  case: t.field({
    type: CaseRef,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, context) => context.loaders.case.load(decodeId('Case', args.id)),
  }),
}));

/** Days as packages/data compares them: midnight UTC. */
function withDays(filter: CaseFilterArgs | null | undefined): CaseFilter {
  const day = (text: string | null | undefined) => (text ? new Date(`${text}T00:00:00Z`) : null);
  return { ...filter, from: day(filter?.from), to: day(filter?.to) };
}
