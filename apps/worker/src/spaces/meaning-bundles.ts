// The learned spaces that are installed: the shipped one (weights/biud) and those that an operator added, each in a
// folder of the same layout under HOME/spaces. Files and digests alone: no network is opened here.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, type Sha256 } from '@tomograph/kernel';
import {
  type BiudFiles,
  biudPreprocessing,
  biudSpaceDigest,
  decodeBiud,
  spaceWidth,
} from '@tomograph/models';

export const shippedMeaningFolder = fileURLToPath(new URL('../../../../weights/biud/', import.meta.url));
export const addedMeaningsFolder = (home: string): string => join(home, 'spaces');

/** Of one bundle; the shipped one has 3 MB. */
const maxBundleBytes = 64 * 1024 * 1024;
const maxBundleFiles = 64;

export interface MeaningBundle {
  readonly folder: string;
  readonly files: BiudFiles;
  readonly digest: Sha256;
  readonly width: number;
  readonly preprocessing: Readonly<Record<string, string>>;
}

/**
 * @returns undefined where the folder is not there
 * @throws AppError BLOB_CORRUPT, MANIFEST_INVALID … as decodeBiud; LIMIT_EXCEEDED for a folder that is no bundle's size
 */
export async function readMeaningBundle(folder: string): Promise<MeaningBundle | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(ifAbsent);
  if (entries === undefined) return undefined;
  const files = new Map<string, Uint8Array>();
  let bytes = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    bytes += (await stat(path)).size; // before it is read: a folder may hold anything
    if (bytes > maxBundleBytes || files.size >= maxBundleFiles) {
      throw new AppError('LIMIT_EXCEEDED', {
        message: `a bundle of a learned space has at most ${maxBundleFiles} files and ${maxBundleBytes >> 20} MiB: this folder has more`,
        facts: { maxBytes: maxBundleBytes, maxFiles: maxBundleFiles },
      });
    }
    files.set(relative(folder, path).replaceAll('\\', '/'), await readFile(path));
  }
  const { config } = decodeBiud(files);
  return {
    ...{ folder, files, digest: biudSpaceDigest(files), width: spaceWidth(config) },
    preprocessing: biudPreprocessing,
  };
}

const known = new Map<string, Promise<MeaningBundle | undefined>>();

/** The shipped one first. A folder's content never changes (its name is its digest), so each is read once. */
export async function meaningBundles(home: string | undefined): Promise<MeaningBundle[]> {
  const added = home === undefined ? [] : await addedFolders(addedMeaningsFolder(home));
  const read = (folder: string): Promise<MeaningBundle | undefined> => {
    const reading = known.get(folder) ?? readMeaningBundle(folder);
    known.set(folder, reading);
    // what is not there, or not whole, may be there later
    reading.then(
      (bundle) => bundle === undefined && known.delete(folder),
      () => known.delete(folder),
    );
    return reading;
  };
  const bundles = await Promise.all([shippedMeaningFolder, ...added].map(read));
  return bundles.filter((bundle) => bundle !== undefined);
}

async function addedFolders(folder: string): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true }).catch(ifAbsent)) ?? [];
  // a folder that is being copied has a name of another form
  const names = entries.filter((entry) => entry.isDirectory() && /^[0-9a-f]{64}$/.test(entry.name));
  return names.map(({ name }) => join(folder, name)).sort();
}

function ifAbsent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  throw error;
}
