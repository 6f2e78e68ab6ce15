// Many phantoms in worker threads: seeds go out, phantoms come back as they finish. Order of arrival is not the order of
// seeds; content depends on the seed alone.

import { Worker } from 'node:worker_threads';
import { AppError } from '@tomograph/kernel';
import type { DisplacementField } from '../body/follow-up.js';
import type { Phantom, RenderOptions } from '../render.js';

/** A phantom without its functions, which cannot cross threads. */
export type PhantomData = Omit<Phantom, 'body' | 'toCanonical' | 'phi'> & {
  readonly phi?: DisplacementField;
};

export interface BatchOptions {
  /** Everything but onProgress. */
  readonly render: Omit<RenderOptions, 'onProgress'>;
  /** Worker threads; default 1. */
  readonly threads?: number;
  readonly onProgress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

type Reply = { readonly phantom: PhantomData } | { readonly failed: string };

/**
 * Renders each seed and yields it. Workers idle while the consumer is busy: at most `threads` finished phantoms wait.
 * @throws AppError CANCELLED when the signal fires, INTERNAL when a worker dies
 */
export async function* renderBatch(
  seeds: readonly number[],
  options: BatchOptions,
): AsyncGenerator<PhantomData> {
  const threads = Math.max(1, Math.min(options.threads ?? 1, seeds.length));
  const workers = Array.from(
    { length: threads },
    () =>
      new Worker(new URL('../../dist/out/batch-worker.js', import.meta.url), { workerData: options.render }),
  );
  let next = 0;
  const start = (worker: Worker): Promise<{ worker: Worker; reply: Reply }> | undefined => {
    if (next >= seeds.length) return undefined;
    const seed = seeds[next++]!;
    return new Promise((resolve, reject) => {
      const stop = (cause: unknown) =>
        reject(new AppError('INTERNAL', { message: `the phantom worker of seed ${seed} died`, cause }));
      worker.once('error', stop);
      worker.once('message', (reply: Reply) => {
        worker.off('error', stop);
        resolve({ worker, reply });
      });
      worker.postMessage(seed);
    });
  };
  const running = new Map<Worker, Promise<{ worker: Worker; reply: Reply }>>();
  const launch = (worker: Worker) => {
    const job = start(worker);
    if (job !== undefined) running.set(worker, job);
  };
  let cancel: () => void = () => {};
  const cancelled = new Promise<never>((_, reject) => {
    cancel = () => reject(new AppError('CANCELLED', { message: 'phantom generation was cancelled' }));
  });
  cancelled.catch(() => {});
  options.signal?.addEventListener('abort', cancel, { once: true });
  if (options.signal?.aborted) cancel();
  try {
    workers.forEach(launch);
    for (let done = 0; running.size > 0; ) {
      const { worker, reply } = await Promise.race([cancelled, ...running.values()]);
      running.delete(worker);
      if ('failed' in reply)
        throw new AppError('INTERNAL', { message: `a phantom could not be rendered: ${reply.failed}` });
      launch(worker);
      options.onProgress?.(++done, seeds.length);
      yield reply.phantom;
    }
  } finally {
    options.signal?.removeEventListener('abort', cancel);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
