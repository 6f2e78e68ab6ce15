// The DICOM element stream -> DicomDataset, up to and not into the pixel data. Every step moves forward or
// refuses: depth, element count and every length are checked against the bytes that are really there.
// Source: DICOM PS3.5 section 7.
import type { ReadLimits } from '../read/limits.js';
import { corrupt, refuse } from '../read/refuse.js';
import { charsetLabel, DicomDataset, type DicomElement } from './dataset.js';
import { implicitSequences, implicitVr, tag } from './tags.js';

export interface Encoding {
  readonly littleEndian: boolean;
  readonly explicitVr: boolean;
}

export interface PixelRange {
  /** First byte of the value. */
  readonly offset: number;
  /** Bytes of a native value; undefined = encapsulated fragments follow. */
  readonly length: number | undefined;
  readonly tag: number;
  readonly vr: string;
}

export interface ParsedDataset {
  readonly dataset: DicomDataset;
  readonly pixelData: PixelRange | undefined;
}

const undefinedLength = 0xffffffff;
const longVrs = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

/** @throws AppError FORMAT_CORRUPT where an element ends outside the file, LIMIT_EXCEEDED above a cap */
export function parseDataset(
  bytes: Uint8Array,
  start: number,
  encoding: Encoding,
  limits: ReadLimits,
): ParsedDataset {
  const parser = new Parser(bytes, limits);
  const { dataset } = parser.level(start, bytes.length, 0, encoding, 'latin1');
  return { dataset, pixelData: parser.pixelData };
}

/** The element at `at`: its tag, VR, and where its value lies; undefined when fewer than 8 bytes are left. */
export function elementHeader(
  view: DataView,
  at: number,
  encoding: Encoding,
): { tag: number; vr: string; valueAt: number; length: number } | undefined {
  if (at + 8 > view.byteLength) return undefined;
  const little = encoding.littleEndian;
  const name = ((view.getUint16(at, little) << 16) | view.getUint16(at + 2, little)) >>> 0;
  const isDelimiter = name >>> 16 === 0xfffe;
  const [a, b] = [view.getUint8(at + 4), view.getUint8(at + 5)];
  // Some writers switch to implicit elements inside explicit files: two bytes that are no letters tell.
  if (isDelimiter || !encoding.explicitVr || !isUpper(a) || !isUpper(b)) {
    const vr = isDelimiter ? '' : (implicitVr[name] ?? (implicitSequences.has(name) ? 'SQ' : '??'));
    return { tag: name, vr, valueAt: at + 8, length: view.getUint32(at + 4, little) };
  }
  const vr = String.fromCharCode(a, b);
  if (!longVrs.has(vr)) return { tag: name, vr, valueAt: at + 8, length: view.getUint16(at + 6, little) };
  if (at + 12 > view.byteLength) return undefined;
  return { tag: name, vr, valueAt: at + 12, length: view.getUint32(at + 8, little) };
}

class Parser {
  pixelData: PixelRange | undefined;
  private readonly view: DataView;
  private count = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly limits: ReadLimits,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** One dataset: the file's (depth 0) or an item's. Ends at `end`, at an item delimiter, or at pixel data. */
  level(start: number, end: number, depth: number, encoding: Encoding, charset: string) {
    if (depth > this.limits.maxDepth) {
      refuse('LIMIT_EXCEEDED', `DICOM sequences nest deeper than ${this.limits.maxDepth}`);
    }
    let dataset = new DicomDataset(this.bytes, encoding.littleEndian, charset);
    let at = start;
    while (at < end) {
      const element = elementHeader(this.view, at, encoding);
      if (!element) {
        if (depth === 0 && isZero(this.bytes.subarray(at, end))) break;
        corrupt('the DICOM header is cut short inside an element');
      }
      if (++this.count > this.limits.maxElements) {
        refuse('LIMIT_EXCEEDED', `the DICOM header has more than ${this.limits.maxElements} elements`);
      }
      if (element!.tag === tag.ItemDelimitation || element!.tag === tag.SequenceDelimitation) {
        return { dataset, next: element!.valueAt };
      }
      if (isPixelData(element!.tag)) {
        if (depth === 0) {
          this.notePixels(element!);
          return { dataset, next: end };
        }
      }
      const parsed = this.value(element!, end, depth, encoding, dataset.charset);
      dataset.elements.set(element!.tag, parsed.element);
      if (element!.tag === tag.SpecificCharacterSet) {
        const named = new DicomDataset(
          this.bytes,
          encoding.littleEndian,
          charsetLabel(dataset.strings(element!.tag)),
        );
        for (const [key, value] of dataset.elements) named.elements.set(key, value);
        dataset = named;
      }
      at = parsed.next;
    }
    return { dataset, next: at };
  }

