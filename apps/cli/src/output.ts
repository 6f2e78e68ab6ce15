// How every command speaks: results on stdout (JSON with --json), words for people on stderr, exit 0, 1 or 2.
import { AppError, toAppError } from '@tomograph/kernel';
import { SingleBar } from 'cli-progress';

/** Wrong call (bad option, missing file): 2. Anything else that failed: 1. */
export function exitCodeOf(error: unknown): 1 | 2 {
  const { code } = toAppError(error);
  return code === 'INVALID_ARGUMENT' || code === 'CONFIG_INVALID' ? 2 : 1;
}

/** One sentence for a person; the stack only for what nobody expected. */
export function describeError(error: unknown): string {
  if (error instanceof AppError) return `${error.message} [${error.code}]`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export interface Progress {
  /** @param fraction 0..1 */
  update(fraction: number, step: string): void;
  stop(): void;
}

/** A bar on a terminal, silent elsewhere: a log file is no place for a bar. */
export function progressBar(title: string, isWanted = process.stderr.isTTY === true): Progress {
  if (!isWanted) return { update: () => {}, stop: () => {} };
  const bar = new SingleBar({
    format: `${title} {bar} {percentage}% {step}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    stream: process.stderr,
  });
  bar.start(100, 0, { step: '' });
  return {
    update: (fraction, step) => bar.update(Math.round(fraction * 100), { step }),
    stop: () => bar.stop(),
  };
}
