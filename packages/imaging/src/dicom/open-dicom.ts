// A file's bytes -> DICOM header and where its pixels lie. Finds the encoding with or without preamble and
// meta information, and unpacks deflated files under the same caps as everything else.
// Source: DICOM PS3.10 section 7.

import { inflateCapped } from '../read/inflate.js';
import type { ReadLimits } from '../read/limits.js';
import { refuse } from '../read/refuse.js';
import type { DicomDataset } from './dataset.js';
import {
  type Encoding,
  elementHeader,
  type ParsedDataset,
  type PixelRange,
  parseDataset,
} from './parse-dataset.js';
import { tag } from './tags.js';
import { type TransferSyntax, transferSyntax } from './transfer-syntax.js';

export interface OpenDicom {
  readonly dataset: DicomDataset;
  readonly syntax: TransferSyntax;
  readonly pixelData: PixelRange | undefined;
  /** The bytes that `pixelData` and the dataset point into (not the file's own when it was deflated). */
  readonly bytes: Uint8Array;
}

/** Images hold noise: a deflated data set that unpacks further than this is no image. */
const maxDeflateRatio = 250;
const maxDeflatedBytes = 512 * 2 ** 20;
const explicitLittle: Encoding = { littleEndian: true, explicitVr: true };

/** True when the bytes begin as a DICOM file does: the DICM mark, or a plausible first element without it. */
export function looksLikeDicom(bytes: Uint8Array): boolean {
  return hasMark(bytes) || guessEncoding(bytes, 0) !== undefined;
}

/** @throws AppError FORMAT_UNKNOWN, FORMAT_CORRUPT, FORMAT_UNSUPPORTED, LIMIT_EXCEEDED */
export async function openDicom(bytes: Uint8Array, limits: ReadLimits): Promise<OpenDicom> {
  const metaAt = hasMark(bytes) ? 132 : 0;
  const meta = readMeta(bytes, metaAt, limits);
  if (meta.uid === undefined) {
    const encoding = guessEncoding(bytes, meta.end);
    if (!encoding) refuse('FORMAT_UNKNOWN', 'no DICOM element where the header should begin');
    const uid = encoding!.explicitVr
      ? `1.2.840.10008.1.2.${encoding!.littleEndian ? 1 : 2}`
      : '1.2.840.10008.1.2';
    return { ...parseDataset(bytes, meta.end, encoding!, limits), syntax: transferSyntax(uid), bytes };
  }
  const syntax = transferSyntax(meta.uid);
  if (syntax.deflated) {
    const unpacked = await inflateCapped(bytes.subarray(meta.end), {
      packing: 'deflate',
      limits: {
        ...limits,
        maxFileBytes: Math.min(limits.maxFileBytes, maxDeflatedBytes),
        maxInflateRatio: Math.min(limits.maxInflateRatio, maxDeflateRatio),
      },
      what: 'deflated DICOM',
    });
    return { ...parse(unpacked, 0, syntax, limits), syntax, bytes: unpacked };
  }
  return { ...parse(bytes, meta.end, syntax, limits), syntax, bytes };
}

function hasMark(bytes: Uint8Array): boolean {
  return bytes.length >= 132 && String.fromCharCode(...bytes.subarray(128, 132)) === 'DICM';
}

function parse(bytes: Uint8Array, at: number, syntax: TransferSyntax, limits: ReadLimits): ParsedDataset {
  // Files exist whose meta information names another VR encoding than the data set uses: the bytes decide.
  const seen = guessEncoding(bytes, at);
  const encoding =
    seen && seen.littleEndian === syntax.littleEndian ? { ...syntax, explicitVr: seen.explicitVr } : syntax;
  return parseDataset(bytes, at, encoding, limits);
}

/** Group 2 is read element by element: its group length is often wrong or missing. */
function readMeta(
  bytes: Uint8Array,
  start: number,
  limits: ReadLimits,
): { uid: string | undefined; end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start;
  let uid: string | undefined;
  for (let count = 0; count < 64; count++) {
    const header = elementHeader(view, at, explicitLittle);
    if (!header || header.tag >>> 16 !== 0x0002) break;
    if (header.length > bytes.length - header.valueAt) {
      refuse('FORMAT_CORRUPT', 'the DICOM meta information is cut short');
    }
    const end = header.valueAt + header.length;
    if (header.tag === tag.TransferSyntaxUID) {
      const { dataset } = parseDataset(bytes.subarray(at, end), 0, explicitLittle, limits);
      uid = dataset.string(tag.TransferSyntaxUID);
    }
    at = end;
  }
  return { uid, end: at };
}

/** Reads the encoding off the first element: groups 8 and (for file sets) 4 begin every data set. */
function guessEncoding(bytes: Uint8Array, at: number): Encoding | undefined {
  if (at + 8 > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const firstGroups = [0x0002, 0x0004, 0x0008];
  const littleEndian = firstGroups.includes(view.getUint16(0, true));
  if (!littleEndian && !firstGroups.includes(view.getUint16(0, false))) return undefined;
  const vr = String.fromCharCode(view.getUint8(4), view.getUint8(5));
  if (/^[A-Z]{2}$/.test(vr)) return { littleEndian, explicitVr: true };
  return littleEndian && view.getUint32(4, true) <= bytes.length - at - 8
    ? { littleEndian, explicitVr: false }
    : undefined;
}
