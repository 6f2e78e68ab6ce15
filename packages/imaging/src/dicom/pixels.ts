// Stored pixel values of a DICOM image, whatever its transfer syntax: 32-bit integers before any rescale.
// Source: DICOM PS3.3 C.7.6.3 (image pixel module), PS3.5 section 8.
import { checkedCount, type ReadLimits } from '../read/limits.js';
import { corrupt, unsupported } from '../read/refuse.js';
import type { CodestreamFacts } from './codestream.js';
import type { DicomDataset } from './dataset.js';
import { encapsulatedFrames, nativeFrame } from './frames.js';
import { type DecodedSamples, decodeFrames } from './gdcm-decoder.js';
import type { OpenDicom } from './open-dicom.js';
import { decodeRle } from './rle.js';
import { tag } from './tags.js';

export interface PixelFormat {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly samplesPerPixel: number;
  readonly photometric: string;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
}

/** @throws AppError FORMAT_CORRUPT for missing or impossible numbers, LIMIT_EXCEEDED above `maxVoxels` */
export function pixelFormat(dataset: DicomDataset, limits: ReadLimits): PixelFormat {
  const need = (name: keyof typeof tag): number => {
    const value = dataset.uint(tag[name]);
    return value === undefined ? corrupt(`the DICOM image has no usable ${name}`) : value;
  };
  const rows = need('Rows');
  const columns = need('Columns');
  const bitsAllocated = need('BitsAllocated');
  const bitsStored = dataset.uint(tag.BitsStored) ?? bitsAllocated;
  const highBit = dataset.uint(tag.HighBit) ?? bitsStored - 1;
  const samplesPerPixel = dataset.uint(tag.SamplesPerPixel) ?? 1;
  const frames = dataset.has(tag.NumberOfFrames) ? (dataset.number(tag.NumberOfFrames) ?? Number.NaN) : 1;
  if (![8, 16, 32].includes(bitsAllocated)) {
    unsupported(`${bitsAllocated} bits per sample are not read, 8, 16 and 32 are`);
  }
  if (bitsStored < 1 || bitsStored > bitsAllocated || highBit < bitsStored - 1 || highBit >= bitsAllocated) {
    corrupt(`bits stored ${bitsStored}, high bit ${highBit} do not fit in ${bitsAllocated} bits allocated`);
  }
  if (samplesPerPixel !== 1 && samplesPerPixel !== 3) corrupt(`${samplesPerPixel} samples per pixel`);
  checkedCount([rows, columns, frames, samplesPerPixel], limits.maxVoxels, 'DICOM image');
  return {
    rows,
    columns,
    frames,
    samplesPerPixel,
    photometric: dataset.string(tag.PhotometricInterpretation) ?? 'MONOCHROME2',
    bitsAllocated,
    bitsStored,
    highBit,
    signed: dataset.uint(tag.PixelRepresentation) === 1,
  };
}

/** Frames that wait to be decoded: native and RLE ones need no decoder, the JPEG family goes in batches. */
export type FrameBytes =
  | { readonly kind: 'samples'; readonly bytes: Uint8Array; readonly littleEndian: boolean }
  | { readonly kind: 'stream'; readonly bytes: Uint8Array; readonly syntaxUid: string };

/** The bytes of every frame of one file, still coded. */
export function frameBytes(file: OpenDicom, format: PixelFormat): FrameBytes[] {
  if (!file.pixelData) return corrupt('the DICOM image has no pixel data');
  if (file.pixelData.tag !== tag.PixelData) return unsupported('floating-point DICOM pixels are not read');
  const { codec, littleEndian, uid } = file.syntax;
  const pixels = format.rows * format.columns;
  const frameBits = pixels * format.samplesPerPixel * format.bitsAllocated;
  if (codec === 'native') {
    const isSwapped = !littleEndian && format.bitsAllocated === 8 && file.pixelData.vr === 'OW';
    return Array.from({ length: format.frames }, (_, i) => {
      const bytes = nativeFrame(file, i, frameBits);
      return { kind: 'samples', bytes: isSwapped ? swapPairs(bytes) : bytes, littleEndian };
    });
  }
  const coded = encapsulatedFrames(file, format.frames);
  if (codec !== 'rle') return coded.map((bytes) => ({ kind: 'stream', bytes, syntaxUid: uid }));
  return coded.map((bytes) => ({
    kind: 'samples',
    bytes: decodeRle(bytes, pixels, format.samplesPerPixel, format.bitsAllocated / 8),
    littleEndian: true,
  }));
}

/** Native samples -> stored values: bits above High Bit are masked away, the sign is extended. */
export function storedFromBytes(bytes: Uint8Array, littleEndian: boolean, format: PixelFormat): Int32Array {
  const count = format.rows * format.columns * format.samplesPerPixel;
  const out = new Int32Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = format.bitsAllocated / 8;
  for (let i = 0; i < count; i++) {
    out[i] =
      width === 1
        ? view.getUint8(i)
        : width === 2
          ? view.getUint16(2 * i, littleEndian)
          : view.getInt32(4 * i, littleEndian);
  }
  extendSign(out, format.highBit + 1 - format.bitsStored, format.bitsStored, format.signed);
  return out;
}

/** Decoded samples -> stored values: a stream that is unsigned under a signed header holds two's complement. */
export function storedFromStream(
  samples: DecodedSamples,
  facts: CodestreamFacts,
  format: PixelFormat,
): Int32Array {
  const out = Int32Array.from(samples);
  if (format.signed && !facts.signed) extendSign(out, 0, Math.min(format.bitsStored, facts.bits), true);
  return out;
}

function extendSign(values: Int32Array, shift: number, bits: number, signed: boolean): void {
  if (bits === 32 && shift === 0) return;
  const up = 32 - bits - shift;
  for (let i = 0; i < values.length; i++) {
    const high = values[i]! << up;
    values[i] = signed ? high >> (32 - bits) : high >>> (32 - bits);
  }
}

function swapPairs(bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  for (let i = 0; i + 1 < out.length; i += 2) [out[i], out[i + 1]] = [out[i + 1]!, out[i]!];
  return out;
}

/**
 * Stored values of every frame of one file: the reading of the syntax, without rescale, window or geometry.
 * @param scratch an absolute folder of this process
 * @returns rows x columns x samples per frame
 */
export async function readStoredFrames(
  file: OpenDicom,
  limits: ReadLimits,
  scratch: string,
): Promise<{ format: PixelFormat; frames: Int32Array[] }> {
  const format = pixelFormat(file.dataset, limits);
  const frames: Int32Array[] = [];
  const streams: Uint8Array[] = [];
  for (const frame of frameBytes(file, format)) {
    if (frame.kind === 'samples') frames.push(storedFromBytes(frame.bytes, frame.littleEndian, format));
    else streams.push(frame.bytes);
  }
  if (streams.length > 0) {
    const { samples, facts } = await decodeFrames(streams, format, file.syntax.uid, scratch);
    for (const sample of samples) frames.push(storedFromStream(sample, facts, format));
  }
  return { format, frames };
}
