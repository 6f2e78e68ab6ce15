// The worker's side of a job's row: taking it, keeping it, ending it. Every write names the attempt, so that a worker
// that was given up for dead and comes back changes nothing.
//
// QUEUED -> RUNNING    claim: the message is taken and deleted in the same transaction
// RUNNING -> SUCCEEDED, FAILED, CANCELLED    finish, by the attempt that holds it
// RUNNING -> QUEUED    requeue: an unexpected error, a worker that stops, or one that died (recoverDeadJobs)
import type { AppError, JobId, JobKind } from '@tomograph/kernel';
import type { Sql, SqlDatabase } from '../connection/sql.js';
import { bossOn, executorOn, queueOf } from './boss.js';
import { recordEvent, sendMessage } from './enqueue.js';

export interface ClaimedJob {
  readonly id: JobId;
  readonly projectId: string;
  readonly kind: JobKind;
  readonly key: string;
  readonly input: unknown;
  /** One more each time the job is taken. */
  readonly attempt: number;
  readonly failures: number;
  readonly createdByKeyId: string | null;
}

/** The next due job of the kinds, RUNNING and ours; undefined when there is none. */
export async function claimJob(sql: SqlDatabase, kinds: readonly string[]): Promise<ClaimedJob | undefined> {
  const waiting = await sql.query<{ kind: string }>(
    `select kind from job where state = 'QUEUED' and kind = any($1) group by kind order by min(created_at)`,
    [kinds],
  );
  for (const { kind } of waiting) {
    const claimed = await sql.transaction((tx) => claimOfKind(tx, kind));
    if (claimed) return claimed;
  }
  return undefined;
}

async function claimOfKind(tx: Sql, kind: string): Promise<ClaimedJob | undefined> {
  const boss = bossOn(tx);
  const db = executorOn(tx);
  const [message] = await boss.fetch<{ id: string }>(queueOf(kind), { db } as object);
  if (!message) return undefined;
  await boss.deleteJob(queueOf(kind), message.id, { db });
  const [job] = await tx.query<ClaimedJob>(
    `update job set state = 'RUNNING', attempt = attempt + 1, started_at = coalesce(started_at, now()),
        heartbeat_at = now()
      where id = $1 and state = 'QUEUED'
      returning id, project_id as "projectId", kind, key, input, attempt, failures,
        created_by_key_id as "createdByKeyId"`,
    [message.id],
  );
  if (job) await recordEvent(tx, job.id);
  return job; // none: it was cancelled while it waited
}

/** @returns what the holder should do: go on, stop as asked, or stop because the job is no longer its own */
export async function beat(sql: Sql, job: ClaimedJob): Promise<'go-on' | 'cancel' | 'lost'> {
  const [row] = await sql.query<{ cancelAsked: boolean }>(
    `update job set heartbeat_at = now() where id = $1 and attempt = $2 and state = 'RUNNING'
       returning cancel_asked as "cancelAsked"`,
    [job.id, job.attempt],
  );
  if (!row) return 'lost';
  return row.cancelAsked ? 'cancel' : 'go-on';
}

/** Progress for people. Silently nothing when the job is no longer ours. */
export async function noteProgress(
  sql: SqlDatabase,
  job: ClaimedJob,
  fraction: number,
  step: string,
): Promise<void> {
  await sql.transaction(async (tx) => {
    const [row] = await tx.query(
      `update job set progress = $3, step = $4, heartbeat_at = now()
         where id = $1 and attempt = $2 and state = 'RUNNING' returning 1`,
      [job.id, job.attempt, Math.min(1, Math.max(0, fraction)), step],
    );
    if (row) await recordEvent(tx, job.id);
  });
}

/** A numbered event of the job's own, such as a point of a training curve. */
export async function noteEvent(sql: Sql, job: ClaimedJob, data: unknown): Promise<void> {
  await sql.query(
    `with counted as (
       update job set last_seq = last_seq + 1 where id = $1 and attempt = $2 and state = 'RUNNING'
         returning id, last_seq, state, progress, step
     )
     insert into job_event (job_id, seq, data)
       select id, last_seq, jsonb_build_object('state', state, 'progress', progress, 'step', step, 'data', $3::jsonb)
       from counted`,
    [job.id, job.attempt, JSON.stringify(data)],
  );
}

export type Ending =
  | { readonly state: 'SUCCEEDED'; readonly result: unknown }
  | { readonly state: 'FAILED'; readonly error: AppError }
  | { readonly state: 'CANCELLED' };

/** @returns false when the job was taken over meanwhile: then nothing was written */
export async function finishJob(tx: Sql, job: ClaimedJob, ending: Ending): Promise<boolean> {
  const error = ending.state === 'FAILED' ? JSON.stringify(ending.error) : null;
  const result = ending.state === 'SUCCEEDED' ? JSON.stringify(ending.result ?? null) : null;
  const [row] = await tx.query(
    `update job set state = $3::job_state, result = $4, error = $5, finished_at = now(), heartbeat_at = null,
        progress = case when $3 = 'SUCCEEDED' then 1 else progress end
      where id = $1 and attempt = $2 and state = 'RUNNING' returning 1`,
    [job.id, job.attempt, ending.state, result, error],
  );
  if (!row) return false;
  await recordEvent(tx, job.id);
  return true;
}

/** Back into the queue. `isFailure` counts against the attempts a job has. */
export async function requeueJob(
  tx: Sql,
  job: ClaimedJob,
  options: { readonly isFailure: boolean; readonly delaySeconds: number; readonly step: string },
): Promise<boolean> {
  const [row] = await tx.query(
    `update job set state = 'QUEUED', heartbeat_at = null, failures = failures + $3, step = $4
      where id = $1 and attempt = $2 and state = 'RUNNING' returning 1`,
    [job.id, job.attempt, options.isFailure ? 1 : 0, options.step],
  );
  if (!row) return false;
  await sendMessage(tx, job.id, job.kind, options.delaySeconds);
  await recordEvent(tx, job.id);
  return true;
}
