// Opens one database, native or embedded, checked and migrated, with the Prisma client and plain SQL on one pool.
import { PrismaPg } from '@prisma/adapter-pg';
import { AppError } from '@tomograph/kernel';
import pg from 'pg';
import type { EmbeddedConnection } from '../embedded/embedded-database.js';
import { PrismaClient } from '../generated/prisma/client.js';
import { migrate } from '../migrate/migrate.js';
import { prepareQueues } from '../queue/boss.js';
import { checkServer } from './server-check.js';
import { refuseInsideTransaction, type SqlDatabase, sqlOn } from './sql.js';

export type DatabaseKind = 'embedded' | 'native';

/** What the rooms inside this package share. Not exported: others get a Database. */
export interface Connection extends SqlDatabase {
  readonly kind: DatabaseKind;
  readonly pool: pg.Pool;
  readonly prisma: PrismaClient;
  observeSql(listener: (text: string) => void): () => void;
  close(): Promise<void>;
}

export type ConnectionTarget =
  | { readonly kind: 'native'; readonly url: string }
  | { readonly kind: 'embedded'; readonly connection: EmbeddedConnection };

/** @throws AppError DATABASE_UNREACHABLE, DATABASE_INCOMPATIBLE: one sentence, never the password */
export async function openConnection(target: ConnectionTarget): Promise<Connection> {
  const pool = new pg.Pool(poolConfig(target));
  const listeners = new Set<(text: string) => void>();
  refuseSecondClient(pool);
  pool.on('connect', (client) => observeClient(client, listeners));
  pool.on('error', () => {}); // an idle client lost its server; the next query says so
  try {
    const sql = sqlOn(pool);
    await reach(sql, target);
    await checkServer(sql);
    await migrate(sql);
    await prepareQueues(sql);
    const prisma = new PrismaClient({
      adapter: new PrismaPg(pool, { disposeExternalPool: false }),
      transactionOptions: { maxWait: 30_000, timeout: 30_000 },
    });
    return {
      ...sql,
      kind: target.kind,
      pool,
      prisma,
      observeSql(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      async close() {
        await prisma.$disconnect();
        await pool.end();
      },
    };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

// Whoever holds a transaction and asks for another client, Prisma included, would wait for himself on the embedded
// database, where a transaction is alone.
function refuseSecondClient(pool: pg.Pool): void {
  const connect = pool.connect as (...args: unknown[]) => unknown;
  pool.connect = ((...args: unknown[]) => {
    refuseInsideTransaction();
    return connect.apply(pool, args);
  }) as typeof pool.connect;
}

// Below both Prisma and plain SQL, so that nothing is missed.
function observeClient(client: pg.PoolClient, listeners: ReadonlySet<(text: string) => void>): void {
  const query = client.query as (...args: unknown[]) => unknown;
  client.query = ((...args: unknown[]) => {
    const text = typeof args[0] === 'string' ? args[0] : (args[0] as { text?: string }).text;
    for (const listener of listeners) listener(text ?? '');
    return query.apply(client, args);
  }) as typeof client.query;
}

function poolConfig(target: ConnectionTarget): pg.PoolConfig {
  const common = { connectionTimeoutMillis: 30_000, idleTimeoutMillis: 30_000, allowExitOnIdle: true, types };
  return target.kind === 'native'
    ? { ...common, connectionString: target.url, max: 10, application_name: 'tomograph' }
    : { ...common, ...target.connection, max: 4 }; // one session behind it: more clients would only wait
}

// date as 'YYYY-MM-DD' (a Date would move it by the time zone), int8 as number (counts and ids, far below 2^53).
// Prisma brings its own parsers.
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === pg.types.builtins.DATE) return (text: string) => text;
    if (oid === pg.types.builtins.INT8) return Number;
    return pg.types.getTypeParser(oid, format as 'text');
  },
};

async function reach(sql: SqlDatabase, target: ConnectionTarget): Promise<void> {
  try {
    await sql.query('select 1');
  } catch (cause) {
    throw new AppError('DATABASE_UNREACHABLE', {
      message: `${describe(target)} cannot be reached (${reason(cause)}): see that it runs and that DATABASE_URL is right`,
      cause,
    });
  }
}

// The driver's own message may repeat the URL; its code does not.
function reason(error: unknown): string {
  const original = (error as AppError).cause ?? error;
  const code = (original as { code?: unknown }).code;
  if (code === '28P01' || code === '28000') return 'the password or user was refused';
  if (code === '3D000') return 'there is no such database';
  return typeof code === 'string' ? code : 'no answer';
}

function describe(target: ConnectionTarget): string {
  if (target.kind === 'embedded') return 'the embedded database';
  try {
    const url = new URL(target.url);
    return `the database at ${url.hostname || url.searchParams.get('host') || 'localhost'}:${url.port || 5432}${url.pathname}`;
  } catch {
    return 'the database of DATABASE_URL';
  }
}
