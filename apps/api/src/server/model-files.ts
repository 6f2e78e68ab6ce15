// Files of models as they are downloaded: a registered adapter's folder, manifests, certificates. By digest, and only
// what the registry's log names: the store holds patients' blobs too.
import { isSha256, type Sha256, sha256 } from '@tomograph/kernel';
import { blobOf, encodeModelCard, type Manifest } from '@tomograph/registry';
import type { ModelCatalogue } from '../models/model-catalogue.js';
import { type ModelFileOwner, modelFiles, modelFileUrl } from './blob-paths.js';

export interface ModelFile {
  readonly digest: Sha256;
  readonly mediaType: string;
  read(): Promise<Uint8Array>;
}

const mediaTypes: Readonly<Record<string, string>> = {
  'adapter_model.safetensors': 'application/octet-stream',
  'README.md': 'text/markdown; charset=utf-8',
};

/** @param path such as `/v1/blobs/adapters/<64 hex>/adapter_config.json` @returns undefined for any other */
export async function modelFileAt(path: string, models: ModelCatalogue): Promise<ModelFile | undefined> {
  const [, , , owner, hex, file] = path.split('/');
  const digest = `sha256:${hex}`;
  if (!isModelFileOwner(owner) || !isSha256(digest)) return undefined;
  const name = (modelFiles[owner] as readonly string[]).find((each) => each === file);
  if (name === undefined || modelFileUrl(owner, digest, name as never) !== path) return undefined;
  const mediaType = mediaTypes[name] ?? 'application/json';
  const stored = (blob: Sha256): ModelFile => ({
    digest: blob,
    mediaType,
    read: () => models.registry.blobs.get(blob),
  });
  if (owner === 'certificates') return (await models.isCertificate(digest)) ? stored(digest) : undefined;
  const row = await models.store.versionOfManifest(digest);
  if (row === undefined) return undefined;
  if (owner === 'manifests') return stored(digest);
  const manifest = await models.manifest(digest);
  if (manifest.kind !== 'adapter') return undefined;
  if (name === 'README.md') return card(manifest, models);
  return stored(blobOf(manifest, name === 'adapter_config.json' ? 'adapter-config' : 'adapter').digest);
}

async function card(
  manifest: Extract<Manifest, { kind: 'adapter' }>,
  models: ModelCatalogue,
): Promise<ModelFile | undefined> {
  const base = await models.manifest(manifest.base.manifest);
  if (base.kind !== 'base') return undefined;
  const bytes = encodeModelCard(manifest, base);
  return { digest: sha256(bytes), mediaType: mediaTypes['README.md']!, read: async () => bytes };
}

function isModelFileOwner(owner: string | undefined): owner is ModelFileOwner {
  return owner !== undefined && Object.hasOwn(modelFiles, owner);
}
