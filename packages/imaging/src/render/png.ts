// A grey image as 8-bit PNG and back: how X-rays are stored for the viewer. Not a thumbnail: full resolution.
import { AppError } from '@tomograph/kernel';
import sharp from 'sharp';
import type { Image2d } from '../volume.js';

/**
 * @param image pixels in [0, 1]; values outside are clamped
 * @throws AppError INVALID_ARGUMENT when the pixel count does not fit the size
 */
export async function encodePng({ width, height, pixels }: Image2d): Promise<Uint8Array> {
  if (pixels.length !== width * height || pixels.length === 0) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `an image of ${width} x ${height} cannot hold ${pixels.length} pixels`,
    });
  }
  const grey = Uint8Array.from(pixels, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
  const png = await sharp(grey, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 6 })
    .toBuffer();
  return new Uint8Array(png); // its own buffer, so that it can be moved to another thread
}

/**
 * A PNG that encodePng wrote: pixels in [0, 1], no spacing.
 * @throws AppError FORMAT_CORRUPT
 */
export async function decodePng(png: Uint8Array): Promise<Image2d> {
  try {
    const { data, info } = await sharp(png).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const pixels = Float32Array.from({ length: width * height }, (_, at) => data[at * channels]! / 255);
    return { width, height, pixels };
  } catch (cause) {
    throw new AppError('FORMAT_CORRUPT', { message: 'not a readable PNG', cause });
  }
}
