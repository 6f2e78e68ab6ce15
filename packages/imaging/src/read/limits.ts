// Caps that hold before anything is allocated. Every number in a file is hostile until it was compared with these.
import { refuse } from './refuse.js';

export interface ReadLimits {
  /** Files of one input, folders and archive entries together. */
  readonly maxEntries: number;
  /** Bytes of one file as stored. */
  readonly maxFileBytes: number;
  /** Bytes of one input after unpacking. */
  readonly maxTotalBytes: number;
  /** Unpacked bytes per packed byte, once more than `ratioFloorBytes` came out. */
  readonly maxInflateRatio: number;
  readonly ratioFloorBytes: number;
  /** Voxels of one volume. */
  readonly maxVoxels: number;
  /** Pixels of one X-ray. */
  readonly maxPixels: number;
  /** Nested DICOM sequences, nested folders. */
  readonly maxDepth: number;
  /** DICOM elements of one header. */
  readonly maxElements: number;
  /** Characters of one report. */
  readonly maxReportChars: number;
}

export const defaultLimits: ReadLimits = {
  maxEntries: 20_000,
  maxFileBytes: 2 ** 31,
  maxTotalBytes: 8 * 2 ** 30,
  maxInflateRatio: 1000,
  ratioFloorBytes: 64 * 2 ** 20,
  maxVoxels: 400e6,
  maxPixels: 100e6,
  maxDepth: 16,
  maxElements: 200_000,
  maxReportChars: 200_000,
};

/**
 * Product of extents, checked before it is used for an allocation.
 * @throws AppError FORMAT_CORRUPT for an extent that is no positive integer, LIMIT_EXCEEDED above `max`
 */
export function checkedCount(extents: readonly number[], max: number, what: string): number {
  let product = 1;
  for (const extent of extents) {
    if (!Number.isSafeInteger(extent) || extent < 1) {
      refuse('FORMAT_CORRUPT', `${what}: extents [${extents.join(', ')}] are not all positive integers`);
    }
    product *= extent;
    if (product > max) {
      refuse('LIMIT_EXCEEDED', `${what}: [${extents.join(' x ')}] is more than the ${max} that are read`, {
        max,
      });
    }
  }
  return product;
}
