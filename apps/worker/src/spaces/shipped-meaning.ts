// The learned space that comes with the house (weights/biud): its files and its digest. No network is opened here.
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sha256 } from '@tomograph/kernel';
import { type BiudFiles, biudPreprocessing, biudSpaceDigest, decodeBiud } from '@tomograph/models';

export const shippedMeaningFolder = fileURLToPath(new URL('../../../../weights/biud/', import.meta.url));

export interface ShippedMeaning {
  readonly files: BiudFiles;
  readonly digest: Sha256;
  readonly width: number;
  readonly preprocessing: Readonly<Record<string, string>>;
}

/** @returns undefined where the folder is not there. @throws AppError BLOB_CORRUPT, MANIFEST_INVALID … as decodeBiud */
export async function shippedMeaning(folder = shippedMeaningFolder): Promise<ShippedMeaning | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (entries === undefined) return undefined;
  const files = new Map<string, Uint8Array>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(relative(folder, path).replaceAll('\\', '/'), await readFile(path));
  }
  const { config } = decodeBiud(files);
  return { files, digest: biudSpaceDigest(files), width: config.width, preprocessing: biudPreprocessing };
}
