// What the nodule model said of places in a series: a finding with everything that stands behind it, or a refusal with its
// reason. Never a number without its interval and warnings, never the embedding.
import type { AssessedNodule, NoduleAnswer, NoduleTarget } from '@tomograph/kernel';
import { nodulePictureUrl, noduleUrl } from '../server/nodule-files.js';
import { builder, cost } from './builder.js';
import { CaseRef } from './case.js';
import { ReadingNoteRef, SeriesRef } from './images.js';
import { JobRef } from './job.js';
import { ModelVersionRef } from './models/model-refs.js';
import { noduleAssessmentIdsOf } from './nodule-job.js';
import type { NoduleAssessmentRecord } from './shapes.js';

/** What the model is trained towards; every screen and file that shows an answer says it. */
const towards = "Towards radiologists' ratings, not histology. Research use only.";

interface Lps {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}
const lps = ([x, y, z]: readonly [number, number, number]): Lps => ({ x, y, z });

export const LpsPointRef = builder.objectRef<Lps>('LpsPoint').implement({
  description: 'A place in the patient, mm: x to the left, y to the back, z to the head.',
  fields: (t) => ({ x: t.exposeFloat('x'), y: t.exposeFloat('y'), z: t.exposeFloat('z') }),
});

const NoduleTargetRef = builder.objectRef<NoduleTarget>('NoduleTarget').implement({
  description: 'Where it was asked: a point, or a box from low to high.',
  fields: (t) => ({
    point: t.field({
      type: LpsPointRef,
      nullable: true,
      resolve: (target) => (target.kind === 'POINT' ? lps(target.point) : null),
    }),
    low: t.field({
      type: LpsPointRef,
      nullable: true,
      resolve: (target) => (target.kind === 'BOX' ? lps(target.low) : null),
    }),
    high: t.field({
      type: LpsPointRef,
      nullable: true,
      resolve: (target) => (target.kind === 'BOX' ? lps(target.high) : null),
    }),
  }),
});

export const refusalReasons = [
  'OUTSIDE_SCAN',
  'PADDING',
  'OUTSIDE_LUNG',
  'NO_NODULE_AT_POINT',
  'SLICES_TOO_FAR_APART',
  'OTHER',
] as const;
const RefusalReasonEnum = builder.enumType('NoduleRefusalReason', {
  description: 'OTHER: a reason of a newer model, said in the message.',
  values: refusalReasons,
});

type Refused = Extract<NoduleAnswer, { kind: 'REFUSED' }>;
const NoduleRefusalRef = builder.objectRef<Refused>('NoduleRefusal').implement({
  description: 'Why there is no answer for this place: no number is given.',
  fields: (t) => ({
    reason: t.field({
      type: RefusalReasonEnum,
      resolve: ({ reason }) => refusalReasons.find((known) => known === reason) ?? 'OTHER',
    }),
    message: t.exposeString('message'),
  }),
});

const NoduleOutcomeEnum = builder.enumType('NoduleOutcome', {
  description: 'By the ratings of radiologists, not by histology.',
  values: ['BENIGN', 'MALIGNANT'] as const,
});

const ProbabilityIntervalRef = builder
  .objectRef<{ low: number; high: number }>('ProbabilityInterval')
  .implement({
    fields: (t) => ({
      low: t.exposeFloat('low'),
      high: t.exposeFloat('high'),
      level: t.float({ resolve: () => 0.9 }),
    }),
  });

const NoduleAttributeRef = builder.objectRef<{ name: string; value: number }>('NoduleAttribute').implement({
  description: 'How readers would describe it.',
  fields: (t) => ({
    name: t.exposeString('name', { description: '`spiculation`, `margin`, `texture` …' }),
    value: t.exposeFloat('value', { description: 'From `least` to `most`.' }),
    least: t.float({ resolve: ({ name }) => (name === 'calcification' ? 0 : 1) }),
    most: t.float({ resolve: ({ name }) => (name === 'calcification' ? 1 : 5) }),
  }),
});

