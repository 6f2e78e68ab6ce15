// What every blob store promises, as checks that any test runner can run: a store that passes may replace another.
// Not a test file itself: `for (const promise of blobStoreContract(make)) test(promise.name, promise.check)`.
import assert from 'node:assert/strict';
import { AppError, type Sha256, sha256 } from '@tomograph/kernel';
import type { BlobStore } from '../blob-store.js';

export interface StorePromise {
  readonly name: string;
  check(): Promise<void>;
}

/** @param makeStore a store that is empty, or shared with nobody who uses the same bytes */
export function blobStoreContract(makeStore: () => Promise<BlobStore>): StorePromise[] {
  const promises: Record<string, (store: BlobStore) => Promise<void>> = {
    'gives back the bytes under their digest': async (store) => {
      const bytes = new TextEncoder().encode('some bytes');
      const digest = await store.put(bytes);
      assert.equal(digest, sha256(bytes));
      assert.deepEqual(await store.get(digest), bytes);
      assert.equal(await store.has(digest), true);
    },
    'keeps the same bytes once, whoever puts them at the same time': async (store) => {
      const bytes = new TextEncoder().encode('the same bytes');
      const digests = await Promise.all(Array.from({ length: 5 }, () => store.put(bytes)));
      assert.equal(new Set(digests).size, 1);
      assert.deepEqual(await store.get(digests[0]!), bytes);
    },
    'keeps an empty blob and one of some megabytes': async (store) => {
      for (const bytes of [new Uint8Array(0), new Uint8Array(5 << 20).fill(7)]) {
        assert.deepEqual(await store.get(await store.put(bytes)), bytes);
      }
    },
    'says BLOB_MISSING for what was never put': async (store) => {
      const digest = sha256('never put');
      assert.equal(await store.has(digest), false);
      await assert.rejects(store.get(digest), isError('BLOB_MISSING'));
    },
    'forgets what is deleted, and deleting it again does nothing': async (store) => {
      const digest = await store.put(new TextEncoder().encode('short-lived'));
      await store.delete(digest);
      await store.delete(digest);
      assert.equal(await store.has(digest), false);
      await assert.rejects(store.get(digest), isError('BLOB_MISSING'));
    },
    'is not changed by what the caller does to his bytes afterwards': async (store) => {
      const bytes = new TextEncoder().encode('mine');
      const digest = await store.put(bytes);
      bytes.fill(0);
      const read = await store.get(digest);
      read.fill(1);
      assert.deepEqual(await store.get(digest), new TextEncoder().encode('mine'));
    },
    'refuses a name that is no digest': async (store) => {
      for (const name of ['', 'sha256:../../etc/passwd', `sha256:${'A'.repeat(64)}`, 'a'.repeat(64)]) {
        await assert.rejects(store.get(name as Sha256), isError('INVALID_ARGUMENT'));
        await assert.rejects(store.delete(name as Sha256), isError('INVALID_ARGUMENT'));
      }
    },
  };
  return Object.entries(promises).map(([name, check]) => ({
    name,
    check: async () => check(await makeStore()),
  }));
}

function isError(code: string): (error: unknown) => boolean {
  return (error) => error instanceof AppError && error.code === code;
}
