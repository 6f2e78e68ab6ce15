// The loop of a worker process: takes jobs, shows that it lives, writes what came out. Not what the jobs do.
// Heart-beats (every 2 s) are apart from expiry: a job may run for hours, but a worker that says nothing for 15 s has
// lost it. So a handler must not hold the event loop for that long: heavy work belongs in a thread or a process.
import { AppError, type JobKind, toAppError } from '@tomograph/kernel';
import type { Sql, SqlDatabase } from '../connection/sql.js';
import { beat, type ClaimedJob, claimJob, finishJob, noteEvent, noteProgress, requeueJob } from './claim.js';
import { maxFailures, recoverDeadJobs, resendLostMessages } from './recover.js';

export interface JobContext {
  /** Aborts when the job was cancelled, taken over, or the worker stops. */
  readonly signal: AbortSignal;
  /** @param fraction 0..1; at most four a second are written, the last of each step always */
  progress(fraction: number, step: string): Promise<void>;
  /** A numbered event of the job's own, such as a point of a training curve. */
  event(data: unknown): Promise<void>;
  /**
   * Writes the result and whatever belongs to it in one transaction, exactly once: use it when the job's effect is in
   * the database. `work` runs only while this attempt still holds the job, and its value becomes the job's result.
   * @throws AppError CONFLICT when the job was taken over; then nothing was written
   */
  finish(work: (tx: Sql) => Promise<unknown>): Promise<void>;
}

export interface WorkOptions {
  readonly kinds: readonly JobKind[];
  readonly concurrency: number;
  /** Its value becomes the job's result, unless it called finish. A thrown AppError fails the job, see isRetried. */
  handler(job: ClaimedJob, context: JobContext): Promise<unknown>;
  /** For logs: an error that is not in the job's row (the database was away, an unexpected error's cause). */
  onError?(error: unknown, job?: ClaimedJob): void;
  readonly heartbeatMs?: number;
  readonly silentMs?: number;
  readonly pollMs?: number;
}

export interface Worker {
  /** Ids of the jobs in hand. */
  running(): string[];
  /** Takes no more; jobs in hand have `graceMs` to end, then are aborted and go back into the queue. */
  stop(options?: { graceMs?: number }): Promise<void>;
}

export function workJobs(sql: SqlDatabase, options: WorkOptions): Worker {
  const { heartbeatMs = 2000, silentMs = 15_000, pollMs = 500 } = options;
  const onError = options.onError ?? (() => {});
  const inHand = new Map<string, { abort: AbortController; done: Promise<void> }>();
  const stopping = new AbortController();
  let lastRecovery = -Infinity;
  let lastResend = -Infinity;

  const take = async (): Promise<void> => {
    if (performance.now() - lastRecovery > silentMs / 8) {
      lastRecovery = performance.now();
      await recoverDeadJobs(sql, silentMs);
    }
    if (performance.now() - lastResend > 30_000) {
      lastResend = performance.now();
      await resendLostMessages(sql, options.kinds);
    }
    while (inHand.size < options.concurrency && !stopping.signal.aborted) {
      const job = await claimJob(sql, options.kinds);
      if (!job) return;
      const abort = new AbortController();
      const done = runJob(sql, options, job, abort, heartbeatMs).catch((error) => onError(error, job));
      inHand.set(job.id, { abort, done: done.finally(() => inHand.delete(job.id)) });
    }
  };
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      await take().catch((error) => onError(error));
      await pause(pollMs, stopping.signal, inHand);
    }
  })();

  return {
    running: () => [...inHand.keys()],
    async stop({ graceMs = 5000 } = {}) {
      stopping.abort();
      await loop;
      const all = Promise.all([...inHand.values()].map((entry) => entry.done));
      const timer = setTimeout(() => {
        for (const { abort } of inHand.values()) abort.abort(stopped);
      }, graceMs);
      await all;
      clearTimeout(timer);
    },
  };
}

const stopped = new AppError('OVERLOADED', { message: 'this worker stops; another one will do the job' });
const cancelled = new AppError('CANCELLED', { message: 'the job was cancelled' });
const takenOver = new AppError('CONFLICT', {
  message: 'another worker took the job over: its result counts',
});

