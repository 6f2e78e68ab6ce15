import type { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { Graph } from '../graph/graph.js';
import { f32, floats, type Tensors } from '../graph/tensor-data.js';
import * as b from '../ops/build.js';
import { InferencePool } from './inference-pool.js';
import { defaultSessionOptions, Session } from './session.js';

const withCode = (code: string) => expect.objectContaining({ code });

/** y = 2x; `slow` multiplies large matrices on the way. */
function network(slow = 0): Uint8Array {
  const g = new Graph();
  const x = g.input('x', 'f32', ['n']);
  let load = b.reduceSum(b.mul(x, 0));
  if (slow > 0) {
    const matrix = g.constant(new Float32Array(512 * 512).fill(1e-3), [512, 512]);
    let product = b.add(matrix, load); // depends on x: cannot be folded away
    for (let i = 0; i < slow; i++) product = b.matmul(product, matrix);
    load = b.mul(b.reduceSum(product), 0);
  }
  g.output('y', b.add(b.mul(x, 2), load));
  return g.encode();
}
const x = f32([1, 2], [2]);

describe('InferencePool', () => {
  it('answers runs on several workers and says what it is', async () => {
    await using pool = await InferencePool.create(network(), { workers: 2 });
    const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => pool.run({ x: f32([n], [1]) })));
    expect(answers.map((out) => floats(out, 'y')[0])).toEqual([2, 4, 6, 8, 10]);
    expect(pool.describe()).toMatchObject({
      provider: 'cpu',
      threads: 1,
      workers: 2,
      running: 0,
      queued: 0,
      completed: 5,
      inputs: [{ name: 'x', dtype: 'f32', shape: ['n'] }],
      graph: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
    expect(pool.describe().memory).toMatchObject({ graphBytes: 2 * network().length, feedBytes: 0 });
  });

  it('refuses wrong feeds before they are queued, and a non-finite output by name', async () => {
    await using pool = await InferencePool.create(network());
    await expect(pool.run({ x, z: x })).rejects.toThrow(withCode('FEED_UNKNOWN'));
    await expect(pool.run({})).rejects.toThrow(withCode('FEED_MISSING'));
    await expect(pool.run({ x: f32([Number.NaN], [1]) })).rejects.toThrow(/tensor "y" holds NaN/);
    expect(floats(await pool.run({ x }), 'y')[1]).toBe(4);
  });

  it('feeds a view of a larger buffer without copying the buffer', async () => {
    await using pool = await InferencePool.create(network());
    const large = new Float32Array(1000).map((_, i) => i);
    const out = await pool.run({ x: f32(large.subarray(10, 12), [2]) });
    expect([...floats(out, 'y')]).toEqual([20, 22]);
    expect(large[10]).toBe(10);
  });

  it('pushes back when the queue or its bytes are full', async () => {
    await using pool = await InferencePool.create(network(20), { maxQueued: 1, maxFeedBytes: 1000 });
    const first = pool.run({ x });
    const second = pool.run({ x });
    await expect(pool.run({ x })).rejects.toThrow(withCode('OVERLOADED'));
    await Promise.all([first, second]);
    await expect(pool.run({ x: f32(new Float32Array(300), [300]) })).rejects.toThrow(withCode('OVERLOADED'));
    expect(pool.describe().memory.feedBytes).toBe(0);
  });

  it('ends a wait at its deadline or when cancelled, and goes on working', async () => {
    await using pool = await InferencePool.create(network(40));
    const codeOf = (error: { code: string }): string => error.code;
    const running = pool.run({ x }, { deadlineMs: 1 }).catch(codeOf);
    const stop = new AbortController();
    const waiting = pool.run({ x }, { signal: stop.signal }).catch(codeOf);
    stop.abort();
    expect(await Promise.all([running, waiting])).toEqual(['DEADLINE_EXCEEDED', 'CANCELLED']);
    expect(floats(await pool.run({ x }), 'y')[0]).toBe(2);
  });

  it('leaves the event loop free while it computes', async () => {
    await using pool = await InferencePool.create(network(60));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const started = performance.now();
    await pool.run({ x });
    const elapsedMs = performance.now() - started;
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(elapsedMs / 5 / 4);
  });

  it('replaces a worker that dies: its run fails, the next one is answered', async () => {
    await using pool = await InferencePool.create(network(40));
    const { threads } = pool as unknown as { threads: Set<{ worker: Worker }> };
    // an idle one: a thread that is ended in the middle of a run takes the process along (see thread.ts)
    const ending = [...threads][0]!.worker.terminate();
    const doomed = pool.run({ x }).catch((error: { code: string }) => error.code);
    await ending;
    expect(await doomed).toBe('INTERNAL');
    expect(floats(await pool.run({ x }), 'y')[1]).toBe(4);
    expect(pool.describe()).toMatchObject({ workers: 1, failed: 1, completed: 1 });
  });

  it('lets the run under way end and rejects what waits when it is closed', async () => {
    const pool = await InferencePool.create(network(40));
    const runs = [pool.run({ x }), pool.run({ x })].map((run) =>
      run.catch((error: { code: string }) => error.code),
    );
    await pool.close();
    const [underWay, waiting] = await Promise.all(runs);
    expect(floats(underWay as Tensors, 'y')[1]).toBe(4);
    expect(waiting).toBe('CANCELLED');
    await expect(pool.run({ x })).rejects.toThrow(withCode('CANCELLED'));
  });
});

describe('Session', () => {
  it('refuses bytes that are no network', async () => {
    await expect(Session.load(new Uint8Array([1, 2, 3]))).rejects.toThrow(withCode('GRAPH_INVALID'));
    await expect(InferencePool.create(new Uint8Array([1, 2, 3]))).rejects.toThrow(withCode('GRAPH_INVALID'));
  });

  it('refuses an absent execution provider in words instead of falling back', async () => {
    const options = { ...defaultSessionOptions, provider: 'cuda' as const };
    const failure = await Session.load(network(), options).then(
      async (session) => session.dispose(), // a machine that has CUDA
      (error: Error) => error,
    );
    if (failure !== undefined) {
      expect(failure).toMatchObject({
        code: 'PROVIDER_UNAVAILABLE',
        message: expect.stringMatching(/cuda.*DEVICE=cpu/s),
      });
    }
  });
});
