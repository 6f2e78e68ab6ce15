// Small pictures of a volume or an X-ray as PNG or WebP bytes, square, true to the patient's proportions.
import { AppError } from '@tomograph/kernel';
import sharp from 'sharp';
import type { Voxels } from '../geometry/reorient.js';
import type { Image2d } from '../volume.js';
import { extractPlane, maximumProjection, type PlaneImage } from './planes.js';
import { applyWindow, type Window, windowFromPercentiles, windowPresets } from './window.js';

export interface ThumbnailOptions {
  /** Side of the square in pixels, 16 to 1024; default 256. */
  readonly sizePx?: number;
  readonly format?: 'png' | 'webp';
  /** Window of the three slices. Default soft tissue; 'auto' = percentiles, for volumes that are not in HU. */
  readonly window?: Window | 'auto';
}

export interface Thumbnails {
  readonly axial: Uint8Array;
  readonly coronal: Uint8Array;
  readonly sagittal: Uint8Array;
  /** Coronal maximum intensity projection, bone window. */
  readonly mip: Uint8Array;
}

/**
 * Mid-slices and coronal MIP, encoded. Black where the square is wider or higher than the body.
 * @throws AppError INVALID_ARGUMENT, GEOMETRY_UNSUPPORTED
 */
export async function renderThumbnails(volume: Voxels, options: ThumbnailOptions = {}): Promise<Thumbnails> {
  const isAuto = options.window === 'auto';
  const grey = (plane: PlaneImage, preset: Window) =>
    applyWindow(plane.values, isAuto ? windowFromPercentiles(plane.values) : preset);
  const slices =
    options.window === 'auto' ? windowPresets.softTissue : (options.window ?? windowPresets.softTissue);
  const slice = (plane: 'axial' | 'coronal' | 'sagittal') => {
    const image = extractPlane(volume, plane);
    return encodeSquare(grey(image, slices), image, options);
  };
  const projection = maximumProjection(volume, 'coronal');
  const [axial, coronal, sagittal, mip] = await Promise.all([
    slice('axial'),
    slice('coronal'),
    slice('sagittal'),
    encodeSquare(grey(projection, windowPresets.bone), projection, options),
  ]);
  return { axial, coronal, sagittal, mip };
}

/** An X-ray or DRR as a thumbnail, its grey values stretched between the 1st and 99th percentile. */
export async function renderImageThumbnail(
  image: Image2d,
  options: ThumbnailOptions = {},
): Promise<Uint8Array> {
  if (image.pixels.length !== image.width * image.height || image.pixels.length === 0) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `an image of ${image.width} x ${image.height} cannot hold ${image.pixels.length} pixels`,
    });
  }
  const grey = applyWindow(image.pixels, windowFromPercentiles(image.pixels));
  return encodeSquare(grey, { ...image, spacingMm: image.spacingMm ?? [1, 1] }, options);
}

interface Shape {
  readonly width: number;
  readonly height: number;
  readonly spacingMm: readonly [number, number];
}

async function encodeSquare(grey: Uint8Array, shape: Shape, options: ThumbnailOptions): Promise<Uint8Array> {
  const side = options.sizePx ?? 256;
  if (!Number.isInteger(side) || side < 16 || side > 1024) {
    throw new AppError('INVALID_ARGUMENT', { message: `a thumbnail is 16 to 1024 px wide, got ${side}` });
  }
  const [widthMm, heightMm] = [shape.width * shape.spacingMm[0], shape.height * shape.spacingMm[1]];
  const scale = side / Math.max(widthMm, heightMm);
  const width = Math.max(1, Math.round(widthMm * scale));
  const height = Math.max(1, Math.round(heightMm * scale));
  const [left, top] = [Math.floor((side - width) / 2), Math.floor((side - height) / 2)];
  const pipeline = sharp(grey, { raw: { width: shape.width, height: shape.height, channels: 1 } })
    .resize(width, height, { fit: 'fill' })
    .extend({ left, right: side - width - left, top, bottom: side - height - top, background: '#000' })
    .toColourspace('b-w');
  const encoded = options.format === 'webp' ? pipeline.webp({ quality: 80 }) : pipeline.png();
  return new Uint8Array(await encoded.toBuffer());
}
