// Jobs as one viewer sees them: those of the viewer's projects. Running them is queue/work.ts.
import { isUuid, type JobKind, type JobState } from '@tomograph/kernel';
import type { Connection } from '../connection/connect.js';
import type { Sql } from '../connection/sql.js';
import { dropMessage, type EnqueuedJob, enqueue, recordEvent } from '../queue/enqueue.js';
import { type JobEventRecord, jobEvents, watchJobEvents } from '../queue/watch.js';
import { writeAudit } from './audit.js';
import { type Page, type PageArgs, readPage } from './page.js';
import type { JobRecord } from './records.js';
import { notFound, requireRole, type Viewer, writableProject } from './viewer.js';

export interface JobAccess {
  /** @throws AppError NOT_FOUND */
  job(id: string): Promise<JobRecord>;
  jobsByIds(ids: readonly string[]): Promise<JobRecord[]>;
  /** Newest first. */
  jobs(page: PageArgs, filter?: { readonly state?: JobState | null | undefined }): Promise<Page<JobRecord>>;
  /** @throws AppError NOT_FOUND */
  jobEvents(id: string, afterSeq?: number, limit?: number): Promise<JobEventRecord[]>;
  /** Events from a number on, until the job is over. @throws AppError NOT_FOUND */
  watchJob(
    id: string,
    afterSeq?: number,
    options?: { readonly signal?: AbortSignal; readonly pollMs?: number },
  ): AsyncGenerator<JobEventRecord>;
  /** CURATOR. In the caller's transaction when one is given. @throws AppError FORBIDDEN, NOT_FOUND (the project) */
  enqueueJob(job: ViewerJob, tx?: Sql): Promise<EnqueuedJob>;
  /** CURATOR. Ends a queued job now and asks a running one to stop. @throws AppError FORBIDDEN, NOT_FOUND */
  cancelJob(id: string): Promise<JobRecord>;
}

export interface ViewerJob {
  /** Undefined = the viewer's only project. */
  readonly projectId?: string | undefined;
  readonly kind: JobKind;
  readonly key: string;
  readonly input: unknown;
}

export function jobAccess(connection: Connection, viewer: Viewer): JobAccess {
  const { prisma } = connection;
  const seen = { projectId: { in: [...viewer.projectIds] } };
  const jobsByIds = async (ids: readonly string[]): Promise<JobRecord[]> =>
    prisma.job.findMany({ where: { id: { in: ids.filter(isUuid) }, ...seen } });
  const visible = async (id: string, action: string): Promise<JobRecord> => {
    const [job] = await jobsByIds([id]);
    if (job) return job;
    await writeAudit(connection, viewer, { action, objectKind: 'job', objectIds: [id], outcome: 'DENIED' });
    throw notFound('job');
  };
  return {
    job: (id) => visible(id, 'job.read'),
    jobsByIds,
    jobs: (page, filter = {}) =>
      readPage<JobRecord>(page, (keyset) =>
        prisma.job.findMany({
          ...keyset,
          where: { AND: [seen, filter.state ? { state: filter.state } : {}, keyset.where] },
        }),
      ),
    async jobEvents(id, afterSeq = 0, limit = 1000) {
      await visible(id, 'job.read');
      return jobEvents(connection, id, afterSeq, limit);
    },
    async *watchJob(id, afterSeq = 0, options = {}) {
      await visible(id, 'job.read');
      yield* watchJobEvents(connection, id, afterSeq, options);
    },
    async enqueueJob(job, tx) {
      await requireRole(tx ?? connection, viewer, 'CURATOR', 'job.enqueue');
      const projectId = writableProject(viewer, job.projectId);
      const put = async (within: Sql): Promise<EnqueuedJob> => {
        const queued = await enqueue(within, { ...job, projectId, createdByKeyId: viewer.keyId });
        const entry = { action: 'job.enqueue', objectKind: 'job', outcome: 'ALLOWED' } as const;
        await writeAudit(within, viewer, { ...entry, objectIds: [queued.id] });
        return queued;
      };
      return tx ? put(tx) : connection.transaction(put);
    },
    async cancelJob(id) {
      await requireRole(connection, viewer, 'CURATOR', 'job.cancel');
      await visible(id, 'job.cancel');
      await connection.transaction(async (tx) => {
        await cancelJob(tx, id);
        await writeAudit(tx, viewer, {
          action: 'job.cancel',
          objectKind: 'job',
          objectIds: [id],
          outcome: 'ALLOWED',
        });
      });
      return visible(id, 'job.cancel');
    },
  };
}

/** A queued job ends; a running one is asked, its worker sees it at the next heart-beat; one that is over stays. */
export async function cancelJob(tx: Sql, id: string): Promise<void> {
  const [ended] = await tx.query<{ kind: string }>(
    `update job set state = 'CANCELLED', cancel_asked = true, finished_at = now()
       where id = $1 and state = 'QUEUED' returning kind`,
    [id],
  );
  if (ended) {
    await dropMessage(tx, id, ended.kind);
    await recordEvent(tx, id);
    return;
  }
  await tx.query("update job set cancel_asked = true where id = $1 and state = 'RUNNING'", [id]);
}
