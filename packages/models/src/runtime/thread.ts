// A typed call to a worker thread and back: requests by number, errors that keep their code. No queue, no policy.

import { parentPort, type TransferListItem, Worker } from 'node:worker_threads';
import { AppError, appErrorFromJson } from '@tomograph/kernel';
import type { TensorData, Tensors } from '../graph/tensor-data.js';

const endMessage = 'end';

type Handlers = Readonly<Record<string, (argument: never) => Promise<unknown> | unknown>>;
interface Request {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}
type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { code: string; message: string; facts: unknown } };

/** Answers calls in a worker, one after another, until told to end. Float results travel by transfer, not by copy. */
export function serveThread(handlers: Handlers): void {
  const port = parentPort;
  if (port === null) throw new TypeError('this module runs in a worker thread only');
  let last: Promise<void> = Promise.resolve();
  port.on('message', (message: Request | typeof endMessage) => {
    if (message === endMessage) {
      last = last.then(() => port.close());
      return;
    }
    const { id, method, argument } = message;
    last = last.then(async () => {
      try {
        const value = await handlers[method]!(argument as never);
        port.postMessage({ id, value } satisfies Reply, buffersOf(value));
      } catch (error) {
        port.postMessage({ id, error: errorJson(error) } satisfies Reply);
      }
    });
  });
}

function errorJson(error: unknown): { code: string; message: string; facts: unknown } {
  if (error instanceof AppError) return error.toJSON();
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), facts: {} };
}

/** Buffers that a reply owns whole: they move instead of being copied. */
function buffersOf(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (x: unknown): void => {
    if (ArrayBuffer.isView(x)) {
      if (x.buffer instanceof ArrayBuffer && x.byteLength === x.buffer.byteLength) found.add(x.buffer);
    } else if (x !== null && typeof x === 'object') Object.values(x).forEach(visit);
  };
  visit(value);
  return [...found];
}

/** The caller's side. A thread that dies rejects every call that waits for it. */
export class Thread {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  private next = 0;
  private dead: Error | undefined;
  /** Settles when the thread has ended, for whatever reason. */
  readonly ended: Promise<void>;

  /** @param module the built file of the worker */
  constructor(module: URL) {
    // flags of the parent, such as --input-type, are not for the worker
    this.worker = new Worker(module, { execArgv: [] });
    // an idle worker must not keep the process alive; a call under way does (see `call`)
    this.worker.unref();
    this.worker.on('message', (reply: Reply) => this.settle(reply));
    this.worker.on('error', (error) => this.die(error));
    this.ended = new Promise((resolve) => {
      this.worker.on('exit', (code) => {
        this.die(new Error(`the worker thread ended with code ${code}`));
        resolve();
      });
    });
  }

  call<T>(method: string, argument?: unknown, transfer: readonly TransferListItem[] = []): Promise<T> {
    if (this.dead !== undefined) return Promise.reject(lost(this.dead));
    const id = this.next++;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.worker.ref();
      this.worker.postMessage({ id, method, argument } satisfies Request, transfer);
    });
  }

  /**
   * Lets the thread end after the call under way. Never `worker.terminate()`: it aborts the whole process when it meets
   * onnxruntime in the middle of a run.
   */
  async close(): Promise<void> {
    if (this.dead === undefined) {
      this.worker.ref();
      this.worker.postMessage(endMessage);
    }
    await this.ended;
  }

  private settle(reply: Reply): void {
    const call = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if (this.waiting.size === 0) this.worker.unref();
    if ('error' in reply) call?.reject(appErrorFromJson(reply.error));
    else call?.resolve(reply.value);
  }

  private die(cause: Error): void {
    this.dead ??= cause;
    for (const { reject } of this.waiting.values()) reject(lost(cause));
    this.waiting.clear();
  }
}

function lost(cause: Error): AppError {
  return new AppError('INTERNAL', { message: `the worker thread is gone: ${cause.message}`, cause });
}

/** Cloning a view clones its whole buffer: views of larger buffers are cut out first. */
export function compact(tensors: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      tensor.data.byteLength === tensor.data.buffer.byteLength
        ? tensor
        : ({ ...tensor, data: tensor.data.slice() } as TensorData),
    ]),
  );
}