  private value(
    header: { tag: number; vr: string; valueAt: number; length: number },
    end: number,
    depth: number,
    encoding: Encoding,
    charset: string,
  ): { element: DicomElement; next: number } {
    const { vr, valueAt: offset, length } = header;
    if (length === undefinedLength) {
      // PS3.5 6.2.2: the content of an UN element of undefined length is implicit little endian.
      const inner = vr === 'UN' ? { littleEndian: true, explicitVr: false } : encoding;
      const { items, next } = this.sequence(offset, end, depth, inner, charset, false);
      return { element: { vr: 'SQ', offset, length: next - offset, items }, next };
    }
    if (length > end - offset) {
      const [group, name] = [header.tag >>> 16, header.tag & 0xffff].map((n) =>
        n.toString(16).padStart(4, '0'),
      );
      corrupt(`DICOM element (${group},${name}) claims ${length} bytes, ${end - offset} are left`);
    }
    if (vr === 'SQ') {
      const { items } = this.sequence(offset, offset + length, depth, encoding, charset, true);
      return { element: { vr, offset, length, items }, next: offset + length };
    }
    return { element: { vr, offset, length }, next: offset + length };
  }

  private sequence(
    start: number,
    end: number,
    depth: number,
    encoding: Encoding,
    charset: string,
    isDefined: boolean,
  ): { items: DicomDataset[]; next: number } {
    const items: DicomDataset[] = [];
    let at = start;
    while (at < end) {
      const header = elementHeader(this.view, at, encoding);
      if (!header) corrupt('a DICOM sequence is cut short');
      if (header!.tag === tag.SequenceDelimitation) return { items, next: header!.valueAt };
      if (header!.tag !== tag.Item) corrupt('a DICOM sequence holds something that is not an item');
      if (++this.count > this.limits.maxElements) {
        refuse('LIMIT_EXCEEDED', `the DICOM header has more than ${this.limits.maxElements} elements`);
      }
      const { valueAt, length } = header!;
      if (length !== undefinedLength && length > end - valueAt) {
        corrupt(`a DICOM item claims ${length} bytes, ${end - valueAt} are left`);
      }
      const itemEnd = length === undefinedLength ? end : valueAt + length;
      const { dataset, next } = this.level(valueAt, itemEnd, depth + 1, encoding, charset);
      items.push(dataset);
      at = length === undefinedLength ? next : itemEnd;
    }
    if (!isDefined && depth === 0 && at >= end) corrupt('a DICOM sequence has no end');
    return { items, next: at };
  }

  private notePixels(header: { tag: number; vr: string; valueAt: number; length: number }): void {
    const isEncapsulated = header.length === undefinedLength;
    this.pixelData = {
      tag: header.tag,
      vr: header.vr,
      offset: header.valueAt,
      length: isEncapsulated ? undefined : header.length,
    };
  }
}

function isPixelData(name: number): boolean {
  return name === tag.PixelData || name === tag.FloatPixelData || name === tag.DoublePixelData;
}

function isUpper(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
