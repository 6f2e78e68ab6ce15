// A parsed DICOM header: elements as ranges of the file's bytes, decoded when asked for. Holds no pixel values.
// Not a dictionary: callers know the tags they want (tags.ts).

export interface DicomElement {
  readonly vr: string;
  readonly offset: number;
  readonly length: number;
  readonly items?: readonly DicomDataset[];
}

/** The longest text value that is decoded; longer ones are cut (nothing in a header needs more). */
const maxTextBytes = 1 << 20;

export class DicomDataset {
  readonly elements = new Map<number, DicomElement>();

  constructor(
    readonly bytes: Uint8Array,
    readonly littleEndian: boolean,
    readonly charset = 'latin1',
  ) {}

  has(tag: number): boolean {
    return (this.elements.get(tag)?.length ?? 0) > 0;
  }

  /** All values of a text element, trimmed; [] when absent or empty. */
  strings(tag: number): string[] {
    const text = this.text(tag);
    return text === undefined || text === '' ? [] : text.split('\\').map((part) => part.trim());
  }

  /** The first value, trimmed; undefined when absent or empty. */
  string(tag: number): string | undefined {
    const first = this.strings(tag)[0];
    return first === '' ? undefined : first;
  }

  /** The whole value with backslashes kept (UT, ST, LT). */
  text(tag: number): string | undefined {
    const element = this.elements.get(tag);
    if (!element || element.items) return undefined;
    const end = element.offset + Math.min(element.length, maxTextBytes);
    return decodeText(this.bytes.subarray(element.offset, end), this.charset).replace(/[\0 ]+$/, '');
  }

  /** All numbers of a decimal-string, integer-string or binary number element; a value that is none is NaN. */
  numbers(tag: number): number[] {
    const element = this.elements.get(tag);
    if (!element || element.length === 0 || element.items) return [];
    const width = binaryWidth[element.vr];
    if (width === undefined)
      return this.strings(tag).map((part) => (part === '' ? Number.NaN : Number(part)));
    const count = Math.min(Math.floor(element.length / width), 1 << 17);
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + element.offset, count * width);
    return Array.from({ length: count }, (_, i) =>
      readBinary(view, i * width, element.vr, this.littleEndian),
    );
  }

  /** The first number; undefined when absent or not finite. */
  number(tag: number): number | undefined {
    const value = this.numbers(tag)[0];
    return value !== undefined && Number.isFinite(value) ? value : undefined;
  }

  /** An unsigned 16-bit number whatever its VR (implicit files do not say it; some write UL or IS). */
  uint(tag: number): number | undefined {
    const element = this.elements.get(tag);
    if (!element || element.length === 0) return undefined;
    if (['US', 'SS', 'UL', 'SL', 'IS', 'DS', 'OW'].includes(element.vr)) {
      const value = this.number(tag);
      return value === undefined ? undefined : element.vr === 'SS' ? value & 0xffff : value;
    }
    if (element.length < 2) return undefined;
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + element.offset, element.length);
    return element.length === 4 ? view.getUint32(0, this.littleEndian) : view.getUint16(0, this.littleEndian);
  }

  /** The same elements over another copy of the header's bytes. */
  over(bytes: Uint8Array): DicomDataset {
    const copy = new DicomDataset(bytes, this.littleEndian, this.charset);
    for (const [key, element] of this.elements) {
      const items = element.items?.map((item) => item.over(bytes));
      copy.elements.set(key, items ? { ...element, items } : element);
    }
    return copy;
  }

  items(tag: number): readonly DicomDataset[] {
    return this.elements.get(tag)?.items ?? [];
  }

  /** Bytes of a value as they lie in the file. */
  raw(tag: number): Uint8Array | undefined {
    const element = this.elements.get(tag);
    return element && this.bytes.subarray(element.offset, element.offset + element.length);
  }
}

const binaryWidth: Readonly<Record<string, number>> = {
  US: 2,
  SS: 2,
  OW: 2,
  UL: 4,
  SL: 4,
  FL: 4,
  OF: 4,
  FD: 8,
  OD: 8,
};

function readBinary(view: DataView, at: number, vr: string, little: boolean): number {
  switch (vr) {
    case 'SS':
      return view.getInt16(at, little);
    case 'UL':
      return view.getUint32(at, little);
    case 'SL':
      return view.getInt32(at, little);
    case 'FL':
    case 'OF':
      return view.getFloat32(at, little);
    case 'FD':
    case 'OD':
      return view.getFloat64(at, little);
    default:
      return view.getUint16(at, little);
  }
}

// PS3.3 C.12.1.1.2: defined terms of Specific Character Set -> WHATWG labels that Node knows.
const charsets: Readonly<Record<string, string>> = {
  'ISO_IR 100': 'latin1',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 148': 'windows-1254',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
  'ISO 2022 IR 13': 'iso-2022-jp',
  'ISO 2022 IR 87': 'iso-2022-jp',
  'ISO 2022 IR 159': 'iso-2022-jp',
  'ISO 2022 IR 149': 'euc-kr',
  'ISO 2022 IR 58': 'gb18030',
};

/** The decoder label of a Specific Character Set value; unknown ones read as Latin-1 (every byte decodes). */
export function charsetLabel(values: readonly string[]): string {
  const named = values.find((value) => value !== '' && charsets[value] !== undefined);
  return named === undefined ? 'latin1' : charsets[named]!;
}

function decodeText(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}
