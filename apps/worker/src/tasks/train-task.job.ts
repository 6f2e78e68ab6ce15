// TRAIN_TASK: quarantine → checked cases → adapter → registered version → certificate. Every step can be repeated: a job
// taken over from a dead worker of this machine goes on from its last checkpoint, and ends with the same version.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClaimedJob, JobContext } from '@tomograph/data';
import {
  type TrainingPoint,
  type TrainTaskInput,
  type TrainTaskResult,
  trainTaskInputSchema,
} from '@tomograph/kernel';
import { type Adapter, writeAdapterFiles } from '@tomograph/models';
import type { Provenance } from '@tomograph/registry';
import type { WorkerDependencies } from '../dependencies.js';
import { quarantinedInput } from '../ingest/quarantined-input.js';
import { uriOfTask } from '../registry/choose-tasks.js';
import type { BaseSession } from '../registry/model-house.js';
import { shippedBaseName } from '../registry/shipped-base.js';
import { certify, registerAdapter } from './register-adapter.js';
import { measureTask, type TaskMetrics, teachTask } from './teach-task.js';
import { saveTestSet } from './test-set.js';
import { readTrainingData, type TrainingData } from './training-data.js';

/** Points of the curve, so that a long training does not fill the table of events. */
const maxPoints = 200;

export async function runTrainTask(
  job: ClaimedJob,
  context: JobContext,
  deps: WorkerDependencies,
): Promise<TrainTaskResult> {
  const started = performance.now();
  const input = trainTaskInputSchema.parse(job.input);
  const { home } = deps.config;
  const path = await quarantinedInput(home, input.quarantine);
  const work = trainingFolder(home, job.id);
  await context.progress(0, 'loading the base');
  await deps.models.prepare();
  const session = await baseFor(input, deps);
  const data = await readData(path, work, input, session, context, deps);
  const adapter = await train(data, work, input, session, context);
  await context.progress(0.8, 'measuring');
  const measured = await measureTask(session, adapter, data, {
    signal: context.signal,
    onProgress: (share) => void context.progress(0.8 + 0.08 * share, 'measuring'),
  });
  const row = await register(adapter, data, measured, input, session, job, deps);
  await saveTestSet(home, row.manifest, data.test);
  await context.progress(0.9, 'replaying canaries');
  const { document, digest } = await certify(deps.models, row, {
    home,
    who: input.who,
    why: 'trained here',
    signal: context.signal,
    onProgress: (share) => void context.progress(0.9 + 0.1 * share, 'replaying canaries'),
  });
  // Only now: a job that is repeated needs its input and its checkpoint again.
  await rm(path, { recursive: true, force: true });
  await rm(work, { recursive: true, force: true });
  return {
    model: row.model,
    version: row.version,
    manifest: row.manifest,
    verdict: document.verdict,
    certificate: digest,
    dice: measured.dice,
    cases: { training: data.train.length, test: data.test.length },
    notes: [...data.notes],
    seconds: Math.round(performance.now() - started) / 1000,
  };
}

/** Checkpoint and scratch of one job; sweepQuarantine removes what cancelled jobs leave. */
export function trainingFolder(home: string, jobId: string): string {
  return join(home, 'training', jobId);
}

async function baseFor({ base }: TrainTaskInput, { models }: WorkerDependencies): Promise<BaseSession> {
  const row = await models.registry.resolve(uriOfTask(base ?? shippedBaseName));
  return models.house.base(row.manifest);
}

async function readData(
  path: string,
  work: string,
  input: TrainTaskInput,
  session: BaseSession,
  context: JobContext,
  { compute }: WorkerDependencies,
): Promise<TrainingData> {
  const said: Promise<void>[] = [];
  try {
    return await readTrainingData({
      path,
      scratch: join(work, 'unpacked'),
      labels: input.labels,
      preprocessing: session.manifest.preprocessing,
      compute,
      seed: input.seed,
      signal: context.signal,
      onProgress: (done, total) => void context.progress((0.1 * done) / total, 'reading the cases'),
      onProblem: (problem) => void said.push(context.event({ kind: 'problem', ...problem })),
    });
  } finally {
    await Promise.allSettled(said);
  }
}

async function train(
  data: TrainingData,
  work: string,
  input: TrainTaskInput,
  session: BaseSession,
  context: JobContext,
): Promise<Adapter> {
  const { steps } = input;
  const every = Math.max(1, Math.ceil(steps / maxPoints));
  let written: Promise<unknown> = context.progress(0.1, 'training');
  let sums = { loss: 0, dice: 0, n: 0 };
  const adapter = await teachTask(session, data, input, {
    checkpoint: join(work, 'checkpoint'),
    signal: context.signal,
    onStep: ({ step, loss, dice }) => {
      sums = { loss: sums.loss + loss, dice: sums.dice + dice, n: sums.n + 1 };
      if (step % every !== 0 && step !== steps) return;
      const point: TrainingPoint = {
        kind: 'training',
        step,
        steps,
        loss: sums.loss / sums.n,
        dice: sums.dice / sums.n,
      };
      sums = { loss: 0, dice: 0, n: 0 };
      written = written
        .then(() => context.event(point))
        .then(() => context.progress(0.1 + (0.7 * step) / steps, 'training'));
      written.catch(() => undefined); // heard below
    },
  });
  await written;
  return adapter;
}

async function register(
  adapter: Adapter,
  data: TrainingData,
  { metrics }: TaskMetrics,
  input: TrainTaskInput,
  session: BaseSession,
  job: ClaimedJob,
  { database, models }: WorkerDependencies,
) {
  // not now(): a repeated job must make the same manifest, whose digest is its id
  const [asked] = await database.query<{ createdAt: Date }>(
    'select created_at as "createdAt" from job where id = $1',
    [job.id],
  );
  const { config, weights } = writeAdapterFiles(adapter, session.manifest.name);
  const provenance: Provenance = {
    origin: 'trained',
    createdAt: asked!.createdAt.toISOString(),
    createdBy: input.who,
    code: null,
    seed: input.seed,
    steps: input.steps,
    method: `low-rank factors of rank ${input.rank} and a private head; soft Dice + cross entropy with deep supervision, AdamW, cosine rate; crops of ${input.batchSize} a step`,
    data: {
      name: `training data of ${input.name}`,
      digest: data.digest,
      training: data.train.length,
      validation: 0,
      test: data.test.length,
    },
    from: null,
  };
  return registerAdapter(
    models,
    session,
    {
      name: input.name,
      description: input.description,
      licence: input.licence,
      // the head speaks of classes 1.., whatever the values in the training label maps were
      labels: data.labels.map(({ name, snomed }, at) => ({ value: at + 1, name, snomed })),
      metrics,
      provenance,
      files: { adapterConfig: config, adapterModel: weights },
    },
    { name: input.who, mayMoveProtected: false },
    `trained on ${data.train.length} cases`,
  );
}
