// A blob store in memory, for tests; passes the contract. Tests damage its bytes directly.
import { AppError, isSha256, type Sha256, sha256 } from '@tomograph/kernel';
import type { BlobStore } from '../blob-store.js';

export class MemoryBlobStore implements BlobStore {
  readonly bytes = new Map<string, Uint8Array>();

  async put(bytes: Uint8Array): Promise<Sha256> {
    const digest = sha256(bytes);
    this.bytes.set(digest, bytes.slice());
    return digest;
  }

  async get(digest: Sha256): Promise<Uint8Array> {
    const found = this.bytes.get(named(digest));
    if (!found) throw new AppError('BLOB_MISSING', { message: `blob ${digest} is not in the store` });
    if (sha256(found) !== digest)
      throw new AppError('BLOB_CORRUPT', { message: `blob ${digest} holds other bytes` });
    return found.slice();
  }

  async has(digest: Sha256): Promise<boolean> {
    return this.bytes.has(digest);
  }

  async delete(digest: Sha256): Promise<void> {
    this.bytes.delete(named(digest));
  }
}

function named(digest: Sha256): Sha256 {
  if (isSha256(digest)) return digest;
  throw new AppError('INVALID_ARGUMENT', { message: 'a blob is named by sha256: and 64 hex digits' });
}
