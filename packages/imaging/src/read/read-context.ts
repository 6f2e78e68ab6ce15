// The state of one reading: what came out, what was refused, and the caps it runs under.
import { AppError, type ErrorCode } from '@tomograph/kernel';
import type { SourceFile } from './collect.js';
import { defaultLimits, type ReadLimits } from './limits.js';
import type { ReadInputItem, ReadOptions, ReadProgress, Refusal } from './result.js';

export class ReadContext {
  readonly items: ReadInputItem[] = [];
  readonly key: Uint8Array;
  readonly limits: ReadLimits;
  readonly signal: AbortSignal | undefined;

  constructor(
    private readonly options: ReadOptions,
    /** Absolute, of this reading alone. */
    readonly scratch: string,
    readonly refused: Refusal[],
  ) {
    this.key = options.key;
    this.limits = { ...defaultLimits, ...options.limits };
    this.signal = options.signal;
  }

  progress(phase: ReadProgress['phase'], done: number, total: number): void {
    this.options.onProgress?.({ phase, done, total });
  }

  refuse(files: readonly SourceFile[], code: ErrorCode, message: string): void {
    this.refused.push({ source: sourceName(files), code, message });
  }

  /** Runs one read; a typed refusal is noted, a stop is passed on, anything else is a corrupt file. */
  async attempt(files: readonly SourceFile[], read: (sources: string[]) => Promise<void>): Promise<void> {
    try {
      await read(files.map((file) => file.name));
    } catch (error) {
      this.signal?.throwIfAborted();
      if (error instanceof AppError) this.refuse(files, error.code, error.message);
      // A reader that trips over a hostile file in a way nobody foresaw: the file is refused, the rest is read.
      else this.refuse(files, 'FORMAT_CORRUPT', 'the file does not follow its format');
    }
  }
}

function sourceName(files: readonly SourceFile[]): string {
  const first = files[0]?.name ?? '';
  return files.length > 1 ? `${first} and ${files.length - 1} more` : first;
}
