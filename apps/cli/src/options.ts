// Option values that several commands take.
import { AppError } from '@tomograph/kernel';

/** @throws AppError INVALID_ARGUMENT */
export function wholeNumber(option: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new AppError('INVALID_ARGUMENT', {
    message: `${option} is a whole number from ${low} to ${high}, got ${text}`,
  });
}
