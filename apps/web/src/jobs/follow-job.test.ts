import { describe, expect, it } from 'vitest';
import { ApiFailure } from '../graphql/api-failure';
import type { JobPartsFragment, JobState } from '../graphql/generated/types';
import { followJob, isOver, type JobChange } from './follow-job';

const job = (state: JobState, progress = 0.5): JobPartsFragment => ({
  id: 'j',
  kind: 'INGEST',
  state,
  progress,
  step: 'reading',
  createdAt: 't',
  startedAt: null,
  finishedAt: null,
  attempt: 1,
  error: null,
  cases: [],
  refused: [],
});

/** Ports whose stream yields `streamed` (or fails) and whose polls answer `polled` in turn; waiting takes no time. */
function fakePorts(streamed: JobState[] | Error, polled: (JobPartsFragment | null | Error)[]) {
  const answers = [...polled];
  const waits: number[] = [];
  const ports = {
    subscribe: async function* () {
      if (streamed instanceof Error) throw streamed;
      for (const [index, state] of streamed.entries()) {
        yield { jobProgress: { seq: index + 1, at: 't', state, progress: 0.5, step: 's' } };
      }
    },
    request: async () => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return { job: answer ?? null };
    },
    wait: async (ms: number) => {
      waits.push(ms);
    },
  };
  return { ports: ports as never, waits, left: answers };
}

async function follow(fake: ReturnType<typeof fakePorts>, signal = new AbortController().signal) {
  const changes: JobChange[] = [];
  await followJob('j', (change) => changes.push(change), signal, fake.ports);
  return changes;
}

describe('followJob', () => {
  it('follows the stream to the end and then reads the whole job once', async () => {
    const fake = fakePorts(['QUEUED', 'RUNNING', 'SUCCEEDED'], [job('SUCCEEDED', 1)]);
    const changes = await follow(fake);
    expect(changes.map((change) => change.state)).toEqual(['QUEUED', 'RUNNING', 'SUCCEEDED', 'SUCCEEDED']);
    expect(changes.at(-1)).toEqual(job('SUCCEEDED', 1));
    expect(fake.waits).toEqual([]);
  });

  it('polls when there is no stream', async () => {
    const fake = fakePorts(new ApiFailure('STREAM_UNAVAILABLE', ''), [
      job('RUNNING'),
      job('RUNNING'),
      job('FAILED'),
    ]);
    const changes = await follow(fake);
    expect(changes.map((change) => change.state)).toEqual(['RUNNING', 'RUNNING', 'FAILED']);
    expect(fake.waits).toHaveLength(2);
  });

  it('polls on when the stream breaks off before the end, and over a failed poll', async () => {
    const fake = fakePorts(['RUNNING'], [new TypeError('network'), job('CANCELLED')]);
    const changes = await follow(fake);
    expect(changes.map((change) => change.state)).toEqual(['RUNNING', 'CANCELLED']);
  });

  it('ends when the job is gone', async () => {
    expect(await follow(fakePorts([], [null]))).toEqual([]);
  });

  it('asks nothing once it was told to stop', async () => {
    const abort = new AbortController();
    abort.abort();
    const fake = fakePorts(new DOMException('stopped', 'AbortError'), [job('RUNNING')]);
    expect(await follow(fake, abort.signal)).toEqual([]);
    expect(fake.left).toHaveLength(1);
  });

  it('knows the states in which nothing more happens', () => {
    const over = (['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const).filter(isOver);
    expect(over).toEqual(['SUCCEEDED', 'FAILED', 'CANCELLED']);
  });
});
