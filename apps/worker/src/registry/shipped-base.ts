// The base that comes with the house (weights/pvt-base, or the folder that TOMOGRAPH_BASE names) as the first model of a
// registry. Its manifest lies beside it; the graph is made from the weights and must be the one that the manifest names.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, sha256 } from '@tomograph/kernel';
import { decodePvtBase, servingNetwork } from '@tomograph/models';
import {
  type BaseManifest,
  blobOf,
  decodeManifest,
  encodeDocument,
  manifestId,
  type Registry,
  type VersionRow,
} from '@tomograph/registry';
import { putTestSet } from '../tasks/test-set.js';
import type { BaseFiles } from './base-manifest.js';

/** The name by which jobs and people ask for it. */
export const shippedBaseName = 'pvt-base';
export const shippedBaseFolder = fileURLToPath(new URL('../../../../weights/pvt-base/', import.meta.url));

const by = { name: 'system:first start', mayMoveProtected: true };
const fileNames = {
  manifest: 'manifest.json',
  weights: 'base.safetensors',
  canary: 'canary.safetensors',
  card: 'README.md',
  testSet: 'test-set.safetensors.gz',
} as const;

export interface ShippedBase {
  readonly manifest: BaseManifest;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Held-out cases for the Dice of certificates; a base may come without. */
  readonly testSet: Uint8Array | undefined;
}

/** @throws AppError BLOB_MISSING when the folder is not there, BLOB_CORRUPT when it is not what its manifest says */
export async function readShippedBase(folder = shippedBaseFolder): Promise<ShippedBase> {
  const read = (name: string) => readOf(folder, name);
  const manifest = await readManifestOf(folder);
  const weights = await read(fileNames.weights);
  const files = new Map<string, Uint8Array>([
    ['weights', weights],
    ['graph', servingNetwork(decodePvtBase(weights)).bytes],
    ['golden-input', await read(fileNames.canary)],
    ['card', await read(fileNames.card)],
  ]);
  for (const [role, bytes] of files) {
    const want = blobOf(manifest, role as 'weights').digest;
    const got = sha256(bytes);
    if (got === want) continue;
    throw new AppError('BLOB_CORRUPT', {
      message: `${role} of the base is ${got}, its manifest names ${want}: restore the folder`,
      facts: { role, got, want },
    });
  }
  const testSet = await readFile(join(folder, fileNames.testSet)).catch(() => undefined);
  return { manifest, files, testSet };
}

async function readManifestOf(folder: string): Promise<BaseManifest> {
  const manifest = decodeManifest(await readOf(folder, fileNames.manifest));
  if (manifest.kind === 'base' && manifest.name === shippedBaseName) return manifest;
  throw new AppError('MANIFEST_INVALID', {
    message: `manifest.json of the base's folder is that of the ${manifest.kind} ${manifest.name}: expected a base named ${shippedBaseName}`,
  });
}

async function readOf(folder: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, name));
  } catch (cause) {
    throw new AppError('BLOB_MISSING', {
      message: `${name} of the base is missing: restore weights/pvt-base, or the folder that TOMOGRAPH_BASE names`,
      cause,
    });
  }
}

/** The folder that readShippedBase reads. */
export async function writeBaseFolder(
  folder: string,
  manifest: BaseManifest,
  { weights, canary, card }: BaseFiles,
  testSet?: Uint8Array,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const write = (name: string, bytes: Uint8Array) => writeFile(join(folder, name), bytes);
  await write(fileNames.weights, weights);
  await write(fileNames.canary, canary);
  await write(fileNames.card, card);
  await write(fileNames.manifest, encodeDocument(manifest));
  if (testSet !== undefined) await write(fileNames.testSet, testSet);
}

/**
 * Registers the base of a folder and makes it its own champion, once; later calls only look.
 * @param home where the test set goes that comes with it
 */
export async function ensureShippedBase(
  registry: Registry,
  home?: string,
  folder = shippedBaseFolder,
): Promise<VersionRow> {
  // the manifest alone first: making the graph takes a second
  const id = manifestId(await readManifestOf(folder));
  const state = await registry.state();
  const row = state.versions(shippedBaseName).find((version) => version.manifest === id);
  if (row !== undefined) return row;
  const { manifest, files, testSet } = await readShippedBase(folder);
  for (const bytes of files.values()) await registry.blobs.put(bytes);
  if (home !== undefined && testSet !== undefined) await putTestSet(home, id, testSet);
  const made = await registry.register(manifest, by, 'the base that is shipped');
  await registry.promote({
    model: manifest.name,
    alias: 'champion',
    version: made.version,
    by,
    why: 'the base that is shipped',
  });
  return made;
}
