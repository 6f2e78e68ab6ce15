// The port every holder of blobs implements: content-addressed, written once, verified when read.
import type { Sha256 } from '@tomograph/kernel';

export interface BlobStore {
  /**
   * Stores bytes under their digest: temporary file, fsync, rename. The same bytes twice are one blob.
   * @throws AppError LIMIT_EXCEEDED when the store refuses the size
   */
  put(bytes: Uint8Array): Promise<Sha256>;
  /**
   * The bytes, after their digest was checked.
   * @throws AppError BLOB_MISSING, BLOB_CORRUPT
   */
  get(digest: Sha256): Promise<Uint8Array>;
  has(digest: Sha256): Promise<boolean>;
  delete(digest: Sha256): Promise<void>;
}
