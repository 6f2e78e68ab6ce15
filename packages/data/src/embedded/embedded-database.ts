// Starts and watches the process of the embedded database. Not its content: server-main.ts holds PGlite.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AppError, appErrorFromJson } from '@tomograph/kernel';
import type { ServerMessage } from './server-message.js';

/** What a Postgres client needs to reach it: the socket's folder as host. */
export interface EmbeddedConnection {
  readonly host: string;
  readonly port: 5432;
  readonly user: 'postgres';
  readonly database: 'postgres';
}

export interface EmbeddedDatabase {
  readonly connection: EmbeddedConnection;
  /** Pid of the database process. */
  readonly pid: () => number | undefined;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface EmbeddedOptions {
  readonly home: string;
  /** What this process is, shown to others that find the home in use: `npm start`. */
  readonly purpose?: string;
  /** Called when the process died and could not be brought back. */
  readonly onLost?: (error: AppError) => void;
}

// src/embedded and dist/embedded have the same depth; the process always runs the built file
const serverFile = fileURLToPath(new URL('../../dist/embedded/server-main.js', import.meta.url));
const maxRestarts = 5;

/** @throws AppError HOME_LOCKED when another process holds the home, DATABASE_UNREACHABLE when it does not start */
export async function startEmbeddedDatabase(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  mkdirSync(options.home, { recursive: true, mode: 0o700 });
  let closing = false;
  let restarts = 0;
  let { child, socketFolder } = await startProcess(options);
  watch();
  return {
    connection: embeddedConnection(socketFolder),
    pid: () => child.pid,
    close,
    [Symbol.asyncDispose]: close,
  };

  // A killed database loses nothing that was committed: start it again at the same address.
  function watch(): void {
    child.once('exit', async () => {
      if (closing) return;
      try {
        if (++restarts > maxRestarts) throw unreachable(`it ended ${restarts} times`);
        const again = await startProcess(options);
        child = again.child;
        if (closing) child.disconnect();
        else if (again.socketFolder !== socketFolder) throw unreachable('its address changed');
        else watch();
      } catch (error) {
        options.onLost?.(error as AppError);
      }
    });
  }

  async function close(): Promise<void> {
    closing = true;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.ref(); // this end is waited for
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (child.connected) child.disconnect();
    await ended;
  }
}

export function embeddedConnection(socketFolder: string): EmbeddedConnection {
  return { host: socketFolder, port: 5432, user: 'postgres', database: 'postgres' };
}

function startProcess(options: EmbeddedOptions): Promise<{ child: ChildProcess; socketFolder: string }> {
  const child = spawn(process.execPath, [serverFile, options.home, options.purpose ?? commandName()], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(unreachable('it could not be started', cause)));
    child.once('exit', (code, signal) =>
      reject(unreachable(`it ended with ${signal ?? code} while starting`)),
    );
    child.once('message', (message: ServerMessage) => {
      child.removeAllListeners('exit');
      if (message.kind === 'ready') {
        // the database keeps no process alive that has nothing else to do
        child.unref();
        child.channel?.unref();
        resolve({ child, socketFolder: message.socketFolder });
      } else reject(appErrorFromJson(message.error));
    });
  });
}

function commandName(): string {
  const script = process.argv[1]?.split('/').pop() ?? 'node';
  return [script, process.argv[2]].filter((word) => word && /^[a-z][\w.-]*$/i.test(word)).join(' ');
}

function unreachable(why: string, cause?: unknown): AppError {
  return new AppError('DATABASE_UNREACHABLE', {
    message: `the embedded database does not run: ${why}`,
    cause,
  });
}
