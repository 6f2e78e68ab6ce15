// From a verified adapter to its manifest, and from a manifest back to a verified adapter.
import { AppError, canonicalJson, type Sha256, sha256 } from '@tomograph/kernel';
import type { BlobStore } from '../blob-store.js';
import {
  blobOf,
  checkManifest,
  loadBlob,
  manifestId,
  readAdapterManifest,
  readBaseManifest,
} from '../manifest/manifest-file.js';
import type {
  AdapterManifest,
  BaseManifest,
  Label,
  Metric,
  Provenance,
  Runtime,
} from '../manifest/manifest-schema.js';
import type { VerifiedAdapter } from './adapter.js';
import type { PeftFiles } from './peft-folder.js';
import { type VerifyOptions, verifyAdapter } from './verify-adapter.js';

export interface NewAdapter {
  readonly name: string;
  readonly description: string;
  readonly licence: string;
  readonly labels: readonly Label[];
  readonly metrics: readonly Metric[];
  readonly provenance: Provenance;
  readonly files: PeftFiles;
  /** Whole safetensors files. */
  readonly golden: {
    readonly input: Uint8Array;
    readonly output: Uint8Array;
    readonly maxAbsDifference: number;
    readonly runtime: Runtime;
  };
}

/**
 * Verifies an adapter, stores its files as blobs and says what they are. The manifest itself is not stored yet:
 * Registry.register does that.
 * @throws AppError as verifyAdapter and checkManifest
 */
export async function storeAdapter(
  blobs: BlobStore,
  base: BaseManifest,
  adapter: NewAdapter,
  options: VerifyOptions = {},
): Promise<{ manifest: AdapterManifest; verified: VerifiedAdapter }> {
  const { files, golden } = adapter;
  const verified = verifyAdapter(files.adapterModel, files.adapterConfig, base, options);
  const parts: [AdapterManifest['blobs'][number]['role'], Uint8Array, string][] = [
    ['adapter', files.adapterModel, 'application/vnd.safetensors'],
    ['adapter-config', files.adapterConfig, 'application/json'],
    ['golden-input', golden.input, 'application/vnd.safetensors'],
    ['golden-output', golden.output, 'application/vnd.safetensors'],
  ];
  if (files.card !== undefined) parts.push(['card', files.card, 'text/markdown']);
  const manifest = checkManifest({
    formatVersion: 1,
    kind: 'adapter',
    name: adapter.name,
    description: adapter.description,
    licence: adapter.licence,
    labels: adapter.labels,
    metrics: adapter.metrics,
    provenance: adapter.provenance,
    base: { manifest: manifestId(base), weights: verified.base },
    ...saysOf(verified, base),
    golden: { maxAbsDifference: golden.maxAbsDifference, runtime: golden.runtime },
    blobs: parts.map(([role, bytes, mediaType]) => ({
      role,
      digest: sha256(bytes),
      bytes: bytes.length,
      mediaType,
    })),
  }) as AdapterManifest;
  for (const [, bytes] of parts) await blobs.put(bytes);
  return { manifest, verified };
}

/**
 * A registered adapter, ready for the engine: manifest, base, files and numbers verified again.
 * @throws AppError BLOB_MISSING, BLOB_CORRUPT, MANIFEST_INVALID, ADAPTER_BASE_MISMATCH and as verifyAdapter
 */
export async function loadAdapter(
  blobs: BlobStore,
  id: Sha256,
): Promise<{ manifest: AdapterManifest; base: BaseManifest; verified: VerifiedAdapter }> {
  const manifest = await readAdapterManifest(blobs, id);
  const base = await readBaseManifest(blobs, manifest.base.manifest);
  return { manifest, base, verified: await verifyAgainstFiles(blobs, manifest, base) };
}

/** Holds what an adapter's manifest says against its files. @throws AppError as loadAdapter */
export async function verifyAgainstFiles(
  blobs: BlobStore,
  manifest: AdapterManifest,
  base: BaseManifest,
): Promise<VerifiedAdapter> {
  const weights = blobOf(base, 'weights').digest;
  if (manifest.base.weights !== weights) {
    throw new AppError('ADAPTER_BASE_MISMATCH', {
      message: `adapter ${manifest.name} is for weights ${manifest.base.weights}, base ${base.name} has ${weights}`,
      facts: { adapter: manifest.name, want: manifest.base.weights, got: weights },
    });
  }
  const verified = verifyAdapter(
    await loadBlob(blobs, manifest, 'adapter'),
    await loadBlob(blobs, manifest, 'adapter-config'),
    base,
    { declaredBase: manifest.base.weights, classes: manifest.head?.classes },
  );
  const { lora, head, parameters, effect } = manifest;
  if (canonicalJson({ lora, head, parameters, effect }) === canonicalJson(saysOf(verified, base)))
    return verified;
  throw new AppError('MANIFEST_INVALID', {
    message: `the manifest of ${manifest.name} does not say what its files hold (ranks, targets, head, sizes or effect)`,
    facts: { adapter: manifest.name },
  });
}

function saysOf(
  { lora, head, parameters, effect }: VerifiedAdapter,
  base: BaseManifest,
): Pick<AdapterManifest, 'parameters' | 'effect'> & { lora: unknown; head: unknown } {
  return {
    lora,
    head: head === null || base.head === null ? null : { ...base.head, classes: head.classes },
    parameters,
    effect,
  };
}
