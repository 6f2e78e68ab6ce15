// Jobs about models: segment a series, teach a task, replay canaries. The work itself is the worker's.
import type { JobRecord, ViewerDb } from '@tomograph/data';
import { requireRole } from '@tomograph/data';
import {
  AppError,
  canonicalJson,
  type SegmentInput,
  sha256,
  type TrainTaskInput,
  trainTaskInputSchema,
  type VerifyInput,
} from '@tomograph/kernel';
import { formatModelUri } from '@tomograph/registry';
import type { ModelDoor } from './model-catalogue.js';
import { resolveBase, resolveTasks, uriOfTask } from './resolve-tasks.js';

/** The same versions on the same series are the same job. @throws AppError FORBIDDEN, NOT_FOUND, INVALID_ARGUMENT … */
export async function segmentSeries(
  db: ViewerDb,
  models: ModelDoor,
  asked: { readonly seriesId: string; readonly tasks: readonly string[] },
): Promise<JobRecord> {
  await requireRole(models.database, db.viewer, 'CURATOR', 'model.segment');
  const [series] = await db.seriesByIds([asked.seriesId]);
  if (series === undefined) {
    throw new AppError('NOT_FOUND', {
      message: 'no such series, or none that this key may see',
      facts: { argument: 'series' },
    });
  }
  if (series.modality !== 'CT') {
    throw new AppError('INVALID_ARGUMENT', {
      message: `the series is ${series.modality}: tasks are for CT in Hounsfield units`,
      facts: { argument: 'series', modality: series.modality },
    });
  }
  const { base, uris } = await resolveTasks(models, asked.tasks);
  const input: SegmentInput = { seriesId: series.id, base, tasks: [...uris] };
  const { projectId } = await db.study(series.studyId);
  const key = `segment:${sha256(canonicalJson(input)).slice(7, 39)}`;
  return enqueue(db, { projectId, kind: 'SEGMENT', key, input });
}

export type TaskRequest = Omit<
  TrainTaskInput,
  'quarantine' | 'who' | 'steps' | 'rank' | 'batchSize' | 'seed'
> &
  Partial<Pick<TrainTaskInput, 'steps' | 'rank' | 'batchSize' | 'seed'>> & { readonly uploadId: string };

/** One upload is one job. @throws AppError FORBIDDEN, NOT_FOUND, INVALID_ARGUMENT, CONFLICT */
export async function addTask(
  db: ViewerDb,
  models: ModelDoor,
  { uploadId, base, ...asked }: TaskRequest,
): Promise<JobRecord> {
  await requireRole(models.database, db.viewer, 'CURATOR', 'model.train');
  const upload = await db.upload(uploadId);
  if (upload.kind !== 'TASK_DATA') throw invalid('upload', 'this upload is not of kind TASK_DATA');
  if (upload.receivedBytes === null) throw invalid('upload', 'send the bytes to uploadUrl first');
  const on = await resolveBase(models, base);
  const parsed = trainTaskInputSchema.safeParse({
    ...asked,
    quarantine: upload.id,
    base: formatModelUri({ model: on.model, version: on.version }),
    who: db.viewer.name,
  });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(String(issue!.path[0]), `${issue!.path.join('.')}: ${issue!.message}`);
  }
  const known = (await models.registry.state()).versions(parsed.data.name)[0];
  if (known?.kind === 'base') throw invalid('name', `${known.model} is the name of a base: choose another`);
  const { projectId } = upload;
  const input = parsed.data;
  const job = await enqueue(db, { projectId, kind: 'TRAIN_TASK', key: `train:${upload.id}`, input });
  // whoever asks second: the same task all the same
  if (canonicalJson({ ...(job.input as object), who: '' }) !== canonicalJson({ ...input, who: '' })) {
    throw new AppError('CONFLICT', {
      message: 'this upload was used for another task: send the data again',
      facts: { argument: 'upload' },
    });
  }
  await db.linkUploadToJob(upload.id, job.id);
  return job;
}

/** A certificate anew, over what is in use today. @throws AppError FORBIDDEN, NOT_FOUND, INVALID_ARGUMENT */
export async function verifyModel(
  db: ViewerDb,
  models: ModelDoor,
  asked: { readonly uri: string; readonly projectId?: string | undefined },
): Promise<JobRecord> {
  await requireRole(models.database, db.viewer, 'CURATOR', 'model.verify');
  const row = await models.registry.find(uriOfTask(asked.uri));
  if (row.base === null) throw invalid('uri', `${row.model} is a base: certificates are for tasks`);
  const uri = formatModelUri({ model: row.model, version: row.version });
  const input: VerifyInput = { uri, who: db.viewer.name };
  // the same question while nothing happened is the same job
  const key = `verify:${uri}:${(await models.registry.state()).seq}`;
  return enqueue(db, { projectId: asked.projectId, kind: 'VERIFY', key, input });
}

async function enqueue(db: ViewerDb, job: Parameters<ViewerDb['enqueueJob']>[0]): Promise<JobRecord> {
  return db.job((await db.enqueueJob(job)).id);
}

function invalid(argument: string, message: string): AppError {
  return new AppError('INVALID_ARGUMENT', { message, facts: { argument } });
}
