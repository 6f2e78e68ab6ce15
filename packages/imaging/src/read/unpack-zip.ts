/// <reference path="./yauzl.d.ts" />
// A zip -> files with names of our own in the scratch folder. Real bytes are counted while they come out; sizes
// and names in the directory are believed only to refuse.
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@tomograph/kernel';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import type { SourceFile } from './collect.js';
import { checkInflation } from './inflate.js';
import type { ReadLimits } from './limits.js';
import { corrupt, refuse } from './refuse.js';
import type { Refusal } from './result.js';

const maxNameBytes = 4096;

/** @throws AppError FORMAT_CORRUPT for a broken directory, LIMIT_EXCEEDED above a cap */
export async function unpackZip(
  file: SourceFile,
  scratch: string,
  limits: ReadLimits,
  refused: Refusal[],
): Promise<SourceFile[]> {
  const folder = join(scratch, `zip-${randomUUID()}`);
  await mkdir(folder, { mode: 0o700 });
  const zip = await openZip(file.path);
  const files: SourceFile[] = [];
  const names = new Set<string>();
  let total = 0;
  let entries = 0;
  try {
    for await (const entry of entriesOf(zip)) {
      if (++entries > limits.maxEntries) {
        refuse('LIMIT_EXCEEDED', `the archive holds more than ${limits.maxEntries} entries`);
      }
      const name = nameOf(entry);
      if (name.endsWith('/')) continue;
      const source = `${file.name}/${name}`;
      const reason = refusal(entry, name, names);
      if (reason) {
        refused.push({ source, code: 'FORMAT_UNSUPPORTED', message: reason });
        continue;
      }
      names.add(name);
      const path = join(folder, String(entries));
      const bytes = await extract(zip, entry, path, limits, limits.maxTotalBytes - total);
      total += bytes;
      files.push({ name: source, path, bytes, isAlone: false });
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('FORMAT_CORRUPT', { message: 'the zip archive is broken or cut short', cause });
  } finally {
    zip.close();
  }
  return files;
}

function openZip(path: string): Promise<ZipFile> {
  // Names stay bytes: yauzl would end the whole archive at one bad name.
  const options = { lazyEntries: true, decodeStrings: false, validateEntrySizes: true, autoClose: false };
  return new Promise((resolve, reject) => {
    yauzl.open(path, options, (cause, zip) => {
      if (zip) resolve(zip);
      else
        reject(new AppError('FORMAT_CORRUPT', { message: 'the zip archive has no usable directory', cause }));
    });
  });
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | undefined>((resolve, reject) => {
      const settle = (action: () => void) => {
        zip.removeAllListeners();
        action();
      };
      zip.on('entry', (next: Entry) => settle(() => resolve(next)));
      zip.on('end', () => settle(() => resolve(undefined)));
      zip.on('error', (cause: unknown) => settle(() => reject(cause)));
      zip.readEntry();
    });
    if (!entry) return;
    yield entry;
  }
}

function nameOf(entry: Entry): string {
  const raw = entry.fileName as unknown as Buffer;
  if (raw.length > maxNameBytes)
    corrupt(`an entry name has ${raw.length} bytes, at most ${maxNameBytes} are read`);
  const isUtf8 = (entry.generalPurposeBitFlag & 0x800) !== 0;
  return raw.toString(isUtf8 ? 'utf8' : 'latin1').replaceAll('\\', '/');
}

function refusal(entry: Entry, name: string, seen: ReadonlySet<string>): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a NUL in a name is exactly what is looked for
  if (/^\/|^[A-Za-z]:|(^|\/)\.\.(\/|$)|\x00|%2e%2e|%252e/i.test(name)) {
    return 'an archive entry whose name leads out of the archive';
  }
  if (((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000) return 'a link inside an archive';
  if (entry.isEncrypted()) return 'an encrypted archive entry';
  if (![0, 8].includes(entry.compressionMethod)) return 'an archive entry packed in a way that is not read';
  if (seen.has(name)) return 'a second archive entry of the same name';
  return undefined;
}

async function extract(
  zip: ZipFile,
  entry: Entry,
  path: string,
  limits: ReadLimits,
  budget: number,
): Promise<number> {
  const source = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    zip.openReadStream(entry, (cause, stream) => (stream ? resolve(stream) : reject(cause)));
  });
  let bytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      try {
        checkInflation(bytes, entry.compressedSize, limits, 'archive entry');
        if (bytes > budget) refuse('LIMIT_EXCEEDED', 'the archive unpacks to more bytes than are read');
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
  await pipeline(source, counter, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  return bytes;
}
