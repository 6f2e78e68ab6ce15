// Follows one job until it ends: by event stream, and by asking every two seconds where the stream is not to be had.
import { isAbort } from '../graphql/api-failure';
import { request } from '../graphql/client';
import type { JobPartsFragment, JobState } from '../graphql/generated/types';
import { subscribe } from '../graphql/subscribe';

export type JobChange = Partial<JobPartsFragment>;

const pollMs = 2000;

export function isOver(state: JobState): boolean {
  return state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED';
}

interface Ports {
  readonly subscribe: typeof subscribe;
  readonly request: typeof request;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

const browserPorts: Ports = { subscribe, request, wait };

/** Calls `onChange` with what is new; the last call holds the whole job. Ends with the job or with `signal`. */
export async function followJob(
  id: string,
  onChange: (change: JobChange) => void,
  signal: AbortSignal,
  ports: Ports = browserPorts,
): Promise<void> {
  try {
    for await (const { jobProgress } of ports.subscribe('JobProgress', { id }, { signal })) {
      const { state, progress, step } = jobProgress;
      onChange({ state, progress, step });
      if (isOver(state)) break;
    }
  } catch (error) {
    if (signal.aborted || isAbort(error)) return;
    // The stream is a convenience; polling tells the same.
  }
  for (;;) {
    if (signal.aborted) return;
    const job = await ports.request('Job', { id }, { signal }).then(
      (answer) => answer.job,
      () => undefined, // the next round asks again
    );
    if (job === null) return;
    if (job !== undefined) onChange(job);
    if (job !== undefined && isOver(job.state)) return;
    await ports.wait(pollMs, signal);
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
