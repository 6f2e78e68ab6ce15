// Brings an X-ray or a projection into a frame that forgives scale, position and tone curve: the body's box,
// stretched to a square, grey values replaced by their ranks.
import { AppError } from '@tomograph/kernel';
import { applyAxisOperators, axisOperator } from '../resample/axis-operator.js';
import type { Image2d } from '../volume.js';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The rows and columns of which at least `coverage` are brighter than `threshold` of the way from the image's
 * darkest percentile to its brightest. An image without air around the body is returned whole.
 */
export function bodyBox(image: Image2d, threshold: number, coverage: number): Box {
  const sorted = image.pixels.slice().sort();
  const dark = sorted[Math.floor(0.01 * (sorted.length - 1))]!;
  const bright = sorted[Math.floor(0.99 * (sorted.length - 1))]!;
  const level = dark + threshold * (bright - dark);
  const columns = new Int32Array(image.width);
  const rows = new Int32Array(image.height);
  for (let y = 0, at = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++, at++) {
      if (image.pixels[at]! > level) {
        columns[x]!++;
        rows[y]!++;
      }
    }
  }
  const span = (counts: Int32Array, full: number) => {
    // relative to the widest row: a narrow head still counts, a marker or a stray ray does not
    const most = counts.reduce((a, b) => Math.max(a, b), 0);
    const least = Math.max(1, coverage * Math.min(most, full));
    let first = 0;
    while (first < counts.length - 1 && counts[first]! < least) first++;
    let last = counts.length - 1;
    while (last > first && counts[last]! < least) last--;
    return [first, last - first + 1] as const;
  };
  const [left, width] = span(columns, image.height);
  const [top, height] = span(rows, image.width);
  return { left, top, width, height };
}

/** The box as side x side pixels: area means where it shrinks, linear where it grows. */
export function stretchToSquare(image: Image2d, box: Box, side: number): Float32Array {
  const cut = new Float32Array(box.width * box.height);
  for (let y = 0; y < box.height; y++) {
    const from = (box.top + y) * image.width + box.left;
    cut.set(image.pixels.subarray(from, from + box.width), y * box.width);
  }
  const operator = (n: number) => axisOperator(n, side, (n / side - 1) / 2, n / side);
  return applyAxisOperators(
    cut,
    [box.width, box.height, 1],
    [operator(box.width), operator(box.height), axisOperator(1, 1, 0, 1)],
  );
}

/** Ranks in [-0.5, 0.5], equal values sharing their mean rank: any rising tone curve gives the same result. */
export function rankNormalise(pixels: Float32Array): Float32Array {
  const order = Uint32Array.from(pixels.keys()).sort((a, b) => pixels[a]! - pixels[b]!);
  const ranks = new Float32Array(pixels.length);
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && pixels[order[end]!] === pixels[order[first]!]) end++;
    const rank = (first + end - 1) / 2 / Math.max(1, pixels.length - 1) - 0.5;
    for (let at = first; at < end; at++) ranks[order[at]!] = rank;
    first = end;
  }
  return ranks;
}

/** @throws AppError INVALID_ARGUMENT when the image cannot be described */
export function assertDescribable(image: Image2d): void {
  const refuse = (message: string): never => {
    throw new AppError('INVALID_ARGUMENT', { message });
  };
  const { width, height, pixels } = image;
  if (!(width >= 8 && height >= 8) || width * height !== pixels.length) {
    refuse(
      `an X-ray, or the projection of a CT at 3 mm, needs at least 8 x 8 pixels, got ${width} x ${height} with ${pixels.length} values`,
    );
  }
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of pixels) {
    if (!Number.isFinite(value)) refuse('the X-ray holds values that are not finite numbers');
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(high > low))
    refuse('the X-ray is constant: every pixel has the same value, so there is nothing to compare');
}
