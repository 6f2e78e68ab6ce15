// The door of this room: one open database with its blobs and secrets. Not the reading and writing itself: see
// viewer/ for people, system/ for the house's own work, queue/, spaces/ and keys/. The Prisma client stays inside.
import { AppError, type Config } from '@tomograph/kernel';
import { type BlobStore, blobStoreFromUrl } from '@tomograph/registry';
import { type Connection, type DatabaseKind, openConnection } from './connection/connect.js';
import type { SqlDatabase } from './connection/sql.js';
import { embeddedConnection, startEmbeddedDatabase } from './embedded/embedded-database.js';
import { readHomeLock } from './embedded/home-lock.js';
import { isSameProcess } from './embedded/process-mark.js';
import { loadSecrets, type Secrets } from './secrets.js';
import { type SystemDb, systemDb } from './system/system-db.js';
import type { Viewer } from './viewer/viewer.js';
import { type ViewerDb, viewerDb } from './viewer/viewer-db.js';

export interface Database extends SqlDatabase {
  readonly kind: DatabaseKind;
  readonly home: string;
  readonly blobs: BlobStore;
  readonly secrets: Secrets;
  /** Everything that this viewer may do; the only way from a request to the tables. */
  viewer(viewer: Viewer): ViewerDb;
  /** Sees every project. @param reason stands in the audit as `system:<reason>`, such as `ingest` */
  systemDbBypassingViewer(reason: string): SystemDb;
  /** Calls the listener with the text of every statement from now on, for tests. @returns ends it */
  observeSql(listener: (text: string) => void): () => void;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface OpenOptions {
  /** What this process is, shown to others that find the home in use: `npm start`, `tomograph ingest`. */
  readonly purpose?: string;
  /** Refuse, with HOME_LOCKED, a home whose embedded database another process runs, instead of joining it. */
  readonly exclusive?: boolean;
  /**
   * True for a process that others depend on: refuse a home whose embedded database another process runs
   * (HOME_LOCKED), rather than share one that ends when that process does.
   */
  readonly isExclusive?: boolean;
  /** Called when the embedded database died and could not be brought back. */
  readonly onLost?: (error: AppError) => void;
}

/**
 * The database of a configuration: DATABASE_URL, or the embedded one, which is started for as long as this process
 * keeps it open unless a process of the same home runs it already.
 * @throws AppError DATABASE_UNREACHABLE, DATABASE_INCOMPATIBLE, HOME_LOCKED
 */
export async function openDatabase(config: Config, options: OpenOptions = {}): Promise<Database> {
  if (config.databaseUrl !== undefined) return connectDatabase(config);
  for (let attempt = 1; ; attempt++) {
    try {
      if (options.isExclusive || !(await runningConnection(config.home)))
        return await startOwn(config, options);
      return await connectDatabase(config);
    } catch (error) {
      // between our look and our step another process started the database, or ended it
      const code = error instanceof AppError ? error.code : '';
      const isRace = code === 'HOME_LOCKED' || code === 'DATABASE_UNREACHABLE';
      if (options.isExclusive || !isRace || attempt === 3) throw error;
    }
  }
}

async function startOwn(config: Config, options: OpenOptions): Promise<Database> {
  const embedded = await startEmbeddedDatabase({ home: config.home, ...options });
  try {
    const connection = await openConnection({ kind: 'embedded', connection: embedded.connection });
    return assembleDatabase(config, connection, () => embedded.close());
  } catch (error) {
    await embedded.close();
    throw error;
  }
}

/** As openDatabase, but never starts an embedded database: DATABASE_UNREACHABLE when none runs for this home. */
export async function connectDatabase(config: Config): Promise<Database> {
  if (config.databaseUrl !== undefined) {
    const connection = await openConnection({ kind: 'native', url: config.databaseUrl });
    return assembleDatabase(config, connection);
  }
  const running = await runningConnection(config.home);
  if (!running) {
    throw new AppError('DATABASE_UNREACHABLE', {
      message: `no embedded database runs for ${config.home}: start Tomograph, or set DATABASE_URL`,
    });
  }
  return assembleDatabase(config, await openConnection({ kind: 'embedded', connection: running }));
}

/** Puts an open connection, the blobs and the secrets of a home together. */
export function assembleDatabase(
  config: Pick<Config, 'home' | 'blobUrl'>,
  connection: Connection,
  afterClose: () => Promise<void> = async () => {},
): Database {
  const close = async (): Promise<void> => {
    await connection.close();
    await afterClose();
  };
  const database: Database = {
    kind: connection.kind,
    home: config.home,
    blobs: blobStoreFromUrl(config.blobUrl, config.home),
    secrets: loadSecrets(config.home),
    query: connection.query,
    transaction: connection.transaction,
    viewer: (viewer) => viewerDb(connection, database.blobs, viewer),
    systemDbBypassingViewer: (reason) => systemDb(connection, database.blobs, reason),
    observeSql: connection.observeSql,
    close,
    [Symbol.asyncDispose]: close,
  };
  return database;
}

// A database that is starting holds the lock and answers soon: wait for it.
async function runningConnection(home: string) {
  const until = performance.now() + 20_000;
  for (;;) {
    const held = readHomeLock(home);
    if (!held || !isSameProcess(held.owner)) return undefined; // an orphan is about to end
    if (held.ready) return embeddedConnection(held.socketFolder);
    if (performance.now() > until) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
