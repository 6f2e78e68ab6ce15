// Mutations that start work with models: segment, teach a task, replay canaries, take in an adapter from elsewhere.
import type { Sha256 } from '@tomograph/kernel';
import { addTask, segmentSeries, verifyModel } from '../../models/model-jobs.js';
import { taskLabels } from '../../models/task-labels.js';
import { builder, refuseLongList } from '../builder.js';
import { decodeId } from '../global-id.js';
import { settle } from '../user-error.js';
import { jobPayload } from './payload.js';

const SegmentSeriesInput = builder.inputType('SegmentSeriesInput', {
  fields: (t) => ({
    series: t.id({ required: true }),
    tasks: t.stringList({
      required: true,
      description:
        '`spleen` (its champion), `spleen/3`, `spleen@challenger`, a whole URI, or the name of a base for what it knows itself.',
    }),
    clientMutationId: t.string(),
  }),
});
const SegmentSeriesPayload = jobPayload('SegmentSeriesPayload');

const TaskLabelInput = builder.inputType('TaskLabelInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    value: t.int({ required: true, description: 'In the label maps, 1 to 65,535.' }),
    snomedCode: t.string(),
    snomedDisplay: t.string(),
  }),
});

const AddTaskInput = builder.inputType('AddTaskInput', {
  fields: (t) => ({
    upload: t.id({
      required: true,
      description: 'Of kind TASK_DATA: a zip in the layout of nnU-Net (imagesTr, labelsTr, dataset.json).',
    }),
    name: t.string({ required: true, description: 'Lower case letters, digits, . _ -' }),
    licence: t.string({ required: true, description: 'Of the adapter: an SPDX expression, or LicenseRef-…' }),
    description: t.string(),
    labels: t.field({ type: [TaskLabelInput], description: 'Over those of dataset.json.' }),
    base: t.string({ description: 'Needed when there are several.' }),
    steps: t.int(),
    rank: t.int(),
    batchSize: t.int(),
    seed: t.int(),
    clientMutationId: t.string(),
  }),
});
const AddTaskPayload = jobPayload('AddTaskPayload');

const VerifyModelInput = builder.inputType('VerifyModelInput', {
  fields: (t) => ({
    uri: t.string({ required: true }),
    project: t.id({ description: 'Whose job it is; needed when the API key has several projects.' }),
    clientMutationId: t.string(),
  }),
});
const VerifyModelPayload = jobPayload('VerifyModelPayload');

const ImportAdapterInput = builder.inputType('ImportAdapterInput', {
  fields: (t) => ({
    name: t.string({ required: true, description: 'Of the task.' }),
    adapterConfig: t.id({ required: true, description: 'Upload of kind ADAPTER: adapter_config.json.' }),
    adapterModel: t.id({ required: true, description: 'Upload of kind ADAPTER: adapter_model.safetensors.' }),
    adapterModelDigest: t.field({ type: 'Sha256', description: 'Other bytes are refused: BLOB_CORRUPT.' }),
    card: t.id({ description: 'Upload of kind ADAPTER: README.md.' }),
    licence: t.string({ description: 'Over the one in the card.' }),
    description: t.string(),
    labels: t.field({
      type: [TaskLabelInput],
      description: 'In the order of the classes; needed where the files name none.',
    }),
    base: t.string({ description: 'Needed when there are several.' }),
    declaresBase: t.boolean({ description: 'For files that name no base: it was trained on this one.' }),
    from: t.string({ description: 'Where it comes from, in words or as an address.' }),
    clientMutationId: t.string(),
  }),
});

const ImportAdapterPayload = jobPayload('ImportAdapterPayload');

builder.mutationFields((t) => ({
  segmentSeries: t.field({
    type: SegmentSeriesPayload,
    description: 'CURATOR. Starts a job; the same versions on the same series are the same job.',
    args: { input: t.arg({ type: SegmentSeriesInput, required: true }) },
    resolve: (_root, { input }, { db, models, limits }) =>
      settle(input.clientMutationId, async () => {
        refuseLongList('tasks', input.tasks, limits.maxFilterValues);
        return segmentSeries(db, models, {
          seriesId: decodeId('Series', input.series, 'series'),
          tasks: input.tasks,
        });
      }),
  }),
  addTask: t.field({
    type: AddTaskPayload,
    description: 'CURATOR. Starts a job that checks the data, trains, registers and certifies a task.',
    args: { input: t.arg({ type: AddTaskInput, required: true }) },
    resolve: (_root, { input }, { db, models }) =>
      settle(input.clientMutationId, async () => {
        const { clientMutationId: _, upload, labels, ...rest } = input;
        const given = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined);
        return addTask(db, models, {
          ...(Object.fromEntries(given) as typeof rest & { description: string }),
          labels: taskLabels(labels),
          uploadId: decodeId('Upload', upload, 'upload'),
        } as never);
      }),
  }),
  verifyModel: t.field({
    type: VerifyModelPayload,
    description: 'CURATOR. Starts a job that replays the canaries and issues a certificate anew.',
    args: { input: t.arg({ type: VerifyModelInput, required: true }) },
    resolve: (_root, { input }, { db, models }) =>
      settle(input.clientMutationId, async () =>
        verifyModel(db, models, {
          uri: input.uri,
          projectId: input.project ? decodeId('Project', input.project, 'project') : undefined,
        }),
      ),
  }),
  importAdapter: t.field({
    type: ImportAdapterPayload,
    description:
      'CURATOR. Verifies an adapter in the layout of PEFT against a base, then starts a job that runs, registers and certifies it; the same files and words are the same job.',
    args: { input: t.arg({ type: ImportAdapterInput, required: true }) },
    resolve: (_root, { input }, { importAdapter }) =>
      settle(input.clientMutationId, async () => {
        const upload = (argument: 'adapterConfig' | 'adapterModel' | 'card', id: string) =>
          decodeId('Upload', id, argument);
        return importAdapter({
          name: input.name,
          description: input.description ?? '',
          licence: input.licence ?? undefined,
          base: input.base ?? undefined,
          declaresBase: input.declaresBase ?? false,
          labels: taskLabels(input.labels),
          digest: (input.adapterModelDigest ?? undefined) as Sha256 | undefined,
          from: input.from ?? undefined,
          uploads: {
            config: upload('adapterConfig', input.adapterConfig),
            model: upload('adapterModel', input.adapterModel),
            card: input.card ? upload('card', input.card) : undefined,
          },
        });
      }),
  }),
}));
