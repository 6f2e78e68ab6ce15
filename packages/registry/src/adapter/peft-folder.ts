// PEFT's adapter folder: three names of ours and nothing else. Paths come from the command line only, never over a
// network: whoever serves requests passes bytes to importPeftFolder.
import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha256 } from '@tomograph/kernel';
import { AppError } from '@tomograph/kernel';
import type { BlobStore } from '../blob-store.js';
import { loadBlob, readAdapterManifest, readBaseManifest } from '../manifest/manifest-file.js';
import type { BaseManifest } from '../manifest/manifest-schema.js';
import type { VerifiedAdapter } from './adapter.js';
import { encodeModelCard, licenceOfCard, maxCardBytes } from './model-card.js';
import { maxAdapterBytes, type VerifyOptions, verifyAdapter } from './verify-adapter.js';

export interface PeftFiles {
  readonly adapterConfig: Uint8Array;
  readonly adapterModel: Uint8Array;
  /** README.md */
  readonly card?: Uint8Array | undefined;
}

const fileNames = {
  adapterConfig: { name: 'adapter_config.json', maxBytes: 1 << 20 },
  adapterModel: { name: 'adapter_model.safetensors', maxBytes: maxAdapterBytes },
  card: { name: 'README.md', maxBytes: maxCardBytes },
} as const;

export interface ImportedAdapter {
  readonly adapter: VerifiedAdapter;
  readonly licence: string;
  readonly files: PeftFiles;
}

/**
 * Files of an adapter that was trained elsewhere, verified against a base.
 * @throws AppError LICENCE_MISSING when neither the options nor the card name one; else as verifyAdapter
 */
export function importPeftFolder(
  files: PeftFiles,
  base: BaseManifest,
  options: VerifyOptions & { readonly licence?: string | undefined } = {},
): ImportedAdapter {
  const ofCard = files.card === undefined ? undefined : licenceOfCard(files.card);
  const licence = options.licence?.trim() || ofCard;
  if (!licence) {
    throw new AppError('LICENCE_MISSING', {
      message:
        'the adapter names no licence: give one, or add `license:` to the front matter of its README.md',
    });
  }
  return { adapter: verifyAdapter(files.adapterModel, files.adapterConfig, base, options), licence, files };
}

/**
 * The folder of a registered adapter, as PEFT tooling reads it: the stored files, and a card made from the manifest.
 * @throws AppError BLOB_MISSING, BLOB_CORRUPT, MANIFEST_INVALID
 */
export async function exportPeftFolder(blobs: BlobStore, adapter: Sha256): Promise<Required<PeftFiles>> {
  const manifest = await readAdapterManifest(blobs, adapter);
  const base = await readBaseManifest(blobs, manifest.base.manifest);
  return {
    adapterConfig: await loadBlob(blobs, manifest, 'adapter-config'),
    adapterModel: await loadBlob(blobs, manifest, 'adapter'),
    card: encodeModelCard(manifest, base),
  };
}

/** For the command line. @throws AppError NOT_FOUND, LIMIT_EXCEEDED, INVALID_ARGUMENT for a link or a folder */
export async function readPeftFolder(folder: string): Promise<PeftFiles> {
  const adapterConfig = await readNamed(folder, 'adapterConfig');
  const adapterModel = await readNamed(folder, 'adapterModel');
  if (adapterConfig === undefined || adapterModel === undefined) {
    throw new AppError('NOT_FOUND', {
      message: `the folder lacks ${(adapterConfig ? fileNames.adapterModel : fileNames.adapterConfig).name}: it is no PEFT adapter`,
    });
  }
  return { adapterConfig, adapterModel, card: await readNamed(folder, 'card') };
}

/** For the command line: makes the folder. @throws AppError CONFLICT for a file that exists already */
export async function writePeftFolder(folder: string, files: PeftFiles): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const key of ['adapterConfig', 'adapterModel', 'card'] as const) {
    const bytes = files[key];
    if (bytes !== undefined) await writeNew(join(folder, fileNames[key].name), bytes, fileNames[key].name);
  }
}

async function readNamed(folder: string, key: keyof typeof fileNames): Promise<Uint8Array | undefined> {
  const { name, maxBytes } = fileNames[key];
  const refuse = (code: 'INVALID_ARGUMENT' | 'LIMIT_EXCEEDED', why: string, cause?: unknown) =>
    new AppError(code, { message: `${name} of the folder ${why}`, facts: { name }, cause });
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(join(folder, name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw refuse('INVALID_ARGUMENT', 'cannot be read: links are not followed', cause);
  }
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw refuse('INVALID_ARGUMENT', 'is not a file');
    if (stat.size > maxBytes)
      throw refuse('LIMIT_EXCEEDED', `has ${stat.size} bytes, at most ${maxBytes} are read`);
    const bytes = await file.readFile();
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } finally {
    await file.close();
  }
}

async function writeNew(path: string, bytes: Uint8Array, name: string): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o644);
    await file.writeFile(bytes).finally(() => file.close());
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new AppError('CONFLICT', {
      message: `${name} exists already: export to an empty folder`,
      facts: { name },
      cause,
    });
  }
}
