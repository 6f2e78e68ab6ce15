// An input (file, folder or zip) -> a flat list of files. Links are not followed, names are for the screen only:
// what is unpacked gets names of our own. Nothing is read here beyond what unpacking needs.
import { lstat, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '@tomograph/kernel';
import { identify, identifyBytes } from './identify.js';
import type { ReadLimits } from './limits.js';
import { refuse } from './refuse.js';
import type { Refusal } from './result.js';
import { unpackZip } from './unpack-zip.js';

export interface SourceFile {
  /** Relative path inside the input, for people. */
  readonly name: string;
  /** Absolute path that readers open. */
  readonly path: string;
  readonly bytes: number;
  /** True when it was given by itself, not found in a folder or archive. */
  readonly isAlone: boolean;
  /** True for a file that lies beside a header given by itself: only that header's reader may use it. */
  readonly isCompanion?: boolean;
}

export interface Collected {
  readonly files: readonly SourceFile[];
  readonly refused: Refusal[];
}

/** Left behind by operating systems, no part of anybody's study. */
const litter = /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*|__MACOSX(\/.*)?|\.git(\/.*)?)$/i;

/**
 * @param path absolute; @param scratch an absolute folder for what is unpacked
 * @throws AppError NOT_FOUND, LIMIT_EXCEEDED; a file that cannot be read is refused in the result instead
 */
export async function collect(path: string, scratch: string, limits: ReadLimits): Promise<Collected> {
  const refused: Refusal[] = [];
  const info = await stat(path).catch((cause: unknown) => {
    throw new AppError('NOT_FOUND', { message: 'the input does not exist or cannot be opened', cause });
  });
  const found = info.isDirectory()
    ? await walk(path, '', 0, limits, refused)
    : [{ name: basename(path), path, bytes: info.size, isAlone: true }, ...(await companions(path))];
  const files: SourceFile[] = [];
  let total = 0;
  for (const file of found) {
    if (file.bytes > limits.maxFileBytes) {
      refused.push({
        source: file.name,
        code: 'LIMIT_EXCEEDED',
        message: `the file is larger than the ${limits.maxFileBytes} bytes that are read`,
      });
      continue;
    }
    const isZip = !file.isCompanion && identify(await readHead(file.path), file.name) === 'ZIP';
    const parts = isZip ? await unpackOrRefuse(file, scratch, limits, refused) : [file];
    for (const part of parts) total += part.bytes;
    if (total > limits.maxTotalBytes) {
      refuse('LIMIT_EXCEEDED', `the input holds more than ${limits.maxTotalBytes} bytes`);
    }
    files.push(...parts);
    if (files.length > limits.maxEntries) tooMany(limits);
  }
  return { files: files.filter((file) => !litter.test(file.name)), refused };
}

export async function readHead(path: string): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await handle.read(new Uint8Array(identifyBytes), 0, identifyBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The data files that a header given by itself can name: those of the same stem beside it. */
async function companions(path: string): Promise<SourceFile[]> {
  const stem = /^(.+)\.(?:hdr|hdr\.gz|mhd|nhdr)$/i.exec(basename(path))?.[1];
  if (stem === undefined) return [];
  const entries = await readdir(dirname(path), { withFileTypes: true });
  const found = entries.filter((entry) => entry.isFile() && entry.name.startsWith(`${stem}.`));
  const files = found.map(async ({ name }) => {
    const own = join(dirname(path), name);
    return { name, path: own, bytes: (await lstat(own)).size, isAlone: false, isCompanion: true };
  });
  return (await Promise.all(files)).filter((file) => file.path !== path);
}

async function walk(
  root: string,
  below: string,
  depth: number,
  limits: ReadLimits,
  refused: Refusal[],
): Promise<SourceFile[]> {
  if (depth > limits.maxDepth) refuse('LIMIT_EXCEEDED', `folders nest deeper than ${limits.maxDepth}`);
  const files: SourceFile[] = [];
  const entries = await readdir(join(root, below), { withFileTypes: true });
  if (entries.length > limits.maxEntries) tooMany(limits);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    if (litter.test(name)) continue;
    if (entry.isDirectory()) files.push(...(await walk(root, name, depth + 1, limits, refused)));
    else if (entry.isFile()) {
      const path = join(root, name);
      files.push({ name, path, bytes: (await lstat(path)).size, isAlone: false });
    } else {
      refused.push({
        source: name,
        code: 'FORMAT_UNSUPPORTED',
        message: 'a link or device, which is not followed',
      });
    }
    if (files.length > limits.maxEntries) tooMany(limits);
  }
  return files;
}

async function unpackOrRefuse(
  file: SourceFile,
  scratch: string,
  limits: ReadLimits,
  refused: Refusal[],
): Promise<SourceFile[]> {
  try {
    return await unpackZip(file, scratch, limits, refused);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    refused.push({ source: file.name, code: error.code, message: error.message });
    return [];
  }
}

function tooMany(limits: ReadLimits): never {
  return refuse('LIMIT_EXCEEDED', `the input holds more than ${limits.maxEntries} files`);
}
