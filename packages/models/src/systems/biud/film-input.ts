// A frontal film of any size -> the 64 × 64 picture that the expert reads. No view detection: the caller says it is AP/PA.
import { AppError } from '@tomograph/kernel';

/** Row-major, row 0 at the top, dense = bright; any range of values. */
export interface FilmImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: ArrayLike<number>;
}

/** [size · size], scaled so that the 1st and 99.5th percentiles are 0 and 1. @throws AppError INVALID_ARGUMENT */
export function filmInput(image: FilmImage, size: number): Float32Array {
  const { width, height, pixels } = image;
  if (!(width >= 2 && height >= 2) || pixels.length !== width * height) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `a film of ${width} × ${height} with ${pixels.length} pixels: expected at least 2 × 2 and every pixel`,
      facts: { width, height },
    });
  }
  const out = new Float32Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      out[row * size + column] = boxMean(
        image,
        [(column * width) / size, ((column + 1) * width) / size],
        [(row * height) / size, ((row + 1) * height) / size],
      );
  const sorted = Float32Array.from(out).sort();
  const at = (q: number): number => sorted[Math.round(q * (sorted.length - 1))]!;
  const [low, high] = [at(0.01), at(0.995)];
  const range = high - low || 1;
  return out.map((value) => Math.min(1, Math.max(0, (value - low) / range)));
}

/** Mean of what a cell covers; between pixels where it covers less than one. */
function boxMean(image: FilmImage, [x0, x1]: [number, number], [y0, y1]: [number, number]): number {
  const steps = (from: number, to: number): number => Math.min(8, Math.max(1, Math.ceil(to - from)));
  const [across, down] = [steps(x0, x1), steps(y0, y1)];
  let sum = 0;
  for (let j = 0; j < down; j++)
    for (let i = 0; i < across; i++)
      sum += bilinear(
        image,
        x0 + ((i + 0.5) / across) * (x1 - x0) - 0.5,
        y0 + ((j + 0.5) / down) * (y1 - y0) - 0.5,
      );
  return sum / (across * down);
}

function bilinear({ width, height, pixels }: FilmImage, x: number, y: number): number {
  const [cx, cy] = [Math.min(Math.max(x, 0), width - 1), Math.min(Math.max(y, 0), height - 1)];
  const [i, j] = [Math.min(Math.floor(cx), width - 2), Math.min(Math.floor(cy), height - 2)];
  const [fx, fy] = [cx - i, cy - j];
  const at = i + width * j;
  const top = pixels[at]! + (pixels[at + 1]! - pixels[at]!) * fx;
  const bottom = pixels[at + width]! + (pixels[at + width + 1]! - pixels[at + width]!) * fx;
  return top + (bottom - top) * fy;
}
