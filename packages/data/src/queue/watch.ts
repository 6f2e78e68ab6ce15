// A job's events as they come, from a number on. By polling: on the embedded database nobody can LISTEN.
import type { JobState } from '@tomograph/kernel';
import type { Sql } from '../connection/sql.js';

export interface JobEventRecord {
  readonly seq: number;
  readonly at: Date;
  readonly state: JobState;
  readonly progress: number;
  readonly step: string;
  /** What the handler passed to event(); absent for plain progress. */
  readonly data?: unknown;
}

export const isOver = (state: JobState): boolean => !['QUEUED', 'RUNNING'].includes(state);

export async function jobEvents(
  sql: Sql,
  jobId: string,
  afterSeq: number,
  limit = 1000,
): Promise<JobEventRecord[]> {
  const rows = await sql.query<{ seq: number; at: Date; data: Omit<JobEventRecord, 'seq' | 'at'> }>(
    'select seq, at, data from job_event where job_id = $1 and seq > $2 order by seq limit $3',
    [jobId, afterSeq, limit],
  );
  return rows.map(({ seq, at, data }) => ({ seq, at, ...data }));
}

/** Every event after `afterSeq`, then new ones until the job is over or the signal aborts. */
export async function* watchJobEvents(
  sql: Sql,
  jobId: string,
  afterSeq: number,
  options: { readonly signal?: AbortSignal; readonly pollMs?: number } = {},
): AsyncGenerator<JobEventRecord> {
  let seq = afterSeq;
  while (!options.signal?.aborted) {
    const events = await jobEvents(sql, jobId, seq);
    for (const event of events) {
      seq = event.seq;
      yield event;
    }
    const last = events.at(-1);
    if (last && !isOver(last.state)) continue;
    // over for good? A failed job may have been asked for again, and a client may come back after the end
    const [job] = await sql.query<{ state: JobState; lastSeq: number }>(
      'select state, last_seq as "lastSeq" from job where id = $1',
      [jobId],
    );
    if (!job || (isOver(job.state) && job.lastSeq <= seq)) return;
    await wait(options.pollMs ?? 300, options.signal);
  }
}

function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
