// A network served by worker threads, one session each: queue, deadline, back-pressure, accounting.
// A run that has started cannot be interrupted inside the runtime: at its deadline the caller is told, and the
// worker takes new work when the run has ended.
//
// States of a run: queued -> running -> answered; queued -> expired or cancelled (never started);
// running -> expired or cancelled (result dropped). A worker that dies fails its run and is replaced.
import { AppError } from '@tomograph/kernel';
import { checkFeeds } from '../graph/feeds.js';
import type { Tensors } from '../graph/tensor-data.js';
import { defaultSessionOptions, type SessionDescription, type SessionOptions } from './session.js';
import { compact, Thread } from './thread.js';

export interface PoolOptions extends SessionOptions {
  readonly workers: number;
  /** Runs that may wait; one more is refused with OVERLOADED. */
  readonly maxQueued: number;
  /** Bytes of feeds that may be queued or running at once. */
  readonly maxFeedBytes: number;
  /** Default time cap of a run, waiting included. */
  readonly deadlineMs: number;
}
export const defaultPoolOptions: PoolOptions = {
  ...defaultSessionOptions,
  workers: 1,
  maxQueued: 64,
  maxFeedBytes: 1 << 30,
  deadlineMs: 600_000,
};

export interface RunOptions {
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

export interface PoolDescription extends SessionDescription {
  readonly workers: number;
  readonly running: number;
  readonly queued: number;
  readonly memory: {
    /** The network's bytes, once per worker. */
    readonly graphBytes: number;
    /** Feeds queued and running now. */
    readonly feedBytes: number;
    /** Of the whole process, runtime arenas included. */
    readonly residentBytes: number;
  };
  readonly completed: number;
  readonly failed: number;
}

interface Job {
  readonly feeds: Tensors;
  readonly bytes: number;
  resolve(outputs: Tensors): void;
  reject(error: unknown): void;
  done: boolean;
}

const workerModule = new URL('../../dist/runtime/session-worker.js', import.meta.url);

export class InferencePool {
  private readonly idle: Thread[] = [];
  private readonly threads = new Set<Thread>();
  private readonly queue: Job[] = [];
  private running = 0;
  private feedBytes = 0;
  private completed = 0;
  private failed = 0;
  private closed = false;

  private constructor(
    private readonly bytes: Uint8Array,
    private readonly options: PoolOptions,
  ) {}
  private session!: SessionDescription;

  /**
   * @param bytes an ONNX model
   * @throws AppError GRAPH_INVALID, PROVIDER_UNAVAILABLE
   */
  static async create(bytes: Uint8Array, options: Partial<PoolOptions> = {}): Promise<InferencePool> {
    const pool = new InferencePool(bytes, { ...defaultPoolOptions, ...options });
    try {
      await Promise.all(Array.from({ length: pool.options.workers }, () => pool.addWorker()));
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  /**
   * @throws AppError FEED_UNKNOWN, FEED_MISSING, FEED_SHAPE before it is queued; OVERLOADED when the queue is full;
   * DEADLINE_EXCEEDED; CANCELLED; NOT_FINITE when an output holds a NaN or an infinity
   */
  run(feeds: Tensors, options: RunOptions = {}): Promise<Tensors> {
    return new Promise((resolve, reject) => {
      if (this.closed) throw new AppError('CANCELLED', { message: 'the inference pool is closed' });
      checkFeeds(this.session.inputs, feeds);
      const bytes = Object.values(feeds).reduce((n, feed) => n + feed.data.byteLength, 0);
      this.refuseOverload(bytes);
      const job: Job = { feeds, bytes, resolve, reject, done: false };
      this.feedBytes += bytes;
      this.watch(job, options);
      this.queue.push(job);
      this.next();
    });
  }

  /** What is loaded and what it is doing now. */
  describe(): PoolDescription {
    return {
      ...this.session,
      workers: this.threads.size,
      running: this.running,
      queued: this.queue.length,
      memory: {
        graphBytes: this.session.graphBytes * this.threads.size,
        feedBytes: this.feedBytes,
        residentBytes: process.memoryUsage.rss(),
      },
      completed: this.completed,
      failed: this.failed,
    };
  }

  /** Refuses what waits, lets runs under way end, then the workers. */
  async close(): Promise<void> {
    this.closed = true;
    const error = new AppError('CANCELLED', { message: 'the inference pool was closed' });
    for (const job of this.queue.splice(0)) this.finish(job, () => job.reject(error));
    await Promise.all([...this.threads].map((thread) => thread.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private async addWorker(): Promise<void> {
    const thread = new Thread(workerModule);
    this.threads.add(thread);
    void thread.ended.then(() => this.replace(thread));
    const { workers: _, maxQueued: __, maxFeedBytes: ___, deadlineMs: ____, ...options } = this.options;
    this.session = await thread.call<SessionDescription>('load', { bytes: this.bytes, options });
    this.idle.push(thread);
    this.next();
  }

  private replace(thread: Thread): void {
    this.threads.delete(thread);
    const at = this.idle.indexOf(thread);
    if (at >= 0) this.idle.splice(at, 1);
    if (this.closed) return;
    this.addWorker().catch((error: unknown) => {
      for (const job of this.queue.splice(0)) this.finish(job, () => job.reject(error));
    });
  }

  private refuseOverload(bytes: number): void {
    const { maxQueued, maxFeedBytes } = this.options;
    if (this.queue.length < maxQueued && this.feedBytes + bytes <= maxFeedBytes) return;
    throw new AppError('OVERLOADED', {
      message: `${this.queue.length} runs wait (at most ${maxQueued}) with ${this.feedBytes} bytes (at most ${maxFeedBytes}): try again later`,
      facts: { queued: this.queue.length, feedBytes: this.feedBytes },
    });
  }

  /** Deadline and cancellation: whichever comes first answers the caller. */
  private watch(job: Job, { deadlineMs = this.options.deadlineMs, signal }: RunOptions): void {
    const drop = (error: AppError): void => {
      const at = this.queue.indexOf(job);
      if (at >= 0) this.queue.splice(at, 1);
      this.finish(job, () => job.reject(error));
    };
    const timer = setTimeout(() => {
      drop(
        new AppError('DEADLINE_EXCEEDED', {
          message: `the run did not end within ${deadlineMs} ms, waiting included`,
          facts: { deadlineMs },
        }),
      );
    }, deadlineMs);
    const onAbort = (): void => drop(new AppError('CANCELLED', { message: 'the run was cancelled' }));
    signal?.addEventListener('abort', onAbort, { once: true });
    const release = <T>(settle: (value: T) => void) => {
      return (value: T): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        settle(value);
      };
    };
    job.resolve = release(job.resolve);
    job.reject = release(job.reject);
    if (signal?.aborted) onAbort();
  }

  private finish(job: Job, answer: () => void): void {
    if (job.done) return;
    job.done = true;
    this.feedBytes -= job.bytes;
    answer();
  }

  private next(): void {
    while (this.idle.length > 0 && this.queue.length > 0) {
      const job = this.queue.shift()!;
      if (job.done) continue;
      void this.execute(this.idle.pop()!, job);
    }
  }

  private async execute(thread: Thread, job: Job): Promise<void> {
    this.running++;
    try {
      const outputs = await thread.call<Tensors>('run', compact(job.feeds));
      this.completed++;
      this.finish(job, () => job.resolve(outputs));
    } catch (error) {
      this.failed++;
      this.finish(job, () => job.reject(error));
    } finally {
      this.running--;
      if (this.threads.has(thread)) this.idle.push(thread);
      this.next();
    }
  }
}
