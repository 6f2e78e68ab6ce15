// Follows one job until it ends: by event stream, and by asking every two seconds where the stream is not to be had.
import { isAbort } from '../graphql/api-failure';
import type { JobPartsFragment, JobState } from '../graphql/generated/types';
import { browserPorts, type FollowPorts, pollMs } from './follow-ports';

export type JobChange = Partial<JobPartsFragment>;

export function isOver(state: JobState): boolean {
  return state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED';
}

/** Calls `onChange` with what is new; the last call holds the whole job. Ends with the job or with `signal`. */
export async function followJob(
  id: string,
  onChange: (change: JobChange) => void,
  signal: AbortSignal,
  ports: FollowPorts = browserPorts,
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
