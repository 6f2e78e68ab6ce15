// Where the embedded database listens: a private folder, short enough for a unix socket address.
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** The name that Postgres clients look for in the folder they are given as host. */
export const socketName = '.s.PGSQL.5432';

// sockaddr_un.sun_path holds 108 bytes on Linux and 104 on macOS, both with a closing zero
const maxPathBytes = 103;

/**
 * Makes the folder, mode 0700: `<home>/run`, or one under the system's temporary folder when that is too long.
 * The same home gives the same folder, so that clients find a restarted database where it was.
 */
export function makeSocketFolder(home: string): string {
  const folder = socketFolderOf(home);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder); // a temporary folder is everybody's: another user may have made this name first
  if (!found.isDirectory() || found.uid !== userInfo().uid)
    throw new Error(`${folder} belongs to another user`);
  chmodSync(folder, 0o700);
  rmSync(join(folder, socketName), { force: true }); // left by a killed predecessor; the caller holds the lock
  return folder;
}

function socketFolderOf(home: string): string {
  const preferred = join(home, 'run');
  if (Buffer.byteLength(join(preferred, socketName)) <= maxPathBytes) return preferred;
  const name = createHash('sha256').update(home).digest('hex').slice(0, 16);
  return join(tmpdir(), `tomograph-${userInfo().uid}-${name}`);
}

export function removeSocketFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
