// What tasks found in a series: structures with their volumes, conflicts between tasks, files. Not the voxels.
import type { SegmentationConflicts, SegmentationStructure, SegmentationTask } from '@tomograph/data';
import { segmentationUrl } from '../server/blob-paths.js';
import { builder, cost } from './builder.js';
import { CaseRef } from './case.js';
import { SeriesRef } from './images.js';
import { JobRef, segmentationIdOf } from './job.js';
import { SnomedCodeRef } from './models/model-parts.js';
import type { SegmentationRecord } from './shapes.js';

export const SegmentationRef = builder.objectRef<SegmentationRecord>('Segmentation');

const TaskOutcomeEnum = builder.enumType('SegmentationTaskOutcome', {
  description: 'SKIPPED: the part of the body that the task is for is not in the series.',
  values: ['DONE', 'SKIPPED'] as const,
});

const SegmentationTaskRef = builder.objectRef<SegmentationTask>('SegmentationTask').implement({
  fields: (t) => ({
    task: t.exposeString('task', { description: '`models:/name/version`' }),
    manifest: t.field({ type: 'Sha256', resolve: ({ manifest }) => manifest }),
    outcome: t.field({ type: TaskOutcomeEnum, resolve: ({ outcome }) => outcome }),
  }),
});

const StructureRef = builder.objectRef<SegmentationStructure>('SegmentedStructure').implement({
  fields: (t) => ({
    value: t.exposeInt('value', { description: 'In the label map, 1 to 65,535.' }),
    name: t.exposeString('name'),
    snomed: t.field({ type: SnomedCodeRef, nullable: true, resolve: ({ snomed }) => snomed }),
    colour: t.exposeString('colour', { description: '`#rrggbb`, the same for a structure everywhere.' }),
    task: t.exposeString('task', { description: '`models:/name/version`' }),
    voxels: t.exposeInt('voxels'),
    volumeMl: t.exposeFloat('volumeMl'),
  }),
});

type Pair = SegmentationConflicts['pairs'][number];
const ConflictPairRef = builder.objectRef<Pair>('SegmentationConflictPair').implement({
  fields: (t) => ({
    structures: t.stringList({ resolve: ({ organs }) => [...organs] }),
    voxels: t.exposeInt('voxels'),
  }),
});

const ConflictsRef = builder.objectRef<SegmentationConflicts>('SegmentationConflicts').implement({
  description: 'Where tasks disagreed: merged by a rule, never in silence.',
  fields: (t) => ({
    voxels: t.exposeInt('voxels', { description: 'Claimed by more than one structure.' }),
    foreground: t.exposeInt('foreground', { description: 'Claimed by at least one.' }),
    pairs: t.field({
      type: [ConflictPairRef],
      extensions: cost({ listSize: 10 }),
      resolve: ({ pairs }) => pairs,
    }),
  }),
});

builder.node(SegmentationRef, {
  id: { resolve: (segmentation) => segmentation.id },
  loadOne: (id, context) => context.loaders.segmentation.load(id),
  fields: (t) => ({
    createdAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => createdAt }),
    series: t.field({
      type: SeriesRef,
      nullable: true,
      resolve: ({ seriesId }, _args, { loaders }) => loaders.series.load(seriesId),
    }),
    base: t.field({
      type: 'Sha256',
      description: 'Manifest of the base.',
      resolve: ({ base }) => base,
    }),
    tasks: t.field({ type: [SegmentationTaskRef], resolve: ({ tasks }) => tasks }),
    structures: t.field({
      type: [StructureRef],
      extensions: cost({ listSize: 20 }),
      resolve: ({ structures }) => structures,
    }),
    conflicts: t.field({ type: ConflictsRef, resolve: ({ conflicts }) => conflicts }),
    geometryDigest: t.field({
      type: 'Sha256',
      description: 'Of the grid of the series: equal digests lie voxel on voxel.',
      resolve: ({ geometryDigest }) => geometryDigest,
    }),
    labelsUrl: t.string({
      description: 'Label map, .nii.gz, 16 bit.',
      resolve: ({ id }) => segmentationUrl(id, 'labels'),
    }),
    dicomUrl: t.string({
      nullable: true,
      description: 'DICOM SEG with overlap kept; null where nothing was found.',
      resolve: ({ id, dicomBlob }) => (dicomBlob === null ? null : segmentationUrl(id, 'dicom')),
    }),
    device: t.string({
      description: 'On what it was computed.',
      resolve: ({ runtime }) => [runtime.provider, runtime.device].filter(Boolean).join(': '),
    }),
  }),
});

builder.objectFields(SeriesRef, (t) => ({
  segmentations: t.field({
    type: [SegmentationRef],
    description: 'Newest first.',
    extensions: cost({ listSize: 2 }),
    resolve: (series, _args, { loaders }) => loaders.segmentationsOfSeries.load(series.id),
  }),
}));

builder.objectFields(CaseRef, (t) => ({
  segmentations: t.field({
    type: [SegmentationRef],
    description: 'Of all its series, newest first.',
    extensions: cost({ listSize: 2 }),
    resolve: async (study, _args, { loaders }) => {
      const series = await loaders.seriesOfCase.load(study.id);
      const all = await Promise.all(series.map(({ id }) => loaders.segmentationsOfSeries.load(id)));
      return all.flat().sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
    },
  }),
}));

builder.objectFields(JobRef, (t) => ({
  segmentation: t.field({
    type: SegmentationRef,
    nullable: true,
    description: 'What a finished segmentation made or found again.',
    resolve: (job, _args, { loaders }) => {
      const id = segmentationIdOf(job);
      return id === null ? null : loaders.segmentation.load(id);
    },
  }),
}));
