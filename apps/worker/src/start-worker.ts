// One worker process: takes jobs of the kinds it knows until it is stopped. As many as there are machines may run;
// they meet in the database's queue.
import { type ClaimedJob, type Database, type JobContext, workJobs } from '@tomograph/data';
import { AppError, type Config, type JobKind } from '@tomograph/kernel';
import type { Logger } from 'pino';
import { ComputeThread } from './compute/compute-thread.js';
import { runDemo } from './demo/demo.job.js';
import type { WorkerDependencies } from './dependencies.js';
import { runIngest } from './ingest/ingest.job.js';
import { sweepQuarantine } from './ingest/sweep-quarantine.js';
import { runAssessNodule } from './nodule/nodule.job.js';
import { openModels } from './registry/models-room.js';
import { reportResidents } from './registry/report-residents.js';
import { runSegment } from './segment/segment.job.js';
import { runBackfill } from './spaces/backfill.job.js';
import { ensureSpaces } from './spaces/ensure-spaces.js';
import { runImportAdapter } from './tasks/import-adapter.job.js';
import { runTrainTask } from './tasks/train-task.job.js';
import { runVerify } from './tasks/verify.job.js';

export interface WorkerOptions {
  readonly config: Config;
  /** Stays open for as long as the worker runs; the caller closes it afterwards. */
  readonly database: Database;
  readonly logger: Logger;
  /** Jobs at the same time; they share one compute thread. Default 2. */
  readonly concurrency?: number;
  /** Which jobs to take; default all. */
  readonly kinds?: readonly JobKind[];
  /** True for a process that stays: it registers the shipped base now and tells what it holds in memory. */
  readonly isServing?: boolean;
}

export interface RunningWorker {
  running(): string[];
  close(): Promise<void>;
}

type Handler = (job: ClaimedJob, context: JobContext, deps: WorkerDependencies) => Promise<unknown>;

const handlers: Partial<Record<JobKind, Handler>> = {
  INGEST: runIngest,
  BACKFILL: runBackfill,
  DEMO: runDemo,
  SEGMENT: runSegment,
  TRAIN_TASK: runTrainTask,
  VERIFY: runVerify,
  IMPORT_ADAPTER: runImportAdapter,
  ASSESS_NODULE: runAssessNodule,
};

export async function startWorker({
  config,
  database,
  logger,
  concurrency = 2,
  kinds = Object.keys(handlers) as JobKind[],
  isServing = false,
}: WorkerOptions): Promise<RunningWorker> {
  await ensureSpaces(database, config.home);
  await sweepQuarantine(config.home, database);
  const compute = new ComputeThread(config.home);
  const models = openModels(config, database);
  const reporting = isServing
    ? await reportResidents(database, models.house, config.device, logger)
    : undefined;
  if (isServing) models.prepare().catch((error: unknown) => logger.error({ err: error }, 'no shipped base'));
  const deps: WorkerDependencies = { config, database, compute, models, logger };
  const worker = workJobs(database, {
    kinds,
    concurrency,
    async handler(job, context) {
      const run = handlers[job.kind];
      if (!run) throw new AppError('INTERNAL', { message: `no handler for jobs of kind ${job.kind}` });
      logger.info({ jobId: job.id, kind: job.kind, attempt: job.attempt }, 'job taken');
      const result = await run(job, context, deps);
      logger.info({ jobId: job.id, kind: job.kind }, 'job done');
      return result;
    },
    onError: (error, job) =>
      logger.error({ jobId: job?.id, kind: job?.kind, err: error }, 'job failed unexpectedly'),
  });
  return {
    running: () => worker.running(),
    async close() {
      await worker.stop({ graceMs: 5000 });
      await reporting?.[Symbol.asyncDispose]();
      await models[Symbol.asyncDispose]();
      await compute[Symbol.asyncDispose]();
    },
  };
}
