// From line integrals to what a film or a screen shows: quantum noise, log or film response, gamma, collimation.
import { AppError, type Random } from '@tomograph/kernel';
import type { Image2d } from '../volume.js';

export interface DisplayOptions {
  /**
   * 'log' (default): proportional to the line integral, 1 = its 99.5th percentile, as digital detectors show.
   * 'transmission': 1 - exp(-integral), as film does; thick bodies saturate.
   */
  readonly response?: 'log' | 'transmission';
  /** Exponent on the [0, 1] display; default 1. */
  readonly gamma?: number;
  /** Counting noise with this many photons per unattenuated pixel (normal approximation). */
  readonly noise?: { readonly random: Random; readonly photons: number };
  /** Strips in mm of the detector that lead covers, shown as 0. */
  readonly collimation?: {
    readonly leftMm?: number;
    readonly rightMm?: number;
    readonly topMm?: number;
    readonly bottomMm?: number;
  };
}

/** [0, 1], dense = bright. An empty image (no attenuation at all) is all 0. @throws AppError INVALID_ARGUMENT */
export function displayLineIntegrals(integrals: Image2d, options: DisplayOptions = {}): Image2d {
  const gamma = options.gamma ?? 1;
  const photons = options.noise?.photons ?? 1;
  if (!(gamma > 0) || !(photons > 0) || !Number.isFinite(gamma) || !Number.isFinite(photons)) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `gamma and photons must be positive, got ${gamma} and ${photons}`,
    });
  }
  const measured = options.noise ? withNoise(integrals.pixels, options.noise) : integrals.pixels;
  const white = options.response === 'transmission' ? 1 : percentile(integrals.pixels, 0.995);
  const pixels = new Float32Array(measured.length);
  for (let at = 0; at < pixels.length; at++) {
    const value = measured[at]!;
    const shown = options.response === 'transmission' ? 1 - Math.exp(-value) : white > 0 ? value / white : 0;
    pixels[at] = Math.min(Math.max(shown, 0), 1) ** gamma;
  }
  const image = { ...integrals, pixels };
  collimate(image, options.collimation ?? {});
  return image;
}

function withNoise(pixels: Float32Array, noise: { random: Random; photons: number }): Float32Array {
  return pixels.map((integral) => {
    const expected = noise.photons * Math.exp(-integral);
    const counted = expected + Math.sqrt(expected) * noise.random.normal();
    return -Math.log(Math.max(counted, 0.5) / noise.photons); // half a photon: a dead ray, not an infinite one
  });
}

function collimate(image: Image2d, strips: NonNullable<DisplayOptions['collimation']>): void {
  const [sx, sy] = image.spacingMm ?? [1, 1];
  const left = (strips.leftMm ?? 0) / sx;
  const right = image.width - (strips.rightMm ?? 0) / sx;
  const top = (strips.topMm ?? 0) / sy;
  const bottom = image.height - (strips.bottomMm ?? 0) / sy;
  for (let row = 0, at = 0; row < image.height; row++) {
    for (let column = 0; column < image.width; column++, at++) {
      const [x, y] = [column + 0.5, row + 0.5];
      if (x < left || x > right || y < top || y > bottom) image.pixels[at] = 0;
    }
  }
}

function percentile(values: Float32Array, fraction: number): number {
  const sorted = values.slice().sort();
  return sorted[Math.floor(fraction * (sorted.length - 1))] ?? 0;
}
