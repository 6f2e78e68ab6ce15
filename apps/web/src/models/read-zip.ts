// Reads a few small-named files out of a zip archive in the browser, stored or deflated. Not for archives over 4 GiB (no zip64), and
// not for many files: ingest reads archives on the server. Source: APPNOTE 6.3, sections 4.3.7 to 4.3.16.
import { ApiFailure } from '../graphql/api-failure';

export interface ZipEntry {
  readonly name: string;
  readonly bytes: Blob;
}

const endBytes = 22;
const maxCommentBytes = 65_535;
const maxEntries = 10_000;
/** As the API takes one file of an adapter. */
const maxFileBytes = 512 * 2 ** 20;

/**
 * @param wanted base names; other entries are skipped
 * @throws ApiFailure FORMAT_CORRUPT, LIMIT_EXCEEDED before anything is unpacked
 */
export async function readZip(archive: Blob, wanted: readonly string[]): Promise<ZipEntry[]> {
  const entries: ZipEntry[] = [];
  for (const entry of await directory(archive)) {
    if (!wanted.includes(entry.name.split('/').at(-1)!)) continue;
    entries.push({ name: entry.name, bytes: await unpack(archive, entry) });
  }
  return entries;
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly offset: number;
}

async function directory(archive: Blob): Promise<Entry[]> {
  const tailStart = Math.max(0, archive.size - endBytes - maxCommentBytes);
  const tail = await viewOf(archive.slice(tailStart));
  let end = tail.byteLength - endBytes;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw corrupt('it is no zip archive, or was cut');
  const count = tail.getUint16(end + 10, true);
  const offset = tail.getUint32(end + 16, true);
  if (count > maxEntries)
    throw new ApiFailure('LIMIT_EXCEEDED', `${count} files in the zip, at most ${maxEntries}`);
  const view = await viewOf(archive.slice(offset, offset + tail.getUint32(end + 12, true)));
  const entries: Entry[] = [];
  let at = 0;
  for (let n = 0; n < count; n++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== 0x02014b50)
      throw corrupt('its list of files is damaged');
    const nameBytes = view.getUint16(at + 28, true);
    entries.push({
      name: new TextDecoder().decode(
        new Uint8Array(view.buffer, at + 46, Math.min(nameBytes, view.byteLength - at - 46)),
      ),
      method: view.getUint16(at + 10, true),
      packedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

async function unpack(archive: Blob, { name, method, packedBytes, bytes, offset }: Entry): Promise<Blob> {
  if (bytes > maxFileBytes)
    throw new ApiFailure('LIMIT_EXCEEDED', `${name} has ${bytes} bytes, at most ${maxFileBytes} are taken`);
  const header = await viewOf(archive.slice(offset, offset + 30));
  if (header.byteLength < 30 || header.getUint32(0, true) !== 0x04034b50)
    throw corrupt(`${name} is not where its list says`);
  const start = offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const packed = archive.slice(start, start + packedBytes);
  if (method === 0) return packed;
  if (method !== 8) throw corrupt(`${name} is packed by a method that is not read here`);
  // counted while it is unpacked: what the header says of the size is the sender's word
  const parts: BlobPart[] = [];
  let got = 0;
  const reader = packed.stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      got += value.byteLength;
      if (got > bytes) throw corrupt(`${name} is longer than it says`);
      parts.push(value);
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    throw error instanceof ApiFailure ? error : corrupt(`${name} cannot be unpacked`);
  }
  return new Blob(parts);
}

async function viewOf(part: Blob): Promise<DataView<ArrayBuffer>> {
  return new DataView(await part.arrayBuffer());
}

const corrupt = (why: string) => new ApiFailure('FORMAT_CORRUPT', why);
