// A zip archive of files without compression, made in the browser so that a folder travels as one upload. File names
// may hold a patient's name: entries get names of our own. Not for archives over 4 GiB (no zip64).

interface Entry {
  readonly name: string;
  readonly file: File;
  readonly crc: number;
  readonly offset: number;
}

const localHeaderBytes = 30;
const centralHeaderBytes = 46;

/** Reads every file once (for its checksum); the archive itself refers to the files and copies nothing. */
export async function packFiles(files: readonly File[]): Promise<Blob> {
  const names = entryNames(files);
  const entries: Entry[] = [];
  const parts: BlobPart[] = [];
  let offset = 0;
  for (const [index, file] of files.entries()) {
    const name = names[index]!;
    const entry = { name, file, crc: await crc32(file), offset };
    entries.push(entry);
    parts.push(localHeader(entry), file);
    offset += localHeaderBytes + name.length + file.size;
  }
  const central = entries.map(centralHeader);
  const centralBytes = central.reduce((sum, header) => sum + header.byteLength, 0);
  parts.push(...central, endRecord(entries.length, centralBytes, offset));
  return new Blob(parts, { type: 'application/zip' });
}

/** `000001.dcm`: a number per base name, so that `x.hdr` and `x.img` stay a pair; only short known-looking endings stay. */
export function entryNames(files: readonly { name: string; webkitRelativePath?: string }[]): string[] {
  const numbers = new Map<string, number>();
  const taken = new Set<string>();
  let next = 1;
  return files.map((file) => {
    const path = file.webkitRelativePath || file.name;
    const ending = /(\.nii)?\.[a-z]{1,4}\d?$/i.exec(path)?.[0] ?? '';
    const base = path.slice(0, path.length - ending.length);
    const nameOf = (number: number) => `${String(number).padStart(6, '0')}${ending.toLowerCase()}`;
    let number = numbers.get(base);
    if (number === undefined || taken.has(nameOf(number))) {
      number = next;
      next += 1;
      numbers.set(base, number);
    }
    taken.add(nameOf(number));
    return nameOf(number);
  });
}

function localHeader({ name, file, crc }: Entry): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(localHeaderBytes + name.length));
  view.setUint32(0, 0x04034b50, true);
  view.setUint16(4, 20, true); // version needed
  writeFacts(view, 6, { file, crc, name });
  writeName(view, localHeaderBytes, name);
  return view.buffer;
}

function centralHeader({ name, file, crc, offset }: Entry): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(centralHeaderBytes + name.length));
  view.setUint32(0, 0x02014b50, true);
  view.setUint16(4, 20, true);
  view.setUint16(6, 20, true);
  writeFacts(view, 8, { file, crc, name });
  view.setUint32(42, offset, true);
  writeName(view, centralHeaderBytes, name);
  return view.buffer;
}

/** Flags, method 0 (stored), 1 January 1980, checksum, sizes, name length: the same in both headers. */
function writeFacts(view: DataView, at: number, facts: Pick<Entry, 'file' | 'crc' | 'name'>): void {
  view.setUint16(at + 6, 0x21, true);
  view.setUint32(at + 8, facts.crc, true);
  view.setUint32(at + 12, facts.file.size, true);
  view.setUint32(at + 16, facts.file.size, true);
  view.setUint16(at + 20, facts.name.length, true);
}

function writeName(view: DataView, at: number, name: string): void {
  for (let i = 0; i < name.length; i += 1) view.setUint8(at + i, name.charCodeAt(i));
}

function endRecord(count: number, centralBytes: number, offset: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(22));
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, centralBytes, true);
  view.setUint32(16, offset, true);
  return view.buffer;
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

async function crc32(file: Blob): Promise<number> {
  let crc = 0xffffffff;
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return (crc ^ 0xffffffff) >>> 0;
    for (const byte of value) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  }
}
