// How a reader says no: one line that throws a typed error. Not for programming mistakes.
import { AppError, type ErrorCode, type ErrorFacts } from '@tomograph/kernel';

/** Messages name the part of the format that is wrong, never a value that could identify a patient. */
export function refuse(code: ErrorCode, message: string, facts: ErrorFacts = {}): never {
  throw new AppError(code, { message, facts });
}

export const corrupt = (message: string, facts: ErrorFacts = {}): never =>
  refuse('FORMAT_CORRUPT', message, facts);

export const unsupported = (message: string, facts: ErrorFacts = {}): never =>
  refuse('FORMAT_UNSUPPORTED', message, facts);
