// Reading in a process of its own that may die: wall clock, memory and bytes are capped from outside, the
// environment is empty, and everything it wrote is removed. States: started -> (answered | killed | died) ->
// scratch removed; the promise settles only after the last.
import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, appErrorFromJson } from '@tomograph/kernel';
import { defaultLimits, type ReadLimits } from '../read/limits.js';
import type { ReadProgress, ReadResult } from '../read/result.js';
import { itemFromWire } from './from-wire.js';
import { type ReadRequest, type Reply, replySchema } from './protocol.js';

export interface IsolationOptions {
  readonly key: Uint8Array;
  readonly limits?: Partial<ReadLimits>;
  readonly onProgress?: (progress: ReadProgress) => void;
  readonly signal?: AbortSignal;
  /** Wall clock of the whole reading; default 120 s. */
  readonly timeoutMs?: number;
  /** Resident memory of the process, watched where /proc exists; default 6 GiB. */
  readonly maxRssBytes?: number;
  /** Folder in which a private one (0700) is made; default the system's. */
  readonly scratchParent?: string;
}

const main = fileURLToPath(new URL('../../dist/reader-process/main.js', import.meta.url));
const memoryPollMs = 20;

/**
 * `readInput` in a child process.
 * @throws AppError READER_CRASHED when the process died or grew beyond `maxRssBytes`, DEADLINE_EXCEEDED after
 *   `timeoutMs`, CANCELLED by the signal, and everything readInput throws
 */
export async function readInIsolation(path: string, options: IsolationOptions): Promise<ReadResult> {
  if (options.signal?.aborted) throw new AppError('CANCELLED', { message: 'reading was cancelled' });
  const scratch = await mkdtemp(join(options.scratchParent ?? tmpdir(), 'tomograph-reader-'));
  try {
    const resultFolder = join(scratch, 'result');
    const workFolder = join(scratch, 'work');
    await mkdir(resultFolder, { mode: 0o700 });
    await mkdir(workFolder, { mode: 0o700 });
    const reply = await runReader(
      {
        path: resolve(path),
        key: Buffer.from(options.key).toString('hex'),
        limits: { ...defaultLimits, ...options.limits },
        resultFolder,
        workFolder,
      },
      options,
    );
    if (reply.type === 'error') throw appErrorFromJson(reply.error);
    const items = [];
    for (const item of reply.items) {
      items.push(await itemFromWire(item, (name) => readFile(join(resultFolder, name))));
    }
    return { items, refused: reply.refused };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

type FinalReply = Exclude<Reply, { type: 'progress' }>;

/** Starts the process and settles once it is gone: with its answer, or with why there is none. */
async function runReader(request: ReadRequest, options: IsolationOptions): Promise<FinalReply> {
  const maxRssBytes = options.maxRssBytes ?? 6 * 2 ** 30;
  const timeoutMs = options.timeoutMs ?? 120_000;
  const heapMiB = Math.max(64, Math.floor((0.75 * Math.min(maxRssBytes, 4 * 2 ** 30)) / 2 ** 20));
  // No environment: the reader has no business with database addresses or keys. Its output could quote a header.
  const child = fork(main, [], {
    env: {},
    execArgv: [`--max-old-space-size=${heapMiB}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let reply: FinalReply | undefined;
  let verdict: AppError | undefined;
  const stop = (error: AppError) => {
    verdict ??= error;
    child.kill('SIGKILL');
  };
  const cancel = () => stop(new AppError('CANCELLED', { message: 'reading was cancelled' }));
  options.signal?.addEventListener('abort', cancel, { once: true });
  const deadline = setTimeout(() => stop(deadlineExceeded(timeoutMs)), timeoutMs);
  const stopWatching = watchMemory(child, maxRssBytes, () => stop(outOfMemory(maxRssBytes)));
  child.on('message', (message) => {
    const parsed = replySchema.safeParse(message);
    if (!parsed.success)
      stop(new AppError('READER_CRASHED', { message: 'the reading process gave a senseless answer' }));
    else if (parsed.data.type === 'progress') options.onProgress?.(parsed.data.progress);
    else reply = parsed.data;
  });
  try {
    const ended = new Promise<{ code: number | null; signal: string | null }>((settle, fail) => {
      child.once('error', (cause) =>
        fail(new AppError('READER_CRASHED', { message: 'the reading process does not start', cause })),
      );
      child.once('exit', (code, signal) => settle({ code, signal }));
    });
    child.send(request, () => undefined);
    // The last message may still be in the pipe when the exit is seen: the channel ends after it.
    const drained = new Promise<void>((settle) => child.once('disconnect', settle));
    const { code, signal } = await ended;
    if (child.connected) await drained;
    if (verdict) throw verdict;
    if (reply) return reply;
    throw new AppError('READER_CRASHED', {
      message: 'the reading process died of this input; nothing of it was kept',
      facts: { exitCode: code, signal },
    });
  } finally {
    clearTimeout(deadline);
    stopWatching();
    options.signal?.removeEventListener('abort', cancel);
  }
}

function deadlineExceeded(timeoutMs: number): AppError {
  return new AppError('DEADLINE_EXCEEDED', {
    message: `reading took longer than ${timeoutMs} ms and was stopped; nothing of it was kept`,
    facts: { timeoutMs },
  });
}

function outOfMemory(maxRssBytes: number): AppError {
  return new AppError('READER_CRASHED', {
    message: `reading needed more than ${maxRssBytes} bytes of memory and was stopped; nothing of it was kept`,
    facts: { maxRssBytes },
  });
}

/** Polls resident memory where the system tells it (Linux); elsewhere the caps of readInput alone hold. */
function watchMemory(child: ChildProcess, maxRssBytes: number, exceeded: () => void): () => void {
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy || child.pid === undefined) return;
    isBusy = true;
    readFile(`/proc/${child.pid}/status`, 'latin1')
      .then((status) => {
        const kib = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
        if (kib * 1024 > maxRssBytes) exceeded();
      })
      .catch(() => undefined) // gone, or a system without /proc
      .finally(() => {
        isBusy = false;
      });
  }, memoryPollMs);
  return () => clearInterval(timer);
}
