// Work that may be told to end: from then on it starts no statement, and the one that runs is cancelled. On the
// embedded database a statement that runs cannot be stopped (PGlite has no signals; its statement_timeout never
// fires, measured): it ends by itself, nothing follows it. Plain SQL alone: Prisma's reads by id are short.
import { AsyncLocalStorage } from 'node:async_hooks';
import { AppError } from '@tomograph/kernel';
import pg from 'pg';

const signals = new AsyncLocalStorage<AbortSignal>();

/** Runs `work`; when the signal fires, its statements end with DEADLINE_EXCEEDED and its transactions roll back. */
export function endingWith<T>(signal: AbortSignal, work: () => T): T {
  return signals.run(signal, work);
}

/**
 * Runs one statement on a client, under the signal of the work it belongs to.
 * @throws AppError DEADLINE_EXCEEDED
 */
export async function unlessEnded<T>(
  pool: pg.Pool,
  client: pg.PoolClient,
  run: () => Promise<T>,
): Promise<T> {
  const signal = signals.getStore();
  if (!signal) return run();
  if (signal.aborted) throw ended();
  let cancelled: Promise<void> | undefined;
  const cancel = () => {
    cancelled = cancelOn(pool, client);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await run();
  } catch (error) {
    throw signal.aborted && (error as { code?: unknown }).code === '57014' ? ended(error) : error;
  } finally {
    signal.removeEventListener('abort', cancel);
    await cancelled; // the client is not given on before: its next statement would be hit
  }
}

/** Whether this flow of work has a signal, and so needs a client of its own per statement. */
export function canEnd(): boolean {
  return signals.getStore() !== undefined;
}

// A connection beside the pool, whose clients may all be busy with what is to be cancelled.
async function cancelOn(pool: pg.Pool, client: pg.PoolClient): Promise<void> {
  const processId = (client as { processID?: number | null }).processID;
  const { connectionString } = pool.options as { connectionString?: string };
  if (!processId || connectionString === undefined) return; // embedded
  const other = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  try {
    await other.connect();
    await other.query('select pg_cancel_backend($1)', [processId]);
  } catch {
    // the statement runs to its end
  } finally {
    await other.end().catch(() => {});
  }
}

function ended(cause?: unknown): AppError {
  return new AppError('DEADLINE_EXCEEDED', {
    message: 'the operation is over: its statement was ended',
    cause,
  });
}
