// One child process kept alive. It is not a process manager: no logs of its own, no clustering.
//
// States: running → (exits unexpectedly) waiting → running …; → stopped by stop(); → failed after too many quick exits.
// A child holds an IPC channel to us and leaves when it closes, so a killed supervisor leaves nobody behind.
import { type ChildProcess, spawn } from 'node:child_process';

export interface SupervisedProcess {
  readonly name: string;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

interface Options {
  readonly name: string;
  /** The file to run with this Node, and its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  onGiveUp(name: string): void;
  say(line: string): void;
}

const maxQuickExits = 5;
const quickExitMs = 20_000;
const stopGraceMs = 10_000;

export function superviseProcess(options: Options): SupervisedProcess {
  let child: ChildProcess | undefined;
  let isStopping = false;
  let quickExits = 0;
  let retry: NodeJS.Timeout | undefined;

  const start = () => {
    const startedMs = performance.now();
    child = spawn(process.execPath, options.command, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', process.stderr.fd, 'inherit', 'ipc'], // our stdout is for results; Next talks on its own
      detached: true, // Ctrl-C reaches the supervisor alone, which then stops its children in order
    });
    child.once('exit', (code, signal) => {
      child = undefined;
      if (isStopping) return;
      quickExits = performance.now() - startedMs < quickExitMs ? quickExits + 1 : 1;
      options.say(`${options.name} ended unexpectedly (${signal ?? `exit ${code}`})`);
      if (quickExits >= maxQuickExits) return options.onGiveUp(options.name);
      retry = setTimeout(start, Math.min(8000, 250 * 2 ** quickExits));
    });
  };
  start();

  return {
    name: options.name,
    get pid() {
      return child?.pid;
    },
    async stop() {
      isStopping = true;
      clearTimeout(retry);
      const running = child;
      if (!running) return;
      const exited = new Promise<void>((resolve) => running.once('exit', () => resolve()));
      running.kill('SIGTERM');
      const kill = setTimeout(() => running.kill('SIGKILL'), stopGraceMs);
      await exited;
      clearTimeout(kill);
    },
  };
}

/** For a supervised child: run `close` once when told to stop, or when the supervisor is gone. */
export function whenToldToStop(close: () => Promise<void>): void {
  let isClosing = false;
  const leave = () => {
    if (isClosing) return;
    isClosing = true;
    void close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', leave);
  process.once('SIGINT', leave);
  process.once('disconnect', leave);
}
