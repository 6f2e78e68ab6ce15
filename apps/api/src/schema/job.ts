// Jobs: what runs, how far it is, what it made and what it refused; their events by query and by subscription.
import {
  importAdapterInputSchema,
  importAdapterResultSchema,
  ingestResultSchema,
  isErrorCode,
  segmentInputSchema,
  segmentResultSchema,
  type TrainingPoint,
  type TrainTaskResult,
  trainingPointSchema,
  trainTaskInputSchema,
  trainTaskResultSchema,
  verifyInputSchema,
  verifyResultSchema,
} from '@tomograph/kernel';
import { z } from 'zod';
import { builder, cost } from './builder.js';
import { CaseRef } from './case.js';
import { connectionOf } from './connection.js';
import { ErrorCodeEnum, JobStateEnum } from './enums.js';
import { decodeId } from './global-id.js';
import type { JobEventRecord, JobRecord } from './shapes.js';
import { UserErrorRef } from './user-error.js';

const maxEvents = 200;

export const JobRef = builder.objectRef<JobRecord>('Job');

const problemSchema = z.object({ kind: z.literal('problem'), case: z.number(), message: z.string() });

const TrainingPointRef = builder.objectRef<TrainingPoint>('TrainingPoint').implement({
  fields: (t) => ({
    step: t.exposeInt('step'),
    steps: t.exposeInt('steps', { description: 'Of the whole training.' }),
    loss: t.exposeFloat('loss'),
    dice: t.exposeFloat('dice', { description: 'Soft Dice of the batches since the last point.' }),
  }),
});

const TrainingOutcomeRef = builder.objectRef<TrainTaskResult>('TrainingOutcome').implement({
  fields: (t) => ({
    dice: t.exposeFloat('dice', { nullable: true, description: 'Mean over the test cases.' }),
    trainingCases: t.int({ resolve: ({ cases }) => cases.training }),
    testCases: t.int({ resolve: ({ cases }) => cases.test }),
    notes: t.stringList({ resolve: ({ notes }) => notes }),
    seconds: t.exposeFloat('seconds'),
  }),
});

export const JobEventRef = builder.objectRef<JobEventRecord>('JobEvent').implement({
  description: 'Numbered per job without gaps, so that a client can resume where it left.',
  fields: (t) => ({
    seq: t.exposeInt('seq'),
    at: t.field({ type: 'DateTime', resolve: (event) => event.at }),
    state: t.field({ type: JobStateEnum, resolve: (event) => event.state }),
    progress: t.exposeFloat('progress'),
    step: t.exposeString('step'),
    training: t.field({
      type: TrainingPointRef,
      nullable: true,
      description: 'A point of the curve of a training.',
      resolve: ({ data }) => trainingPointSchema.safeParse(data).data ?? null,
    }),
    problem: t.string({
      nullable: true,
      description: 'Something wrong with the data of a training, by the number of the case.',
      resolve: ({ data }) => {
        const problem = problemSchema.safeParse(data).data;
        return problem ? `case ${problem.case}: ${problem.message}` : null;
      },
    }),
  }),
});

const RefusedInputRef = builder
  .objectRef<{ source: string; code: string; message: string }>('RefusedInput')
  .implement({
    description: 'An input that could not be read, and why. `source` is its place in the upload.',
    fields: (t) => ({
      source: t.exposeString('source'),
      code: t.field({ type: ErrorCodeEnum, resolve: ({ code }) => (isErrorCode(code) ? code : 'INTERNAL') }),
      message: t.exposeString('message'),
    }),
  });

