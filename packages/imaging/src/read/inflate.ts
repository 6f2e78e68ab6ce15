// Inflation with a cap on what comes out: gzip (NIfTI, NRRD), zlib (MetaImage) and raw deflate (DICOM).
// Real bytes are counted; no size written in a file is believed.
import { createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { AppError } from '@tomograph/kernel';
import type { ReadLimits } from './limits.js';
import { refuse } from './refuse.js';

export type Packing = 'gzip' | 'zlib' | 'deflate';

export interface InflateRequest {
  readonly packing: Packing;
  /** Stop once this many bytes came out (a header, or exactly the samples a header promises). */
  readonly wantBytes?: number;
  readonly limits: Pick<ReadLimits, 'maxFileBytes' | 'maxInflateRatio' | 'ratioFloorBytes'>;
  /** What is being unpacked, for the message. */
  readonly what: string;
}

/**
 * @returns at most `wantBytes` bytes; fewer when the stream ends earlier
 * @throws AppError FORMAT_CORRUPT for a broken or cut stream, LIMIT_EXCEEDED above the byte or ratio cap
 */
export async function inflateCapped(packed: Uint8Array, request: InflateRequest): Promise<Uint8Array> {
  const { limits, what } = request;
  const want = request.wantBytes ?? Number.POSITIVE_INFINITY;
  const chunks: Uint8Array[] = [];
  let total = 0;
  const options = { chunkSize: 1 << 18 };
  const stream =
    request.packing === 'gzip'
      ? createGunzip(options)
      : request.packing === 'zlib'
        ? createInflate(options)
        : createInflateRaw(options);
  stream.end(packed);
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      chunks.push(total + chunk.length > want ? chunk.subarray(0, want - total) : chunk);
      total += chunk.length;
      if (total >= want) break;
      // Against the bytes consumed so far: a bomb is seen at the floor, not at its end.
      checkInflation(total, stream.bytesWritten, limits, what);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('FORMAT_CORRUPT', {
      message: `${what}: the packed data is broken or cut short after ${total} bytes`,
      cause,
    });
  } finally {
    stream.destroy();
  }
  return concatBytes(chunks);
}

/** One rule for every packed thing, archives included. */
export function checkInflation(
  unpacked: number,
  packed: number,
  limits: InflateRequest['limits'],
  what: string,
): void {
  if (unpacked > limits.maxFileBytes) {
    refuse('LIMIT_EXCEEDED', `${what}: unpacks to more than ${limits.maxFileBytes} bytes`, {
      maxBytes: limits.maxFileBytes,
    });
  }
  if (unpacked > limits.ratioFloorBytes && unpacked > packed * limits.maxInflateRatio) {
    refuse('LIMIT_EXCEEDED', `${what}: unpacks to more than ${limits.maxInflateRatio} times its size`, {
      maxRatio: limits.maxInflateRatio,
    });
  }
}

export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const only = chunks[0];
  if (only && chunks.length === 1) return new Uint8Array(only.buffer, only.byteOffset, only.length);
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
