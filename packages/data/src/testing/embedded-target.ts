// The embedded database of tests: PGlite in memory in this process, behind the same wire server as the real one.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { openConnection } from '../connection/connect.js';
import { embeddedConnection } from '../embedded/embedded-database.js';
import { applyEmbeddedSettings } from '../embedded/embedded-settings.js';
import { takeHomeLock } from '../embedded/home-lock.js';
import { markOf } from '../embedded/process-mark.js';
import { makeSocketFolder, removeSocketFolder, socketName } from '../embedded/socket-folder.js';
import { startWireServer } from '../embedded/wire-server.js';
import { templateDigest } from './template-digest.js';
import type { Target } from './test-database.js';

const cacheFolder = fileURLToPath(new URL('../../../../node_modules/.cache/tomograph-data', import.meta.url));

/** The home is locked as the real one is, so that other processes find the socket by `openDatabase`. */
export async function embeddedTarget(home: string): Promise<Target> {
  const served = await serve(home, await memoryDatabase(home));
  const self = markOf(process.pid);
  const lock = { holder: self, owner: self, purpose: 'a test', socketFolder: served.folder, ready: true };
  await takeHomeLock(home, lock);
  return {
    target: { kind: 'embedded', connection: embeddedConnection(served.folder) },
    close: served.close,
  };
}

/** A migrated PGlite in memory, from the template. @param home a folder that is the caller's own */
export async function memoryDatabase(home: string): Promise<PGlite> {
  const template = new Blob([await readFile(await templateFile(home))]);
  const db = await PGlite.create({ loadDataDir: template, extensions: { vector } });
  await applyEmbeddedSettings(db);
  return db;
}

async function serve(home: string, db: PGlite) {
  const folder = makeSocketFolder(home);
  const server = await startWireServer({ db, path: join(folder, socketName) });
  return {
    folder,
    async close() {
      await server.close();
      await db.close();
      removeSocketFolder(folder);
    },
  };
}

// Two processes that build it at once build the same; the last rename wins.
async function templateFile(home: string): Promise<string> {
  const version = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const file = join(
    cacheFolder,
    `template-${templateDigest(`${engineVersion(version)} ${process.arch}`)}.tar`,
  );
  if (existsSync(file)) return file;
  const folder = `${home}.template`;
  const db = await PGlite.create({ extensions: { vector } });
  const server = await serve(folder, db);
  const connection = await openConnection({
    kind: 'embedded',
    connection: embeddedConnection(server.folder),
  });
  await connection.close();
  const dump = await db.dumpDataDir('none');
  await server.close();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cacheFolder, { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, new Uint8Array(await dump.arrayBuffer()));
  renameSync(draft, file);
  return file;
}

function engineVersion(entry: string): string {
  const name = '/@electric-sql/pglite/';
  const manifest = `${entry.slice(0, entry.lastIndexOf(name) + name.length)}package.json`;
  return (createRequire(import.meta.url)(manifest) as { version: string }).version;
}
