// PNG and JPEG X-rays -> a float image. The file says neither who, nor which view, nor how large a pixel is.
import { AppError, type ReadingNote } from '@tomograph/kernel';
import sharp from 'sharp';
import { anonymousSubject } from '../dicom/subject.js';
import { imageDigest } from '../read/content-digest.js';
import { checkedCount } from '../read/limits.js';
import type { ReadContext } from '../read/read-context.js';
import type { XrayItem } from '../read/result.js';
import type { Image2d } from '../volume.js';
import { burnedInNote } from './xray-notes.js';

/** @throws AppError FORMAT_CORRUPT, LIMIT_EXCEEDED */
export async function readRasterXray(
  bytes: Uint8Array,
  source: string,
  context: ReadContext,
): Promise<XrayItem> {
  const notes: ReadingNote[] = [];
  const image = await decode(bytes, context.limits.maxPixels, notes);
  notes.push(burnedInNote, {
    code: 'MODALITY_ASSUMED',
    message: 'a picture file: taken for an X-ray because it was given as one',
  });
  const digest = imageDigest(image);
  return {
    kind: 'XRAY',
    digest,
    seriesKey: digest.slice('sha256:'.length, 'sha256:'.length + 32),
    subject: anonymousSubject(context.key, digest),
    sources: [source],
    image,
    view: 'UNKNOWN',
    modality: 'CR',
    bodyPart: 'UNKNOWN',
    notes,
  };
}

async function decode(bytes: Uint8Array, maxPixels: number, notes: ReadingNote[]): Promise<Image2d> {
  const options = { limitInputPixels: false, failOn: 'truncated', pages: 1 } as const;
  try {
    const meta = await sharp(bytes, options).metadata();
    checkedCount([meta.width ?? 0, meta.height ?? 0], maxPixels, 'picture');
    if ((meta.channels ?? 1) > 2) {
      notes.push({ code: 'COLOUR_TO_GREY', message: 'a colour picture was turned to grey' });
    }
    const isDeep = meta.depth === 'ushort';
    const { data, info } = await sharp(bytes, options)
      .rotate()
      .flatten({ background: '#000000' })
      .toColourspace(isDeep ? 'grey16' : 'b-w')
      .raw({ depth: isDeep ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const step = info.channels;
    const values = isDeep
      ? new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length))
      : data;
    const scale = isDeep ? 65_535 : 255;
    const pixels = new Float32Array(info.width * info.height);
    for (let i = 0; i < pixels.length; i++) pixels[i] = values[i * step]! / scale;
    return { width: info.width, height: info.height, pixels };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('FORMAT_CORRUPT', { message: 'the picture does not decode to its end', cause });
  }
}