builder.node(JobRef, {
  id: { resolve: (job) => job.id },
  loadOne: (id, context) => context.loaders.job.load(id),
  fields: (t) => ({
    kind: t.exposeString('kind'),
    state: t.field({ type: JobStateEnum, resolve: (job) => job.state }),
    progress: t.exposeFloat('progress', { description: '0 to 1.' }),
    step: t.exposeString('step', { description: 'What is being done, for people.' }),
    createdAt: t.field({ type: 'DateTime', resolve: (job) => job.createdAt }),
    startedAt: t.field({ type: 'DateTime', nullable: true, resolve: (job) => job.startedAt }),
    finishedAt: t.field({ type: 'DateTime', nullable: true, resolve: (job) => job.finishedAt }),
    attempt: t.exposeInt('attempt'),
    error: t.field({ type: UserErrorRef, nullable: true, resolve: (job) => errorOf(job.error) }),
    cases: t.field({
      type: [CaseRef],
      description: 'The cases it made or found again, as far as the viewer may see them.',
      resolve: async (job, _args, { loaders }) => {
        const ids = [...new Set(resultOf(job)?.studies.map((study) => study.studyId) ?? [])];
        const cases = await Promise.all(ids.map((id) => loaders.case.load(id)));
        return cases.filter((study) => study !== null);
      },
    }),
    about: t.string({
      description:
        'What it is about: the name of a task, the versions of a segmentation. Empty for an ingest.',
      resolve: aboutOf,
    }),
    training: t.field({
      type: TrainingOutcomeRef,
      nullable: true,
      description: 'What a finished training came to.',
      resolve: ({ kind, result }) =>
        (kind === 'TRAIN_TASK' && trainTaskResultSchema.safeParse(result).data) || null,
    }),
    refused: t.field({ type: [RefusedInputRef], resolve: (job) => resultOf(job)?.refused ?? [] }),
    events: t.field({
      type: [JobEventRef],
      description: `Events after \`afterSeq\`, oldest first, at most ${maxEvents} at once.`,
      args: { afterSeq: t.arg.int() },
      extensions: cost({ ownCost: 50, listSize: 20 }), // two statements per job,
      resolve: (job, { afterSeq }, context) => context.db.jobEvents(job.id, afterSeq ?? 0, maxEvents),
    }),
  }),
});

const JobConnectionRef = connectionOf('Job', JobRef as never);

builder.queryFields((t) => ({
  job: t.field({
    type: JobRef,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, context) => context.loaders.job.load(decodeId('Job', args.id)),
  }),
  jobs: t.field({
    type: JobConnectionRef,
    description: 'Newest first.',
    args: { first: t.arg.int(), after: t.arg.string(), state: t.arg({ type: JobStateEnum }) },
    resolve: (_root, { state, ...page }, context) => context.db.jobs(page, { state }) as never,
  }),
}));

builder.subscriptionFields((t) => ({
  jobProgress: t.field({
    type: JobEventRef,
    description:
      'Events of a job until it ends, at /graphql/stream; `afterSeq` resumes after the last one seen.',
    args: { id: t.arg.id({ required: true }), afterSeq: t.arg.int() },
    subscribe: async (_root, args, { db, signal }) => {
      const job = await db.job(decodeId('Job', args.id)); // refused before the stream opens
      return db.watchJob(job.id, args.afterSeq ?? 0, { signal });
    },
    resolve: (event) => event,
  }),
}));

function aboutOf({ kind, input }: JobRecord): string {
  if (kind === 'TRAIN_TASK') return trainTaskInputSchema.safeParse(input).data?.name ?? '';
  if (kind === 'IMPORT_ADAPTER') return importAdapterInputSchema.safeParse(input).data?.name ?? '';
  if (kind === 'VERIFY') return verifyInputSchema.safeParse(input).data?.uri ?? '';
  return kind === 'SEGMENT' ? (segmentInputSchema.safeParse(input).data?.tasks.join(', ') ?? '') : '';
}

/** The version that a job made or certified. */
export function versionUriOf({ kind, result }: JobRecord): { model: string; version: number } | null {
  if (kind === 'TRAIN_TASK') return trainTaskResultSchema.safeParse(result).data ?? null;
  if (kind === 'IMPORT_ADAPTER') return importAdapterResultSchema.safeParse(result).data ?? null;
  return (kind === 'VERIFY' && verifyResultSchema.safeParse(result).data) || null;
}

export function segmentationIdOf({ kind, result }: JobRecord): string | null {
  return (kind === 'SEGMENT' && segmentResultSchema.safeParse(result).data?.segmentationId) || null;
}

function resultOf(job: JobRecord) {
  return ingestResultSchema.safeParse(job.result).data;
}

const storedError = z.object({ code: z.string(), message: z.string() });

function errorOf(stored: unknown) {
  const error = storedError.safeParse(stored).data;
  if (!error) return null;
  return {
    code: isErrorCode(error.code) ? error.code : ('INTERNAL' as const),
    message: error.message,
    field: null,
  };
}
