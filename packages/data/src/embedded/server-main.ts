// The process of the embedded database: one PGlite with pgvector, behind a unix socket. Started by
// embedded-database.ts alone, which it outlives by no more than its own shutdown. It is a process of its own so
// that a long query blocks neither the API nor a worker.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { toAppError } from '@tomograph/kernel';
import { embeddedConnection } from './embedded-database.js';
import { applyEmbeddedSettings } from './embedded-settings.js';
import { type HeldLock, releaseHomeLock, takeHomeLock, updateHomeLock } from './home-lock.js';
import { startHousekeeping } from './housekeeping.js';
import { markOf } from './process-mark.js';
import type { ServerMessage } from './server-message.js';
import { makeSocketFolder, removeSocketFolder, socketName } from './socket-folder.js';
import { startWireServer } from './wire-server.js';

const [home, purpose] = process.argv.slice(2) as [string, string];
const holder = markOf(process.pid);

// Ctrl-C reaches the whole process group; the owner decides when the database may go.
process.on('SIGINT', () => {});

try {
  const close = await start();
  const stop = () => void close().finally(() => process.exit(0));
  process.on('SIGTERM', stop);
  process.on('disconnect', stop); // the owner closed us, or died
  if (!process.connected) stop();
} catch (error) {
  const { code, message, facts } = toAppError(error);
  if (code === 'INTERNAL') console.error(error);
  const refusal: ServerMessage = { kind: 'refused', error: { code, message, facts } };
  if (process.connected) process.send!(refusal, undefined, {}, () => process.exit(1));
  else process.exit(1);
}

async function start(): Promise<() => Promise<void>> {
  const lock: HeldLock = { holder, owner: markOf(process.ppid), purpose, socketFolder: '', ready: false };
  await takeHomeLock(home, lock);
  let socketFolder = '';
  try {
    socketFolder = makeSocketFolder(home);
    updateHomeLock(home, { ...lock, socketFolder });
    const folder = join(home, 'database');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const db = await PGlite.create({ dataDir: folder, extensions: { vector } });
    await applyEmbeddedSettings(db);
    const server = await startWireServer({ db, path: join(socketFolder, socketName) });
    const housekeeping = startHousekeeping(embeddedConnection(socketFolder));
    updateHomeLock(home, { ...lock, socketFolder, ready: true });
    const ready: ServerMessage = { kind: 'ready', socketFolder };
    if (process.connected) process.send!(ready);
    return async () => {
      await housekeeping.stop();
      await server.close();
      await db.close();
      removeSocketFolder(socketFolder);
      releaseHomeLock(home, holder);
    };
  } catch (error) {
    if (socketFolder) removeSocketFolder(socketFolder);
    releaseHomeLock(home, holder);
    throw error;
  }
}
