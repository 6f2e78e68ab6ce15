// A thread for work that would hold the event loop (and with it the jobs' heart-beats): pictures, projections,
// descriptors. One task at a time, in order. A cancelled task ends the thread; the next task starts a fresh one.
import { Worker } from 'node:worker_threads';
import { AppError, appErrorFromJson } from '@tomograph/kernel';
import type { ThreadData } from './open-meanings.js';
import type { ComputeTasks, TaskName } from './tasks.js';

export type ThreadReply =
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly error: { code: string; message: string; facts: object } };

const threadFile = new URL('../../dist/compute/thread-main.js', import.meta.url);

export class ComputeThread implements AsyncDisposable {
  private thread: Worker | undefined;
  private tail: Promise<unknown> = Promise.resolve();
  private lastId = 0;

  /** @param home of the installation, where learned spaces may have been added; without it the shipped one is known alone */
  constructor(private readonly home?: string) {}

  /**
   * @throws AppError of the task; CANCELLED by the signal; INTERNAL when the thread died
   */
  run<Name extends TaskName>(
    name: Name,
    input: ComputeTasks[Name]['input'],
    signal?: AbortSignal,
  ): Promise<ComputeTasks[Name]['output']> {
    const result = this.tail.then(() => this.runNow(name, input, signal));
    this.tail = result.catch(() => undefined);
    return result as Promise<ComputeTasks[Name]['output']>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.thread?.terminate();
    this.thread = undefined;
  }

  private runNow(name: TaskName, input: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    if (signal?.aborted) return Promise.reject(cancelled(signal));
    this.thread ??= new Worker(threadFile, { workerData: { home: this.home } satisfies ThreadData });
    const thread = this.thread;
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        thread.off('message', onMessage);
        thread.off('error', onDeath);
        thread.off('exit', onDeath);
        signal?.removeEventListener('abort', onAbort);
        settle();
      };
      const drop = () => {
        if (this.thread === thread) this.thread = undefined;
        void thread.terminate();
      };
      const onMessage = (reply: ThreadReply) => {
        if (reply.id !== id) return;
        end(() => ('error' in reply ? reject(appErrorFromJson(reply.error)) : resolve(reply.output)));
      };
      const onDeath = (cause: unknown) => {
        drop();
        end(() => reject(new AppError('INTERNAL', { message: `the compute thread died at ${name}`, cause })));
      };
      const onAbort = () => {
        drop();
        end(() => reject(cancelled(signal!)));
      };
      thread.on('message', onMessage);
      thread.on('error', onDeath);
      thread.on('exit', onDeath);
      signal?.addEventListener('abort', onAbort, { once: true });
      thread.postMessage({ id, name, input }, transferables(input));
    });
  }
}

// The job's own reason says whether it was cancelled or the worker stops; the queue tells them apart.
function cancelled(signal: AbortSignal): unknown {
  return signal.reason ?? new AppError('CANCELLED', { message: 'the work was cancelled' });
}

/** Every ArrayBuffer that a value wholly owns: moved to the other side, gone on this one. */
export function transferables(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteLength } = value;
    // a view of a part (Node's pooled Buffers) is copied: moving it would take its neighbours along
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) found.add(buffer);
  } else if (value !== null && typeof value === 'object') {
    for (const inner of Object.values(value)) transferables(inner, found);
  }
  return [...found];
}
