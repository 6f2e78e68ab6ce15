// Pixel data -> the bytes of each frame, native or encapsulated (PS3.5 A.4). Nothing is decoded here.
import { concatBytes } from '../read/inflate.js';
import { corrupt, refuse } from '../read/refuse.js';
import type { OpenDicom } from './open-dicom.js';
import { elementHeader } from './parse-dataset.js';
import { tag } from './tags.js';

const explicitLittle = { littleEndian: true, explicitVr: true } as const;

/**
 * Bytes of a native frame.
 * @param frameBits rows x columns x samples x bits allocated
 */
export function nativeFrame(file: OpenDicom, frame: number, frameBits: number): Uint8Array {
  const range = file.pixelData;
  if (range?.length === undefined) return corrupt('native pixel data is written as encapsulated fragments');
  const startBit = frame * frameBits;
  if (startBit % 8 !== 0) return corrupt('frames do not begin at a byte');
  const start = startBit / 8;
  const end = start + Math.ceil(frameBits / 8);
  const available = Math.min(range.length, file.bytes.length - range.offset);
  if (end > available) {
    refuse('FORMAT_CORRUPT', `frame ${frame + 1} ends at pixel byte ${end}, the file has ${available}`, {
      needed: end,
      got: available,
    });
  }
  return file.bytes.subarray(range.offset + start, range.offset + end);
}

/** Bytes of every encapsulated frame, by the offset table or one fragment per frame. */
export function encapsulatedFrames(file: OpenDicom, frameCount: number): Uint8Array[] {
  const range = file.pixelData;
  if (!range || range.length !== undefined) return corrupt('compressed pixel data is not encapsulated');
  const { table, fragments } = readFragments(file.bytes, range.offset);
  if (frameCount === 1) return [concatBytes(fragments.map((fragment) => fragment.bytes))];
  if (fragments.length === frameCount) return fragments.map((fragment) => fragment.bytes);
  if (table.length !== frameCount) {
    return corrupt(
      `${fragments.length} fragments for ${frameCount} frames and no table that tells them apart`,
    );
  }
  return table.map((start, i) => {
    const end = table[i + 1] ?? Number.POSITIVE_INFINITY;
    const own = fragments.filter((fragment) => fragment.at >= start && fragment.at < end);
    if (own.length === 0) corrupt(`frame ${i + 1} has no fragment`);
    return concatBytes(own.map((fragment) => fragment.bytes));
  });
}

interface Fragment {
  /** Offset from the first fragment's item tag, as the basic offset table counts. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

function readFragments(bytes: Uint8Array, start: number): { table: number[]; fragments: Fragment[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start;
  let table: number[] | undefined;
  let firstAt = 0;
  const fragments: Fragment[] = [];
  for (;;) {
    const header = elementHeader(view, at, explicitLittle);
    if (!header) return corrupt('the compressed pixel data is cut short');
    if (header.tag === tag.SequenceDelimitation) break;
    if (header.tag !== tag.Item)
      return corrupt('the compressed pixel data holds something that is no fragment');
    const end = header.valueAt + header.length;
    if (end > bytes.length) return corrupt('a fragment of the compressed pixel data is cut short');
    const value = bytes.subarray(header.valueAt, end);
    if (table === undefined) {
      table = offsets(value);
      firstAt = end;
    } else {
      fragments.push({ at: at - firstAt, bytes: value });
    }
    at = end;
  }
  if (fragments.length === 0) return corrupt('the compressed pixel data has no fragment');
  return { table: table ?? [], fragments };
}

function offsets(value: Uint8Array): number[] {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return Array.from({ length: Math.floor(value.length / 4) }, (_, i) => view.getUint32(i * 4, true));
}
