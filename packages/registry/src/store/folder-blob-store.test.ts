import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blobStoreContract } from './blob-store-contract.js';
import { blobStoreFromUrl } from './blob-store-from-url.js';
import { FolderBlobStore } from './folder-blob-store.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tg-blobs-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const encode = (text: string) => new TextEncoder().encode(text);
const files = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

describe('the contract of every blob store', () => {
  for (const promise of blobStoreContract(async () => new FolderBlobStore(folder))) {
    test(promise.name, promise.check);
  }
});

test('a blob is a private file two folders deep, and no temporary file remains', async () => {
  const digest = await new FolderBlobStore(folder).put(encode('where'));
  const hex = digest.slice(7);
  const path = join(folder, hex.slice(0, 2), hex.slice(2, 4), hex);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(files().filter((entry) => entry.name.endsWith('.part'))).toEqual([]);
});

test('a flipped byte and a cut file are found when read', async () => {
  const store = new FolderBlobStore(folder);
  for (const damage of [
    (path: string) => writeFileSync(path, 'whole bites'),
    (path: string) => truncateSync(path, 3),
    (path: string) => truncateSync(path, 0),
  ]) {
    const digest = await store.put(encode('whole bytes'));
    const hex = digest.slice(7);
    damage(join(folder, hex.slice(0, 2), hex.slice(2, 4), hex));
    await expect(store.get(digest)).rejects.toMatchObject({ code: 'BLOB_CORRUPT', facts: { digest } });
  }
});

test('putting the bytes again repairs a damaged blob', async () => {
  const store = new FolderBlobStore(folder);
  const digest = await store.put(encode('to repair'));
  const hex = digest.slice(7);
  writeFileSync(join(folder, hex.slice(0, 2), hex.slice(2, 4), hex), 'damaged');
  expect(await store.put(encode('to repair'))).toBe(digest);
  expect(await store.get(digest)).toEqual(encode('to repair'));
});

test('a blob above the limit is refused before anything is written', async () => {
  const before = files().length;
  await expect(new FolderBlobStore(folder, 10).put(encode('eleven byte'))).rejects.toMatchObject({
    code: 'LIMIT_EXCEEDED',
    facts: { got: 11, limit: 10 },
  });
  expect(files()).toHaveLength(before);
});

test('a folder by URL holds what a folder by path holds', async () => {
  const digest = await blobStoreFromUrl(pathToFileURL(folder).href, '/nowhere').put(encode('by URL'));
  expect(await new FolderBlobStore(folder).has(digest)).toBe(true);
});

test('a store that this build does not have is refused without repeating the URL', () => {
  const make = () => blobStoreFromUrl('s3://user:secret@bucket/prefix', '/nowhere');
  expect(make).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  expect(make).not.toThrow('secret');
  expect(() => blobStoreFromUrl('file://otherhost/x', '/nowhere')).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID' }),
  );
});
