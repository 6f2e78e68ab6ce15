// What a learned space says of one case: findings by prompts, a drafted report, and where in the body the evidence lies.
import { AppError } from '@tomograph/kernel';
import type { ReportFact } from '@tomograph/retrieval';
import type { RequestContext } from '../context.js';
import type {
  DraftedReport,
  DraftedSentence,
  FindingAnswer,
  MeaningPort,
  RegionBox,
  RegionEvidence,
  ZeroShotResult,
} from '../meaning/meaning-port.js';
import { findingOf } from '../vocabulary.js';
import { builder, cost, refuseLongList } from './builder.js';
import { CaseRef } from './case.js';
import { FindingRef } from './finding.js';
import { decodeId, encodeId } from './global-id.js';
import { SeriesRef } from './images.js';
import { SentenceRef } from './report.js';

/** Reading vectors, and a network for prompts that are new. */
const readingCost = 100;
/** Opens a whole volume. */
const boxCost = 500;
/** The words of the worker say the true caps; these keep a list from being walked at all. */
const maxListed = 100;

const regionOrder = '`cell-N`, counted from the feet up, front to back, right to left.';

const RegionEvidenceRef = builder.objectRef<RegionEvidence>('RegionEvidence').implement({
  description: 'Where in the body the evidence for a finding lies.',
  fields: (t) => ({
    region: t.string({
      description: `The region that speaks for it most: ${regionOrder}`,
      resolve: ({ cell }) => `cell-${cell}`,
    }),
    score: t.float({
      description: 'Cosine to what affirms minus cosine to what denies, of that region.',
      resolve: ({ cell, heat }) => heat[cell] ?? 0,
    }),
    heat: t.floatList({
      description: 'The same of every region, in their order.',
      resolve: ({ heat }) => Array.from(heat),
    }),
  }),
});

const PromptsUsedRef = builder
  .objectRef<{ present: readonly string[]; absent: readonly string[] }>('PromptsUsed')
  .implement({
    fields: (t) => ({
      present: t.stringList({ resolve: ({ present }) => [...present] }),
      absent: t.stringList({ resolve: ({ absent }) => [...absent] }),
    }),
  });

const CalibrationRef = builder
  .objectRef<{ positives: number; cases: number }>('FindingCalibration')
  .implement({
    description: 'How many validation cases the probability rests on.',
    fields: (t) => ({ positives: t.exposeInt('positives'), cases: t.exposeInt('cases') }),
  });

const ZeroShotFindingRef = builder.objectRef<FindingAnswer>('ZeroShotFinding').implement({
  fields: (t) => ({
    finding: t.field({
      type: FindingRef,
      nullable: true,
      description: 'Null for prompts of the caller.',
      resolve: ({ code }) => (code === null ? null : findingOf(code)),
    }),
    isCalibrated: t.boolean({ resolve: ({ probability }) => probability !== null }),
    probability: t.float({
      nullable: true,
      description: 'Null where nothing calibrates the score: it is then no probability.',
      resolve: ({ probability }) => probability,
    }),
    threshold: t.float({
      nullable: true,
      description: 'Of the probability, chosen on validation cases.',
      resolve: ({ threshold }) => threshold,
    }),
    isPresent: t.boolean({
      nullable: true,
      resolve: ({ probability, threshold }) =>
        probability === null || threshold === null ? null : probability >= threshold,
    }),
    score: t.exposeFloat('score', { description: 'What the probability is made of: −2 to 2.' }),
    calibration: t.field({
      type: CalibrationRef,
      nullable: true,
      resolve: ({ calibration }) => calibration,
    }),
    prompts: t.field({ type: PromptsUsedRef, resolve: ({ prompts }) => prompts }),
    evidence: t.field({ type: RegionEvidenceRef, resolve: (answer) => answer }),
  }),
});

const ZeroShotRef = builder.objectRef<ZeroShotResult>('ZeroShot').implement({
  description: 'Findings of a CT by comparing it with prompts. Research use only.',
  fields: (t) => ({
    seriesId: t.id({
      description: 'The CT that was read.',
      resolve: ({ seriesId }) => encodeId('Series', seriesId),
    }),
    space: t.exposeString('space', { description: '`biud@1`' }),
    cells: t.exposeInt('cells', { description: 'Regions along each axis of the body.' }),
    findings: t.field({
      type: [ZeroShotFindingRef],
      description: 'In the order asked; of all calibrated ones, the most probable first.',
      extensions: cost({ listSize: 24 }),
      resolve: ({ findings }) => [...findings],
    }),
  }),
});

const NearestFactRef = builder.objectRef<ReportFact>('NearestFact').implement({
  description: 'What a report near to this CT says of the finding.',
  fields: (t) => ({
    case: t.field({
      type: CaseRef,
      nullable: true,
      resolve: ({ studyId }, _args, { loaders }) => loaders.case.load(studyId),
    }),
    sentence: t.field({
      type: SentenceRef,
      nullable: true,
      resolve: ({ sentenceId }, _args, { loaders }) => loaders.sentence.load(sentenceId),
    }),
    similarity: t.exposeFloat('similarity', { description: 'Cosine of the report to the CT.' }),
  }),
});

