// A sorted stack of frames -> int16 voxels: pixels decoded, rescaled to HU (or the modality's values), padding
// turned to air. Files are opened one after the other; compressed frames are decoded in batches.
import type { Modality, ReadingNote } from '@tomograph/kernel';
import type { ReadLimits } from '../read/limits.js';
import { checkedCount } from '../read/limits.js';
import { readBytes } from '../read/read-bytes.js';
import { unsupported } from '../read/refuse.js';
import type { Vec3 } from '../volume.js';
import { decodeFrames } from './gdcm-decoder.js';
import { openDicom } from './open-dicom.js';
import { frameBytes, storedFromBytes, storedFromStream } from './pixels.js';
import { StoredToVoxels } from './rescale.js';
import type { SliceHeader } from './slice-header.js';

export interface DecodeContext {
  /** Absolute path of file `slice.file`. */
  readonly pathOf: (file: number) => string;
  readonly limits: ReadLimits;
  readonly scratch: string;
  readonly signal: AbortSignal | undefined;
  /** Called after every decoded batch with the slices done so far. */
  readonly onSlices?: (done: number) => void;
}

/** Pixels of one decoder call: about 32 MB of samples. */
const batchPixels = 16 * 2 ** 20;

interface Waiting {
  readonly bytes: Uint8Array;
  readonly k: number;
  readonly syntaxUid: string;
}

/** @returns voxels of size (columns, rows, slices), slice k in the order given */
export async function decodeStack(
  slices: readonly SliceHeader[],
  modality: Modality,
  context: DecodeContext,
): Promise<{ voxels: Int16Array; notes: ReadingNote[]; lossy: boolean }> {
  const { format } = slices[0]!;
  if (format.samplesPerPixel !== 1 || !format.photometric.startsWith('MONOCHROME')) {
    unsupported('colour images are no CT, MR or PT volume');
  }
  const size: Vec3 = [format.columns, format.rows, slices.length];
  checkedCount(size, context.limits.maxVoxels, 'DICOM series');
  const area = size[0] * size[1];
  const voxels = new Int16Array(area * size[2]);
  const rescale = new StoredToVoxels(modality);
  const store = (k: number, stored: Int32Array) =>
    rescale.write(stored, slices[k]!, voxels.subarray(k * area, (k + 1) * area));
  const perBatch = Math.max(1, Math.min(64, Math.floor(batchPixels / area)));
  let waiting: Waiting[] = [];
  let done = 0;
  let lossy = false;

  const flush = async () => {
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    const own = slices[batch[0]!.k]!.format;
    const { samples, facts } = await decodeFrames(
      batch.map((one) => one.bytes),
      own,
      batch[0]!.syntaxUid,
      context.scratch,
    );
    samples.forEach((sample, i) => {
      store(batch[i]!.k, storedFromStream(sample, facts, slices[batch[i]!.k]!.format));
    });
    done += batch.length;
    context.onSlices?.(done);
  };

  for (const [file, ks] of slicesByFile(slices)) {
    context.signal?.throwIfAborted();
    const opened = await openDicom(await readBytes(context.pathOf(file)), context.limits);
    lossy ||= opened.syntax.lossy;
    const frames = frameBytes(opened, slices[ks[0]!]!.format);
    for (const k of ks) {
      const frame = frames[slices[k]!.frame]!;
      if (frame.kind === 'samples') {
        store(k, storedFromBytes(frame.bytes, frame.littleEndian, slices[k]!.format));
        context.onSlices?.(++done);
        continue;
      }
      if (waiting.length >= perBatch || (waiting[0] && waiting[0].syntaxUid !== frame.syntaxUid))
        await flush();
      waiting.push({ bytes: frame.bytes, k, syntaxUid: frame.syntaxUid });
    }
  }
  await flush();
  return { voxels, notes: rescale.notes(), lossy };
}

function slicesByFile(slices: readonly SliceHeader[]): Map<number, number[]> {
  const byFile = new Map<number, number[]>();
  slices.forEach((slice, k) => {
    const ks = byFile.get(slice.file);
    if (ks) ks.push(k);
    else byFile.set(slice.file, [k]);
  });
  return byFile;
}
