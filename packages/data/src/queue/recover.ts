// Jobs of workers that died: taken back when their heart-beat has been silent too long. Any worker does it, none leads.
import { AppError } from '@tomograph/kernel';
import type { SqlDatabase } from '../connection/sql.js';
import { queueOf } from './boss.js';
import { type ClaimedJob, finishJob, requeueJob } from './claim.js';
import { sendMessage } from './enqueue.js';

/** A job is given up when this many of its attempts crashed or failed unexpectedly. */
export const maxFailures = 3;

/** @returns ids of the jobs that went back into the queue or were given up */
export async function recoverDeadJobs(sql: SqlDatabase, silentMs: number): Promise<string[]> {
  return sql.transaction(async (tx) => {
    const dead = await tx.query<ClaimedJob & { cancelAsked: boolean }>(
      `select id, project_id as "projectId", kind, key, input, attempt, failures, cancel_asked as "cancelAsked",
          created_by_key_id as "createdByKeyId"
        from job where state = 'RUNNING' and heartbeat_at < now() - $1 * interval '1 millisecond'
        for update skip locked`,
      [silentMs],
    );
    for (const job of dead) {
      if (job.cancelAsked) await finishJob(tx, job, { state: 'CANCELLED' });
      else if (job.failures + 1 >= maxFailures)
        await finishJob(tx, job, { state: 'FAILED', error: givenUp(job) });
      else
        await requeueJob(tx, job, {
          isFailure: true,
          delaySeconds: 0,
          step: 'taken back from a worker that died',
        });
    }
    return dead.map((job) => job.id);
  });
}

/** Sends a message for every queued job that has none (a restored backup, a purged queue). */
export async function resendLostMessages(sql: SqlDatabase, kinds: readonly string[]): Promise<void> {
  await sql.transaction(async (tx) => {
    const lost = await tx.query<{ id: string; kind: string }>(
      `select j.id, j.kind from job j join unnest($1::text[], $2::text[]) as q(kind, queue) on q.kind = j.kind
         where j.state = 'QUEUED'
           and not exists (select 1 from pgboss.job m where m.name = q.queue and m.id = j.id)
         for update of j skip locked`,
      [kinds, kinds.map(queueOf)],
    );
    for (const job of lost) await sendMessage(tx, job.id, job.kind);
  });
}

function givenUp(job: ClaimedJob): AppError {
  return new AppError('INTERNAL', {
    message: `the worker died ${maxFailures} times while doing this: see its log, then ask for the job again`,
    facts: { failures: job.failures + 1, kind: job.kind },
  });
}
