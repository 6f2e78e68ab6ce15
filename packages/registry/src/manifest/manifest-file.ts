// Manifests as blobs: the id is the digest of the canonical text; blobs they name are verified when written and loaded.
import { AppError, type Sha256, sha256 } from '@tomograph/kernel';
import type { BlobStore } from '../blob-store.js';
import { decodeDocument, encodeDocument, parseDocument } from './canonical-document.js';
import {
  type AdapterManifest,
  type BaseManifest,
  type BlobRole,
  formatVersion,
  type Manifest,
  manifestSchema,
} from './manifest-schema.js';

/** sha256 of the canonical text. */
export function manifestId(manifest: Manifest): Sha256 {
  return sha256(encodeDocument(checkManifest(manifest)));
}

/** @throws AppError FORMAT_VERSION_UNKNOWN, LICENCE_MISSING, MANIFEST_INVALID, in this order */
export function checkManifest(value: unknown): Manifest {
  const found = (value ?? {}) as { formatVersion?: unknown; licence?: unknown };
  const isObject = typeof value === 'object' && value !== null;
  if (isObject && found.formatVersion !== formatVersion) {
    throw new AppError('FORMAT_VERSION_UNKNOWN', {
      message: `a manifest of format version ${String(found.formatVersion).slice(0, 20)}: this build reads version ${formatVersion}`,
      facts: { expected: formatVersion },
    });
  }
  if (isObject && (typeof found.licence !== 'string' || found.licence.trim() === '')) {
    throw new AppError('LICENCE_MISSING', {
      message: 'the manifest names no licence: give an SPDX expression such as Apache-2.0, or LicenseRef-…',
    });
  }
  return parseDocument(manifestSchema, value, 'MANIFEST_INVALID', 'manifest');
}

/** @throws AppError as checkManifest; MANIFEST_INVALID for bytes that are not canonical */
export function decodeManifest(bytes: Uint8Array): Manifest {
  return checkManifest(decodeDocument(bytes, 'MANIFEST_INVALID', 'the manifest'));
}

/**
 * Stores a manifest whose blobs are stored already, each of which is read and verified first.
 * @returns its id; writing the same manifest again changes nothing
 * @throws AppError as checkManifest, BLOB_MISSING, BLOB_CORRUPT
 */
export async function writeManifest(blobs: BlobStore, manifest: Manifest): Promise<Sha256> {
  const bytes = encodeDocument(checkManifest(manifest));
  decodeManifest(bytes); // what is written can be read
  for (const { role } of manifest.blobs) await loadBlob(blobs, manifest, role);
  return blobs.put(bytes);
}

/** @throws AppError BLOB_MISSING, BLOB_CORRUPT, FORMAT_VERSION_UNKNOWN, LICENCE_MISSING, MANIFEST_INVALID */
export async function readManifest(blobs: BlobStore, id: Sha256): Promise<Manifest> {
  return decodeManifest(await blobs.get(id));
}

/** @throws AppError as readManifest; MANIFEST_INVALID when it is an adapter's */
export async function readBaseManifest(blobs: BlobStore, id: Sha256): Promise<BaseManifest> {
  const manifest = await readManifest(blobs, id);
  if (manifest.kind !== 'base') throw wrongKind(id, 'a base');
  return manifest;
}

/** @throws AppError as readManifest; MANIFEST_INVALID when it is a base's */
export async function readAdapterManifest(blobs: BlobStore, id: Sha256): Promise<AdapterManifest> {
  const manifest = await readManifest(blobs, id);
  if (manifest.kind !== 'adapter') throw wrongKind(id, 'an adapter');
  return manifest;
}

/**
 * A blob of a manifest, held against digest and length.
 * @throws AppError NOT_FOUND when the manifest has no such role; BLOB_MISSING, BLOB_CORRUPT
 */
export async function loadBlob(blobs: BlobStore, manifest: Manifest, role: BlobRole): Promise<Uint8Array> {
  const { digest, bytes: length } = blobOf(manifest, role);
  const bytes = await blobs.get(digest);
  if (bytes.length !== length) {
    throw new AppError('BLOB_CORRUPT', {
      message: `blob ${role} of ${manifest.name} has ${bytes.length} bytes, its manifest says ${length}`,
      facts: { digest, got: bytes.length, expected: length },
    });
  }
  return bytes;
}

/** @throws AppError NOT_FOUND */
export function blobOf(manifest: Manifest, role: BlobRole): Manifest['blobs'][number] {
  const found = (manifest.blobs as readonly Manifest['blobs'][number][]).find((blob) => blob.role === role);
  if (found) return found;
  throw new AppError('NOT_FOUND', { message: `${manifest.name} has no blob ${role}`, facts: { role } });
}

/** @throws AppError BLOB_CORRUPT: for bytes that arrive with a promise, such as an upload */
export function verifyBytes(bytes: Uint8Array, digest: Sha256): void {
  const got = sha256(bytes);
  if (got === digest) return;
  throw new AppError('BLOB_CORRUPT', {
    message: `expected bytes of ${digest}, got ${got}: send the file again`,
    facts: { digest, got },
  });
}

function wrongKind(id: Sha256, wanted: string): AppError {
  return new AppError('MANIFEST_INVALID', {
    message: `manifest ${id} is not that of ${wanted}`,
    facts: { manifest: id },
  });
}
