// Plain SQL on a pool, alone or in a transaction. Not a query builder: statements live beside who uses them.
import { AsyncLocalStorage } from 'node:async_hooks';
import { AppError } from '@tomograph/kernel';
import pg from 'pg';
import { canEnd, unlessEnded } from './ending.js';

export interface Sql {
  /** Rows of one statement. int8 comes as number, date as 'YYYY-MM-DD', timestamptz as Date; cast enum arrays to text[]. */
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<Row[]>;
}

export interface SqlDatabase extends Sql {
  /**
   * Runs `work` in one transaction (read committed) and commits when it returns. Keep it short: on the embedded
   * database a transaction is alone, everybody else waits. Settings inside only by `set_config(name, value, true)`.
   */
  transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T>;
}

const insideTransaction = new AsyncLocalStorage<true>();

export function sqlOn(pool: pg.Pool): SqlDatabase {
  return {
    async query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]> {
      if (!canEnd()) return rowsOf<Row>(pool, text, values);
      const client = await connect(pool);
      try {
        return await unlessEnded(pool, client, () => rowsOf<Row>(client, text, values));
      } finally {
        client.release();
      }
    },
    async transaction(work) {
      const client = await connect(pool);
      let broken: Error | undefined;
      try {
        await rowsOf(client, 'begin');
        const result = await insideTransaction.run(true, () =>
          work({ query: (t, v) => unlessEnded(pool, client, () => rowsOf(client, t, v)) }),
        );
        await rowsOf(client, 'commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch((cause: Error) => {
          broken = cause;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
  };
}

/** @throws TypeError in the flow of a transaction's work: the embedded database serves nobody else until it ends */
export function refuseInsideTransaction(): void {
  if (insideTransaction.getStore()) {
    throw new TypeError(
      'inside a transaction use its own query(): this one would wait for the transaction to end',
    );
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw toDatabaseError(error);
  }
}

async function rowsOf<Row extends object>(
  on: pg.Pool | pg.PoolClient,
  text: string,
  values?: readonly unknown[],
): Promise<Row[]> {
  try {
    const result = await on.query(text, values as unknown[]);
    return result.rows as Row[];
  } catch (error) {
    throw toDatabaseError(error);
  }
}

/** Database failures that a caller can act on become AppErrors; the rest stay what they are. */
export function toDatabaseError(error: unknown): unknown {
  const { code, message } = error as { code?: string; message?: string };
  if (code === 'TG001') return new AppError('SPACE_MISMATCH', { message: message ?? '', cause: error });
  const isGone =
    /^(ECONN|ENOENT|ENOTFOUND|EPIPE|ETIMEDOUT|EHOSTUNREACH|57P0[123]|08\d{3})/.test(code ?? '') ||
    /Connection terminated|timeout exceeded when trying to connect/.test(message ?? '');
  if (!isGone) return error;
  return new AppError('DATABASE_UNREACHABLE', {
    message: 'the database does not answer: see that it runs, then try again',
    cause: error,
  });
}

/** True for a violated unique constraint. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '23505';
}

/** True for a row that names one that is not there, or is still named by one that is. */
export function isForeignKeyViolation(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '23503';
}
