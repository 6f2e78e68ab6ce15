// Follows one job with the points of its curve, from the first event on: by event stream, and by asking every two seconds
// where the stream is not to be had. What was seen is not asked for again.
import { isAbort } from '../graphql/api-failure';
import type { Data } from '../graphql/client';
import { isOver } from './follow-job';
import { browserPorts, type FollowPorts, pollMs } from './follow-ports';

export type ModelJob = NonNullable<Data<'ModelJob'>['job']>;
export type TrainingPoint = NonNullable<ModelJob['events'][number]['training']>;

export interface TrainingChange {
  readonly job?: Partial<ModelJob>;
  readonly points: readonly TrainingPoint[];
  readonly problems: readonly string[];
}

/** Ends with the job or with `signal`; null as the job: there is none. @throws ApiFailure when the first look fails */
export async function followTraining(
  id: string,
  onChange: (change: TrainingChange | null) => void,
  signal: AbortSignal,
  ports: FollowPorts = browserPorts,
): Promise<void> {
  let seq = 0;
  /** Everything since the last look; a page of events at a time. */
  const look = async (): Promise<ModelJob | null> => {
    for (;;) {
      const { job } = await ports.request('ModelJob', { id, afterSeq: seq }, { signal });
      if (job === null) return null;
      seq = job.events.at(-1)?.seq ?? seq;
      onChange({ job, ...partsOf(job.events) });
      if (job.events.length === 0) return job;
    }
  };
  const first = await look();
  if (first === null) return onChange(null);
  if (isOver(first.state)) return;
  try {
    for await (const { jobProgress } of ports.subscribe(
      'TrainingProgress',
      { id, afterSeq: seq },
      { signal },
    )) {
      const { state, progress, step } = jobProgress;
      seq = jobProgress.seq;
      onChange({ job: { state, progress, step }, ...partsOf([jobProgress]) });
      if (isOver(state)) break;
    }
  } catch (error) {
    if (signal.aborted || isAbort(error)) return;
    // The stream is a convenience; polling tells the same.
  }
  while (!signal.aborted) {
    const job = await look().catch(() => undefined); // the next round asks again
    if (job === null || (job !== undefined && isOver(job.state))) return;
    await ports.wait(pollMs, signal);
  }
}

function partsOf(
  events: readonly { readonly training: TrainingPoint | null; readonly problem: string | null }[],
): Pick<TrainingChange, 'points' | 'problems'> {
  return {
    points: events.flatMap(({ training }) => training ?? []),
    problems: events.flatMap(({ problem }) => problem ?? []),
  };
}