interface StoredNodule {
  readonly assessmentId: string;
  readonly number: number;
  readonly hasPicture: boolean;
  readonly outcome: 'BENIGN' | 'MALIGNANT';
  readonly diameterMm: number | null;
}
const StoredNoduleRef = builder.objectRef<StoredNodule>('StoredNodule').implement({
  description:
    'A nodule of the training set that goes with the weights (LIDC-IDRI, CC BY 3.0): its number says nothing about a patient.',
  fields: (t) => ({
    number: t.exposeInt('number'),
    outcome: t.field({ type: NoduleOutcomeEnum, resolve: ({ outcome }) => outcome }),
    diameterMm: t.exposeFloat('diameterMm', { nullable: true }),
    pictureUrl: t.string({
      nullable: true,
      description: 'Its middle slice, 32 × 32, lung window, PNG.',
      resolve: ({ assessmentId, number, hasPicture }) =>
        hasPicture ? nodulePictureUrl(assessmentId, number) : null,
    }),
    attribution: t.string({
      resolve: () => 'LIDC-IDRI, The Cancer Imaging Archive, CC BY 3.0 (Armato et al. 2011)',
    }),
  }),
});

interface Recalled {
  readonly member: number;
  readonly index: number;
  readonly outcome: 'BENIGN' | 'MALIGNANT';
  readonly weight: number;
  readonly example: StoredNodule | null;
}
const RecalledPrototypeRef = builder.objectRef<Recalled>('RecalledPrototype').implement({
  description: 'A prototype that drove the answer.',
  fields: (t) => ({
    member: t.exposeInt('member', { description: 'Number of the network that recalled it.' }),
    index: t.exposeInt('index'),
    outcome: t.field({ type: NoduleOutcomeEnum, resolve: ({ outcome }) => outcome }),
    weight: t.exposeFloat('weight', { description: 'Its share: all prototypes of one network give 1.' }),
    example: t.field({
      type: StoredNoduleRef,
      nullable: true,
      description: 'The stored nodule that looks most like it.',
      resolve: ({ example }) => example,
    }),
  }),
});

const NearestNoduleRef = builder
  .objectRef<{ distance: number; nodule: StoredNodule }>('NearestNodule')
  .implement({
    fields: (t) => ({
      distance: t.exposeFloat('distance', { description: 'Between embeddings: 0 is the same.' }),
      nodule: t.field({ type: StoredNoduleRef, resolve: ({ nodule }) => nodule }),
    }),
  });

type Found = NoduleAssessmentRecord & { readonly answer: AssessedNodule };
const NoduleFindingRef = builder.objectRef<Found>('NoduleFinding').implement({
  description: towards,
  fields: (t) => ({
    probability: t.float({
      description: 'Calibrated: that radiologists would rate it malignant.',
      resolve: ({ answer }) => answer.probability,
    }),
    interval: t.field({
      type: ProbabilityIntervalRef,
      resolve: ({ answer: { interval } }) => ({ low: interval[0], high: interval[1] }),
    }),
    longestDiameterMm: t.float({
      description: 'In the axial slice where it is largest.',
      resolve: ({ answer }) => answer.diameterMm,
    }),
    perpendicularDiameterMm: t.float({
      description: 'Across the longest one in the same slice.',
      resolve: ({ answer }) => answer.perpendicularMm,
    }),
    ballDiameterMm: t.float({
      description: 'Of a ball of the same volume.',
      resolve: ({ answer }) => answer.ballDiameterMm,
    }),
    volumeMm3: t.float({ resolve: ({ answer }) => answer.volumeMm3 }),
    centre: t.field({ type: LpsPointRef, resolve: ({ answer }) => lps(answer.centre) }),
    attributes: t.field({
      type: [NoduleAttributeRef],
      description: 'By name.',
      extensions: cost({ listSize: 7 }),
      resolve: ({ answer }) =>
        Object.entries(answer.attributes)
          .map(([name, value]) => ({ name, value }))
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
    }),
    prototypes: t.field({
      type: [RecalledPrototypeRef],
      description: 'Heaviest first.',
      extensions: cost({ listSize: 4 }),
      resolve: ({ id, answer }) =>
        answer.prototypes.map(({ example, ...rest }) => ({
          ...rest,
          example: example === null ? null : storedNodule(id, answer, example),
        })),
    }),
    nearest: t.field({
      type: [NearestNoduleRef],
      description: 'Stored nodules with known outcome that look most alike, nearest first.',
      extensions: cost({ listSize: 5 }),
      resolve: ({ id, answer }) =>
        answer.nearest.map(({ distance, id: number }) => ({
          distance,
          nodule: storedNodule(id, answer, number)!, // one of the nearest itself
        })),
    }),
    warnings: t.field({
      type: [ReadingNoteRef],
      description: 'What makes the answer less sure.',
      resolve: ({ answer }) => answer.warnings,
    }),
    maskUrl: t.string({
      nullable: true,
      description:
        'Its mask as .nii.gz: voxel on voxel with the series, cut out round the nodule. Null where it lies between slices.',
      resolve: ({ id, maskBlob }) => (maskBlob === null ? null : noduleUrl(id, 'mask')),
    }),
    segUrl: t.string({
      nullable: true,
      description: 'The mask as DICOM SEG.',
      resolve: ({ id, segBlob }) => (segBlob === null ? null : noduleUrl(id, 'seg')),
    }),
    srUrl: t.string({
      nullable: true,
      description: 'DICOM SR (Comprehensive 3D, TID 1500) that refers to the DICOM SEG.',
      resolve: ({ id, srBlob }) => (srBlob === null ? null : noduleUrl(id, 'sr')),
    }),
  }),
});

