// The nodule model that comes with the house (weights/pare): read from its folder, registered at the first start, and opened
// on threads of its own from the registry (a worker) or from the folder (a command that stores nothing).
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, type Config, type Sha256 } from '@tomograph/kernel';
import { type BundleFiles, InferencePool, type LoadedPare, openPare } from '@tomograph/models';
import { loadBlob, manifestId, type Registry, readBaseManifest, type VersionRow } from '@tomograph/registry';
import { poolOptions } from '../registry/runtime.js';
import { bundleFile, type PareFiles, pareBaseManifest, pareName } from './pare-manifest.js';

export const shippedPareFolder = fileURLToPath(new URL('../../../../weights/pare/', import.meta.url));

const by = { name: 'system:first start', mayMoveProtected: true };
const why = 'the nodule model that is shipped';

export interface OpenPare extends LoadedPare, AsyncDisposable {
  /** Digest of the manifest in the registry. */
  readonly id: Sha256;
  /** `models:/pare/1`; just the name where no registry was asked. */
  readonly name: string;
}

/**
 * Registers the shipped nodule model and makes it its own champion, once; later calls only look.
 * @throws AppError as readShippedPare
 */
export async function ensureShippedPare(registry: Registry, folder = shippedPareFolder): Promise<VersionRow> {
  const files = await readShippedPare(folder);
  const manifest = pareBaseManifest(files);
  const id = manifestId(manifest);
  const known = (await registry.state()).versions(pareName).find((row) => row.manifest === id);
  if (known !== undefined) return known;
  for (const bytes of [...files.bundle.values(), files.card]) await registry.blobs.put(bytes);
  const made = await registry.register(manifest, by, why);
  await registry.promote({ model: pareName, alias: 'champion', version: made.version, by, why });
  return made;
}

/** The champion, or the version that a URI names. @throws AppError NOT_FOUND, BLOB_MISSING, BLOB_CORRUPT, MANIFEST_INVALID */
export async function openRegisteredPare(
  registry: Registry,
  device: Config['device'],
  uri = `models:/${pareName}@champion`,
): Promise<OpenPare> {
  const { manifest: id, model, version } = await registry.resolve(uri);
  const manifest = await readBaseManifest(registry.blobs, id);
  const named = await loadBlob(registry.blobs, manifest, 'bundle');
  const bundle = new Map([[bundleFile, named]]);
  for (const [name, digest] of digestsIn(named)) bundle.set(name, await registry.blobs.get(digest));
  return { ...(await openBundle(bundle, device)), id, name: `models:/${model}/${version}` };
}

/** Without a registry. @throws AppError as readShippedPare */
export async function openShippedPare(
  device: Config['device'],
  folder = shippedPareFolder,
): Promise<OpenPare> {
  const files = await readShippedPare(folder);
  const id = manifestId(pareBaseManifest(files));
  return { ...(await openBundle(files.bundle, device)), id, name: pareName };
}

/** Only files that the manifest names are read. @throws AppError BLOB_MISSING where one is not there */
export async function readShippedPare(folder = shippedPareFolder): Promise<PareFiles> {
  const manifest = await read(folder, bundleFile);
  const bundle = new Map([[bundleFile, manifest]]);
  for (const [name] of digestsIn(manifest)) bundle.set(name, await read(folder, name));
  return { bundle, card: await read(folder, 'README.md'), facts: await read(folder, 'facts.json') };
}

/** Names of files are a closed pattern: a manifest cannot name a path. The model's own reader checks the digests. */
function digestsIn(manifest: Uint8Array): Map<string, Sha256> {
  const named = /"(network-\d{1,2}\.onnx|weights\.safetensors)"\s*:\s*"(sha256:[0-9a-f]{64})"/g;
  return new Map(
    [...new TextDecoder().decode(manifest).matchAll(named)].map((match) => [match[1]!, match[2] as Sha256]),
  );
}

async function openBundle(
  bundle: BundleFiles,
  device: Config['device'],
): Promise<LoadedPare & AsyncDisposable> {
  const pools: InferencePool[] = [];
  const closeAll = async (): Promise<void> => {
    for (const pool of pools) await pool.close();
  };
  try {
    const loaded = await openPare(bundle, async (network) => {
      const pool = await InferencePool.create(network, poolOptions(device));
      pools.push(pool);
      return pool;
    });
    return { ...loaded, [Symbol.asyncDispose]: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
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
