// The base that comes with the house (weights/pvt-base) as the first model of a registry. Its manifest is committed; the
// graph is made from the weights and must be the one that the manifest names.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { AppError, sha256 } from '@tomograph/kernel';
import { decodePvtBase, servingNetwork } from '@tomograph/models';
import {
  type BaseManifest,
  blobOf,
  decodeManifest,
  manifestId,
  type Registry,
  type VersionRow,
} from '@tomograph/registry';

export const shippedBaseName = 'pvt-base';

const folder = new URL('../../../../weights/pvt-base/', import.meta.url);
const by = { name: 'system:first start', mayMoveProtected: true };

export interface ShippedBase {
  readonly manifest: BaseManifest;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** @throws AppError BLOB_MISSING when weights/pvt-base is not there, BLOB_CORRUPT when it is not what its manifest says */
export async function readShippedBase(): Promise<ShippedBase> {
  const read = async (name: string): Promise<Uint8Array> => {
    try {
      return await readFile(fileURLToPath(new URL(name, folder)));
    } catch (cause) {
      throw new AppError('BLOB_MISSING', { message: `weights/pvt-base/${name} is missing`, cause });
    }
  };
  const manifest = decodeManifest(await read('manifest.json'));
  if (manifest.kind !== 'base') {
    throw new AppError('MANIFEST_INVALID', {
      message: 'weights/pvt-base/manifest.json is not that of a base',
    });
  }
  const weights = await read('base.safetensors');
  const files = new Map<string, Uint8Array>([
    ['weights', weights],
    ['graph', servingNetwork(decodePvtBase(weights)).bytes],
    ['golden-input', await read('canary.safetensors')],
    ['card', await read('README.md')],
  ]);
  for (const [role, bytes] of files) {
    const want = blobOf(manifest, role as 'weights').digest;
    const got = sha256(bytes);
    if (got === want) continue;
    throw new AppError('BLOB_CORRUPT', {
      message: `${role} of weights/pvt-base is ${got}, its manifest names ${want}: restore the folder`,
      facts: { role, got, want },
    });
  }
  return { manifest, files };
}

/** Registers the shipped base and makes it its own champion, once; later calls only look. */
export async function ensureShippedBase(registry: Registry): Promise<VersionRow> {
  const state = await registry.state();
  const known = state.versions(shippedBaseName);
  const { manifest, files } = await readShippedBase();
  const id = manifestId(manifest);
  const row = known.find((version) => version.manifest === id);
  if (row !== undefined) return row;
  for (const bytes of files.values()) await registry.blobs.put(bytes);
  const made = await registry.register(manifest, by, 'the base that is shipped');
  await registry.promote({
    model: shippedBaseName,
    alias: 'champion',
    version: made.version,
    by,
    why: 'the base that is shipped',
  });
  return made;
}
