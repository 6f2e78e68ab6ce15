// Which blob store a configuration means. S3 is a later store behind the same contract.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '@tomograph/kernel';
import type { BlobStore } from '../blob-store.js';
import { FolderBlobStore } from './folder-blob-store.js';

/**
 * @param url `file:///folder`, or undefined for `<home>/blobs`
 * @throws AppError CONFIG_INVALID for a scheme that this build has no store for
 */
export function blobStoreFromUrl(url: string | undefined, home: string): BlobStore {
  if (url === undefined) return new FolderBlobStore(join(home, 'blobs'));
  if (url.startsWith('file://')) return new FolderBlobStore(folderOf(url));
  throw new AppError('CONFIG_INVALID', {
    message: 'BLOB_URL names a store that this build does not have: use file:///folder, or leave it unset',
    facts: { variable: 'BLOB_URL' },
  });
}

function folderOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', {
      message: 'BLOB_URL is not a local folder: write file:/// and an absolute path',
      facts: { variable: 'BLOB_URL' },
      cause,
    });
  }
}