/** Of any stored nodule that the answer names; null for a number that it does not. */
function storedNodule(
  assessmentId: string,
  { nearest, examples, pictures }: AssessedNodule,
  number: number,
): StoredNodule | null {
  const known = nearest.find(({ id }) => id === number) ?? examples[number];
  if (known === undefined) return null;
  const { outcome, diameterMm } = known;
  return { assessmentId, number, hasPicture: pictures[number] !== undefined, outcome, diameterMm };
}

export const NoduleAssessmentRef = builder.objectRef<NoduleAssessmentRecord>('NoduleAssessment');

builder.node(NoduleAssessmentRef, {
  description: `One place in a series and what one version of the nodule model said of it: \`finding\` or \`refusal\`. ${towards}`,
  id: { resolve: (assessment) => assessment.id },
  loadOne: (id, context) => context.loaders.noduleAssessment.load(id),
  fields: (t) => ({
    createdAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => createdAt }),
    series: t.field({
      type: SeriesRef,
      nullable: true,
      resolve: ({ seriesId }, _args, { loaders }) => loaders.series.load(seriesId),
    }),
    manifest: t.field({
      type: 'Sha256',
      description: 'Of the model that answered.',
      resolve: ({ model }) => model,
    }),
    model: t.field({
      type: ModelVersionRef,
      nullable: true,
      description: 'The model that answered, where it is registered here.',
      resolve: ({ model }, _args, { models }) => models.versionOfManifest(model),
    }),
    target: t.field({ type: NoduleTargetRef, resolve: ({ target }) => target }),
    finding: t.field({
      type: NoduleFindingRef,
      nullable: true,
      resolve: (row) => (row.answer.kind === 'ASSESSED' ? ({ ...row, answer: row.answer } as Found) : null),
    }),
    refusal: t.field({
      type: NoduleRefusalRef,
      nullable: true,
      resolve: ({ answer }) => (answer.kind === 'REFUSED' ? answer : null),
    }),
  }),
});

builder.objectFields(SeriesRef, (t) => ({
  noduleAssessments: t.field({
    type: [NoduleAssessmentRef],
    description: 'Newest first, at most 200.',
    extensions: cost({ listSize: 4 }),
    resolve: (series, _args, { loaders }) => loaders.noduleAssessmentsOfSeries.load(series.id),
  }),
}));

builder.objectFields(CaseRef, (t) => ({
  noduleAssessments: t.field({
    type: [NoduleAssessmentRef],
    description: 'Of all its series, newest first.',
    extensions: cost({ listSize: 4 }),
    resolve: async (study, _args, { loaders }) => {
      const series = await loaders.seriesOfCase.load(study.id);
      const all = await Promise.all(series.map(({ id }) => loaders.noduleAssessmentsOfSeries.load(id)));
      return all.flat().sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
    },
  }),
}));

builder.objectFields(JobRef, (t) => ({
  noduleAssessments: t.field({
    type: [NoduleAssessmentRef],
    description: 'What a finished assessment made or found again, in the order of its places.',
    extensions: cost({ listSize: 4 }),
    resolve: async (job, _args, { loaders }) => {
      const found = await Promise.all(
        noduleAssessmentIdsOf(job).map((id) => loaders.noduleAssessment.load(id)),
      );
      return found.filter((assessment) => assessment !== null);
    },
  }),
}));
