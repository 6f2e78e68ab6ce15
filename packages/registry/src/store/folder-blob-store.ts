// Blobs as files in a folder: `ab/cd/<64 hex>`. Not a cache: a blob stays until it is deleted.
import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, isSha256, type Sha256, sha256 } from '@tomograph/kernel';
import type { BlobStore } from '../blob-store.js';

const defaultMaxBytes = 4 * 2 ** 30;

export class FolderBlobStore implements BlobStore {
  /** @param folder absolute; made on the first put */
  constructor(
    private readonly folder: string,
    private readonly maxBytes: number = defaultMaxBytes,
  ) {}

  async put(bytes: Uint8Array): Promise<Sha256> {
    if (bytes.length > this.maxBytes) {
      throw new AppError('LIMIT_EXCEEDED', {
        message: `a blob of ${bytes.length} bytes is above this store's ${this.maxBytes}`,
        facts: { got: bytes.length, limit: this.maxBytes },
      });
    }
    const digest = sha256(bytes);
    const path = this.pathOf(digest);
    if (await isWhole(path, bytes)) return digest;
    const folder = dirname(path);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = `${path}.${randomUUID()}.part`;
    try {
      await writeDurably(draft, bytes);
      await rename(draft, path); // readers see the whole blob or none
    } catch (error) {
      await unlink(draft).catch(() => {});
      throw error;
    }
    await syncFolder(folder);
    return digest;
  }

  async get(digest: Sha256): Promise<Uint8Array> {
    let bytes: Buffer;
    try {
      bytes = await readFile(this.pathOf(digest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new AppError('BLOB_MISSING', {
        message: `blob ${digest} is not in the store`,
        facts: { digest },
      });
    }
    const got = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    if (got !== digest) {
      throw new AppError('BLOB_CORRUPT', {
        message: `blob ${digest} holds other bytes (${got}): restore it from a backup or ingest its source again`,
        facts: { digest, got },
      });
    }
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  async has(digest: Sha256): Promise<boolean> {
    return access(this.pathOf(digest), constants.R_OK).then(
      () => true,
      () => false,
    );
  }

  async delete(digest: Sha256): Promise<void> {
    await unlink(this.pathOf(digest)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }

  // A digest is checked before it becomes a path: it may come from outside.
  private pathOf(digest: Sha256): string {
    if (!isSha256(digest)) {
      throw new AppError('INVALID_ARGUMENT', { message: 'a blob is named by sha256: and 64 hex digits' });
    }
    const hex = digest.slice(7);
    return join(this.folder, hex.slice(0, 2), hex.slice(2, 4), hex);
  }
}

// A damaged file is written anew: putting the source again repairs the store.
async function isWhole(path: string, bytes: Uint8Array): Promise<boolean> {
  const found = await readFile(path).catch(() => undefined);
  return found !== undefined && Buffer.compare(found, bytes) === 0;
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

// Without it a power cut may lose the name although the bytes are on the disk.
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
