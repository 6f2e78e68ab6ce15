// What is logged about an unexpected failure: its kind and where in the code it arose. Its message is left out on purpose:
// drivers put values of rows into messages, and rows are patient data.
import type { Logger } from 'pino';

export interface LoggedError {
  readonly type: string;
  readonly code: string | undefined;
  readonly frames: readonly string[];
  readonly cause?: LoggedError;
}

export function describeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, code: undefined, frames: [] };
  const code = (error as { code?: unknown }).code;
  const inner = error.cause ?? (error as { originalError?: unknown }).originalError;
  return {
    type: error.constructor.name,
    code: typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : undefined,
    frames: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 12)
      .map((line) => line.trim()),
    ...(inner !== undefined && depth < 4 && { cause: describeError(inner, depth + 1) }),
  };
}

export function logUnexpected(logger: Logger, requestId: string, route: string, error: unknown): void {
  logger.error({ requestId, route, failure: describeError(error) }, 'unexpected failure');
}
