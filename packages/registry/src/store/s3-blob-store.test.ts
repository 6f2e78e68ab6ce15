import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type S3Fake, startS3Fake } from '../testing/s3-fake.js';
import { blobStoreContract } from './blob-store-contract.js';
import { blobStoreFromUrl } from './blob-store-from-url.js';
import { S3BlobStore } from './s3-blob-store.js';

let server: S3Fake;
beforeAll(async () => {
  server = await startS3Fake();
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
});
afterAll(() => server.close());
beforeEach(() => {
  server.objects.clear();
  server.requests.length = 0;
  server.isOld = false;
});

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const store = (maxBytes?: number) =>
  new S3BlobStore({
    bucket: 'bucket',
    prefix: 'tg/',
    endpoint: server.endpoint,
    credentials,
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
const encode = (text: string) => new TextEncoder().encode(text);

describe('the contract of every blob store', () => {
  for (const promise of blobStoreContract(async () => store())) test(promise.name, promise.check);
});

test('a blob is put only if it is absent, under its prefix and digest', async () => {
  const digest = await store().put(encode('where'));
  await store().put(encode('where'));
  const hex = digest.slice(7);
  expect([...server.objects.keys()]).toEqual([`tg/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`]);
  expect(server.requests).toEqual(['PUT if-none-match', 'PUT if-none-match', 'GET']);
});

test('a flipped byte and a cut object are found when read, and repaired by putting the bytes again', async () => {
  for (const damaged of ['whole bites', 'who', '']) {
    const digest = await store().put(encode('whole bytes'));
    const [key] = [...server.objects.keys()];
    server.objects.set(key!, Buffer.from(damaged));
    await expect(store().get(digest)).rejects.toMatchObject({ code: 'BLOB_CORRUPT', facts: { digest } });
    await store().put(encode('whole bytes'));
    expect(await store().get(digest)).toEqual(encode('whole bytes'));
  }
});

test('a server without put-if-absent is written to as well', async () => {
  server.isOld = true;
  const digest = await store().put(encode('old server'));
  expect(await store().get(digest)).toEqual(encode('old server'));
});

test('a blob above the limit is refused before anything is sent', async () => {
  await expect(store(10).put(encode('eleven byte'))).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  expect(server.requests).toEqual([]);
});

test('a bucket by URL holds what the store holds', async () => {
  const byUrl = blobStoreFromUrl(
    `s3://bucket/tg?endpoint=${encodeURIComponent(server.endpoint)}`,
    '/nowhere',
  );
  const digest = await byUrl.put(encode('by URL'));
  expect(await store().has(digest)).toBe(true);
});

test.each([
  's3://',
  's3://UPPER_case/x',
  's3://bucket/x?key=secret-value',
  's3://bucket/../x/%2e%2e/secret-value%00',
  's3://bucket/x?endpoint=ftp://secret-value',
  's3://user:secret-value@bucket',
])('an S3 URL that means no bucket is refused without repeating it: %s', (url) => {
  const make = () => blobStoreFromUrl(url, '/nowhere');
  expect(make).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  expect(make).not.toThrow('secret-value');
});
