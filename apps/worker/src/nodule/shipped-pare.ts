// The nodule model that comes with the house (weights/pare), verified by its manifest and opened on threads of its own.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, type Config, type Sha256, sha256 } from '@tomograph/kernel';
import { type BundleFiles, InferencePool, type LoadedPare, openPare } from '@tomograph/models';
import { poolOptions } from '../registry/runtime.js';

export const shippedPareFolder = fileURLToPath(new URL('../../../../weights/pare/', import.meta.url));

export interface OpenPare extends LoadedPare, AsyncDisposable {
  /** Digest of the manifest. */
  readonly id: Sha256;
}

/** @throws AppError BLOB_MISSING where the folder is not there, and as decodePareBundle */
export async function openShippedPare(
  device: Config['device'],
  folder = shippedPareFolder,
): Promise<OpenPare> {
  const files = await readBundle(folder);
  const pools: InferencePool[] = [];
  const closeAll = async (): Promise<void> => {
    for (const pool of pools) await pool.close();
  };
  try {
    const loaded = await openPare(files, async (network) => {
      const pool = await InferencePool.create(network, poolOptions(device));
      pools.push(pool);
      return pool;
    });
    return { ...loaded, id: sha256(files.get('manifest.json')!), [Symbol.asyncDispose]: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** Only files that the manifest names are read. */
async function readBundle(folder: string): Promise<BundleFiles> {
  const manifest = await read(folder, 'manifest.json');
  const named = /"((?:network-\d{1,2}\.onnx)|weights\.safetensors)"\s*:/g;
  const names = [...new TextDecoder().decode(manifest).matchAll(named)].map((match) => match[1]!);
  const files = new Map([['manifest.json', manifest]]);
  for (const name of new Set(names)) files.set(name, await read(folder, name));
  return files;
}

async function read(folder: string, name: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(join(folder, name)));
  } catch (cause) {
    throw new AppError('BLOB_MISSING', {
      message: `${name} of the nodule model is not here: restore weights/pare of the installation`,
      facts: { file: name },
      cause,
    });
  }
}