async function runJob(
  sql: SqlDatabase,
  options: WorkOptions,
  job: ClaimedJob,
  abort: AbortController,
  heartbeatMs: number,
): Promise<void> {
  const heart = setInterval(async () => {
    try {
      const order = await beat(sql, job);
      if (order === 'cancel') abort.abort(cancelled);
      if (order === 'lost') abort.abort(takenOver);
    } catch (error) {
      options.onError?.(error, job); // the database was away for a moment: the next beat may come through
    }
  }, heartbeatMs);
  const written = progressWriter(sql, job);
  let isFinished = false;
  try {
    const result = await options.handler(job, {
      signal: abort.signal,
      progress: written.progress,
      event: (data) => noteEvent(sql, job, data),
      async finish(work) {
        await written.flush();
        await sql.transaction(async (tx) => {
          const value = await work(tx);
          if (!(await finishJob(tx, job, { state: 'SUCCEEDED', result: value }))) throw takenOver;
        });
        isFinished = true;
      },
    });
    await written.flush();
    if (!isFinished) await sql.transaction((tx) => finishJob(tx, job, { state: 'SUCCEEDED', result }));
  } catch (error) {
    await endWithError(sql, job, abort.signal.aborted ? abort.signal.reason : error, options);
  } finally {
    clearInterval(heart);
  }
}

async function endWithError(
  sql: SqlDatabase,
  job: ClaimedJob,
  thrown: unknown,
  options: WorkOptions,
): Promise<void> {
  if (thrown === takenOver) return;
  const error = toAppError(thrown);
  if (error.code === 'INTERNAL') options.onError?.(thrown, job); // the row shows a masked message only
  await sql.transaction(async (tx) => {
    if (thrown === stopped) {
      await requeueJob(tx, job, { isFailure: false, delaySeconds: 0, step: 'waiting for another worker' });
    } else if (thrown === cancelled || error.code === 'CANCELLED') {
      await finishJob(tx, job, { state: 'CANCELLED' });
    } else if (isRetried(error) && job.failures + 1 < maxFailures) {
      const delaySeconds = 2 ** job.failures;
      await requeueJob(tx, job, { isFailure: true, delaySeconds, step: 'trying again after an error' });
    } else {
      await finishJob(tx, job, { state: 'FAILED', error });
    }
  });
}

/** Errors that may be gone next time. Every other AppError says that the input is at fault: it fails at once. */
function isRetried(error: AppError): boolean {
  return ['INTERNAL', 'OVERLOADED', 'CONFLICT', 'DATABASE_UNREACHABLE', 'READER_CRASHED'].includes(
    error.code,
  );
}

function progressWriter(sql: SqlDatabase, job: ClaimedJob, everyMs = 250) {
  let last = { at: -Infinity, fraction: -1, step: '' };
  let pending: { fraction: number; step: string } | undefined;
  const write = async (fraction: number, step: string): Promise<void> => {
    pending = undefined;
    last = { at: performance.now(), fraction, step };
    await noteProgress(sql, job, fraction, step);
  };
  return {
    async progress(fraction: number, step: string): Promise<void> {
      if (pending && pending.step !== step) await write(pending.fraction, pending.step);
      if (fraction === last.fraction && step === last.step) return;
      if (step === last.step && performance.now() - last.at < everyMs) pending = { fraction, step };
      else await write(fraction, step);
    },
    async flush(): Promise<void> {
      if (pending) await write(pending.fraction, pending.step);
    },
  };
}

// Until the next poll, the stop, or a job in hand that ended and left room for another.
async function pause(
  ms: number,
  stop: AbortSignal,
  inHand: Map<string, { done: Promise<void> }>,
): Promise<void> {
  if (stop.aborted) return;
  let timer: NodeJS.Timeout | undefined;
  let onStop = () => {};
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
    onStop = resolve;
    stop.addEventListener('abort', onStop, { once: true });
  });
  await Promise.race([waited, ...[...inHand.values()].map((entry) => entry.done)]);
  clearTimeout(timer);
  stop.removeEventListener('abort', onStop);
}