const DraftSentenceRef = builder.objectRef<DraftedSentence>('DraftSentence').implement({
  fields: (t) => ({
    text: t.exposeString('text'),
    finding: t.field({ type: FindingRef, nullable: true, resolve: ({ finding }) => findingOf(finding) }),
    isPresent: t.exposeBoolean('isPresent'),
    side: t.string({ nullable: true, resolve: ({ side }) => side ?? null }),
    probability: t.exposeFloat('probability'),
    threshold: t.exposeFloat('threshold'),
    prompts: t.stringList({ resolve: ({ prompts }) => [...prompts] }),
    evidence: t.field({ type: RegionEvidenceRef, resolve: (sentence) => sentence }),
    nearestFacts: t.field({
      type: [NearestFactRef],
      extensions: cost({ listSize: 3 }),
      resolve: ({ nearestFacts }) => [...nearestFacts],
    }),
  }),
});

const DraftReportRef = builder.objectRef<DraftedReport>('DraftReport').implement({
  description: 'A draft for a reader who checks it. It states no sizes. Research use only.',
  fields: (t) => ({
    seriesId: t.id({ resolve: ({ seriesId }) => encodeId('Series', seriesId) }),
    space: t.exposeString('space'),
    cells: t.exposeInt('cells'),
    text: t.exposeString('text'),
    sentences: t.field({
      type: [DraftSentenceRef],
      extensions: cost({ listSize: 12 }),
      resolve: ({ sentences }) => [...sentences],
    }),
  }),
});

const RegionBoxRef = builder.objectRef<RegionBox>('RegionBox').implement({
  description:
    'The box of the patient that the regions divide evenly, mm along R, A, S as in the stored volume.',
  fields: (t) => ({
    // LPS -> RAS: the first two axes turn round
    lowMm: t.floatList({ resolve: ({ low, high }) => [-high[0], -high[1], low[2]] }),
    highMm: t.floatList({ resolve: ({ low, high }) => [-low[0], -low[1], high[2]] }),
  }),
});

const PromptPairInput = builder.inputType('PromptPair', {
  description: 'Up to 10 texts on each side; what denies is made from what affirms where it is left out.',
  fields: (t) => ({ present: t.stringList({ required: true }), absent: t.stringList() }),
});

builder.queryFields((t) => ({
  zeroShot: t.field({
    type: ZeroShotRef,
    description: 'With neither findings nor prompts: every finding that is calibrated.',
    extensions: cost({ ownCost: readingCost }),
    args: {
      study: t.arg.id({ required: true, description: 'Of a Case.' }),
      findings: t.arg.stringList({ description: 'Codes, names or synonyms of the vocabulary; up to 60.' }),
      prompts: t.arg({
        type: [PromptPairInput],
        description: 'Up to 10 pairs of your own: never calibrated.',
      }),
    },
    resolve: (_root, { study, findings, prompts }, context) => {
      const id = decodeId('Case', study, 'study');
      refuseLongList('findings', findings, maxListed);
      refuseLongList('prompts', prompts, maxListed);
      for (const pair of prompts ?? []) {
        refuseLongList('prompts.present', pair.present, maxListed);
        refuseLongList('prompts.absent', pair.absent, maxListed);
      }
      context.resolvedCost += readingCost;
      const request = {
        findings: findings ?? undefined,
        prompts: prompts?.map(({ present, absent }) => ({ present, absent: absent ?? undefined })),
      };
      return portOf(context).zeroShot(id, request, context.viewer, context.signal);
    },
  }),
  draftReport: t.field({
    type: DraftReportRef,
    extensions: cost({ ownCost: readingCost }),
    args: { study: t.arg.id({ required: true, description: 'Of a Case.' }) },
    resolve: (_root, { study }, context) => {
      const id = decodeId('Case', study, 'study');
      context.resolvedCost += readingCost;
      return portOf(context).draftReport(id, context.viewer, context.signal);
    },
  }),
}));

builder.objectFields(SeriesRef, (t) => ({
  regionBox: t.field({
    type: RegionBoxRef,
    nullable: true,
    description: 'Of a CT with a body in it. Reads the volume: ask for one series at a time.',
    extensions: cost({ ownCost: boxCost }),
    resolve: (series, _args, context) => {
      if (series.modality !== 'CT' || context.meaning === undefined) return null;
      context.resolvedCost += boxCost;
      return context.meaning.regionBox(series.id, context.viewer, context.signal);
    },
  }),
}));

function portOf({ meaning }: RequestContext): MeaningPort {
  if (meaning !== undefined) return meaning;
  throw new AppError('PROVIDER_UNAVAILABLE', {
    message: 'this server has no learned space to read cases with',
  });
}
