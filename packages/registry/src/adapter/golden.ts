// The stored input -> output pair of a model against what it gives now.
import { AppError } from '@tomograph/kernel';

/**
 * @param maxAbsDifference per value; 0 asks for equal numbers
 * @throws AppError GOLDEN_MISMATCH saying where and by how much
 */
export function checkGolden(
  name: string,
  expected: Float32Array,
  got: Float32Array,
  maxAbsDifference: number,
): void {
  if (expected.length !== got.length) {
    throw new AppError('GOLDEN_MISMATCH', {
      message: `${name} gives ${got.length} values for its golden input, ${expected.length} are stored`,
      facts: { got: got.length, expected: expected.length },
    });
  }
  let worst = 0;
  let at = 0;
  for (let i = 0; i < got.length; i++) {
    const difference = Math.abs(got[i]! - expected[i]!);
    if (!(difference <= worst)) {
      worst = difference; // a NaN stays: no difference is below it
      at = i;
      if (Number.isNaN(difference)) break;
    }
  }
  if (worst <= maxAbsDifference) return;
  throw new AppError('GOLDEN_MISMATCH', {
    message: `${name} gives ${got[at]} at position ${at} of its golden output, ${expected[at]} is stored (allowed ± ${maxAbsDifference}): other weights, another runtime or a damaged adapter`,
    facts: { position: at, got: String(got[at]), expected: String(expected[at]), allowed: maxAbsDifference },
  });
}
