import { describe, expect, it } from 'vitest';
import { render } from '../render.js';
import { renderBatch } from './batch.js';

// runs the built worker: `tsc -b packages/phantom` first
describe('a batch in worker threads', () => {
  it('gives the same bytes as the same seeds in this thread, with progress', async () => {
    const done: number[] = [];
    const seen = new Map<number, Int16Array>();
    for await (const p of renderBatch([4, 9, 2], {
      render: { size: 24 },
      threads: 2,
      onProgress: (n) => done.push(n),
    })) {
      seen.set(p.seed, p.volume.voxels);
    }
    expect(done).toEqual([1, 2, 3]);
    for (const seed of [4, 9, 2]) expect(seen.get(seed)).toEqual(render(seed, { size: 24 }).volume.voxels);
  }, 120_000); // two threads start from cold on a machine that may be busy

  it('stops when it is cancelled', async () => {
    const abort = new AbortController();
    const run = async () => {
      for await (const _ of renderBatch([1, 2, 3, 4, 5, 6], { render: { size: 24 }, signal: abort.signal }))
        abort.abort();
    };
    await expect(run()).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
