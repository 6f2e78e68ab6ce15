// How the measures refuse arguments outside their domain. Not for empty sets: those have defined answers.
import { AppError } from '@tomograph/kernel';

/** @throws AppError INVALID_ARGUMENT, always */
export function invalid(message: string): never {
  throw new AppError('INVALID_ARGUMENT', { message });
}

/** Every score must order: NaN has no place in a ranking. @throws AppError INVALID_ARGUMENT, NOT_FINITE */
export function checkScores(scores: ArrayLike<number>, others: ArrayLike<unknown>, what: string): void {
  if (scores.length !== others.length) {
    invalid(`${what}: expected as many labels as scores, got ${others.length} and ${scores.length}`);
  }
  for (let i = 0; i < scores.length; i++) {
    if (Number.isNaN(scores[i])) {
      throw new AppError('NOT_FINITE', { message: `${what}: score ${i} is NaN: a ranking needs numbers` });
    }
  }
}
