// Puts work into the queue: the job's row and its message in one transaction, the caller's own where there is one.
import { type JobId, type JobKind, type JobState, newId } from '@tomograph/kernel';
import type { Sql, SqlDatabase } from '../connection/sql.js';
import { bossOn, executorOn, queueOf } from './boss.js';

export interface NewJob {
  readonly projectId: string;
  readonly kind: JobKind;
  /** What the result would be called: asking for the same key in a project again gives the same job. */
  readonly key: string;
  /** JSON; for the worker. */
  readonly input: unknown;
  readonly createdByKeyId?: string | null | undefined;
}

export interface EnqueuedJob {
  readonly id: JobId;
  readonly state: JobState;
  /** False when the key was known: then nothing was added. */
  readonly isNew: boolean;
}

/** A failed or cancelled job of the same key is queued anew. Pass the transaction in which the work became due. */
export async function enqueue(tx: Sql, job: NewJob): Promise<EnqueuedJob> {
  const [made] = await tx.query<{ id: JobId }>(
    `insert into job (id, project_id, kind, key, input, created_by_key_id) values ($1, $2, $3, $4, $5, $6)
       on conflict (project_id, key) do update set state = 'QUEUED', progress = 0, step = '', error = null,
         result = null, failures = 0, cancel_asked = false, finished_at = null, input = excluded.input
         where job.state in ('FAILED', 'CANCELLED')
       returning id`,
    [newId(), job.projectId, job.kind, job.key, JSON.stringify(job.input), job.createdByKeyId ?? null],
  );
  if (made) {
    await sendMessage(tx, made.id, job.kind);
    await recordEvent(tx, made.id);
    return { id: made.id, state: 'QUEUED', isNew: true };
  }
  const [known] = await tx.query<{ id: JobId; state: JobState }>(
    'select id, state from job where project_id = $1 and key = $2',
    [job.projectId, job.key],
  );
  return { ...known!, isNew: false };
}

/** As enqueue, in a transaction of its own. */
export function enqueueAlone(sql: SqlDatabase, job: NewJob): Promise<EnqueuedJob> {
  return sql.transaction((tx) => enqueue(tx, job));
}

/** The job's one message; does nothing when it has one. */
export async function sendMessage(tx: Sql, id: string, kind: string, delaySeconds = 0): Promise<void> {
  const options = { id, db: executorOn(tx), ...(delaySeconds > 0 ? { startAfter: delaySeconds } : {}) };
  await bossOn(tx).send(queueOf(kind), { id }, options);
}

export async function dropMessage(tx: Sql, id: string, kind: string): Promise<void> {
  await bossOn(tx).deleteJob(queueOf(kind), id, { db: executorOn(tx) });
}

/** Notes the row's state as the job's next event. */
export async function recordEvent(tx: Sql, id: string): Promise<void> {
  await tx.query(
    `with counted as (
       update job set last_seq = last_seq + 1 where id = $1 returning id, last_seq, state, progress, step
     )
     insert into job_event (job_id, seq, data)
       select id, last_seq, jsonb_build_object('state', state, 'progress', progress, 'step', step) from counted`,
    [id],
  );
}
