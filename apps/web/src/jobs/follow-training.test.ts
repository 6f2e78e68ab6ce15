import { describe, expect, it } from 'vitest';
import { ApiFailure } from '../graphql/api-failure';
import type { JobState } from '../graphql/generated/types';
import { followTraining, type TrainingChange } from './follow-training';

const point = (step: number) => ({ step, steps: 10, loss: 1 / step, dice: step / 10 });
const event = (seq: number, training = false) => ({
  seq,
  training: training ? point(seq) : null,
  problem: null,
});
const job = (state: JobState, events: ReturnType<typeof event>[] = []) => ({ id: 'j', state, events });

type Streamed = [seq: number, state: JobState][] | Error;

/** Answers of the API in turn, and what it was asked for; waiting takes no time. */
function fake(answers: (ReturnType<typeof job> | null | Error)[], streamed: Streamed = []) {
  const asked: number[] = [];
  const ports = {
    request: async (_name: string, { afterSeq }: { afterSeq: number }) => {
      asked.push(afterSeq);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return { job: answer ?? null };
    },
    subscribe: async function* () {
      if (streamed instanceof Error) throw streamed;
      for (const [seq, state] of streamed) {
        yield { jobProgress: { ...event(seq, true), state, progress: 0.5, step: 'training' } };
      }
    },
    wait: async () => undefined,
  };
  return { ports: ports as never, asked };
}

async function follow({ ports }: ReturnType<typeof fake>) {
  const changes: (TrainingChange | null)[] = [];
  await followTraining('j', (change) => changes.push(change), new AbortController().signal, ports);
  const points = changes.flatMap((change) => change?.points ?? []).map(({ step }) => step);
  return { changes, points, last: changes.at(-1)?.job?.state };
}

describe('followTraining', () => {
  it('shows what was, then what comes, each point once', async () => {
    const api = fake(
      [
        job('RUNNING', [event(1), event(2, true)]),
        job('RUNNING'),
        job('SUCCEEDED', [event(5)]),
        job('SUCCEEDED'),
      ],
      [
        [3, 'RUNNING'],
        [4, 'SUCCEEDED'],
      ],
    );
    const { points, last } = await follow(api);
    expect(points).toEqual([2, 3, 4]);
    expect(last).toBe('SUCCEEDED');
    expect(api.asked).toEqual([0, 2, 4, 5]);
  });

  it('reads a long history page by page', async () => {
    const api = fake([
      job('SUCCEEDED', [event(1, true), event(2, true)]),
      job('SUCCEEDED', [event(3, true)]),
      job('SUCCEEDED'),
    ]);
    expect((await follow(api)).points).toEqual([1, 2, 3]);
  });

  it('asks every two seconds where there is no stream, and over a failed round', async () => {
    const api = fake(
      [
        job('RUNNING'),
        new TypeError('network'),
        job('RUNNING', [event(1, true)]),
        job('RUNNING'),
        job('FAILED'),
      ],
      new ApiFailure('STREAM_UNAVAILABLE', ''),
    );
    const { points, last } = await follow(api);
    expect(points).toEqual([1]);
    expect(last).toBe('FAILED');
  });

  it('says that there is no such job', async () => {
    expect((await follow(fake([null]))).changes).toEqual([null]);
  });
});
