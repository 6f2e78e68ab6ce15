// A file's bytes as a plain Uint8Array: Node's Buffer shares memory where Uint8Array.slice would copy.
import { readFile } from 'node:fs/promises';

export async function readBytes(path: string): Promise<Uint8Array> {
  const buffer = await readFile(path);
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
