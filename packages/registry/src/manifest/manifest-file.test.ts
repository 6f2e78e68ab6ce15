import { canonicalJson, sha256 } from '@tomograph/kernel';
import { describe, expect, test } from 'vitest';
import { blobStoreContract } from '../store/blob-store-contract.js';
import { MemoryBlobStore } from '../testing/memory-blob-store.js';
import { sampleAdapter, sampleBase, sampleMetric } from '../testing/sample-models.js';
import {
  checkManifest,
  decodeManifest,
  loadBlob,
  manifestId,
  readAdapterManifest,
  readBaseManifest,
  readManifest,
  verifyBytes,
  writeManifest,
} from './manifest-file.js';

describe('the store that these tests use keeps the contract', () => {
  for (const promise of blobStoreContract(async () => new MemoryBlobStore()))
    test(promise.name, promise.check);
});

const text = (value: string) => new TextEncoder().encode(value);
const code = (name: string) => expect.objectContaining({ code: name });

test('the id of a manifest is the sha256 of its canonical text, whatever the order of its fields', async () => {
  const blobs = new MemoryBlobStore();
  const manifest = await sampleBase(blobs);
  const turned = Object.fromEntries(Object.entries(manifest).reverse()) as typeof manifest;
  const id = await writeManifest(blobs, turned);
  expect(id).toBe(manifestId(manifest));
  expect(id).toBe(sha256(canonicalJson(manifest)));
  expect(await readManifest(blobs, id)).toEqual(manifest);
});

test('writing a manifest again changes nothing, and a base is not an adapter', async () => {
  const blobs = new MemoryBlobStore();
  const base = await sampleBase(blobs);
  const id = await writeManifest(blobs, base);
  const adapter = await writeManifest(blobs, await sampleAdapter(blobs, base));
  const before = blobs.bytes.size;
  expect(await writeManifest(blobs, base)).toBe(id);
  expect(blobs.bytes.size).toBe(before);
  expect((await readBaseManifest(blobs, id)).parameters).toBe(1000);
  expect((await readAdapterManifest(blobs, adapter)).base.manifest).toBe(id);
  await expect(readBaseManifest(blobs, adapter)).rejects.toThrow(code('MANIFEST_INVALID'));
  await expect(readAdapterManifest(blobs, id)).rejects.toThrow(code('MANIFEST_INVALID'));
});

test('a manifest is not written while a blob that it names is missing, damaged or of another length', async () => {
  const blobs = new MemoryBlobStore();
  const base = await sampleBase(blobs);
  const [weights] = base.blobs;
  const bytes = blobs.bytes.get(weights!.digest)!;
  blobs.bytes.delete(weights!.digest);
  await expect(writeManifest(blobs, base)).rejects.toThrow(code('BLOB_MISSING'));
  blobs.bytes.set(
    weights!.digest,
    bytes.map((byte, i) => (i === 3 ? byte ^ 1 : byte)),
  );
  await expect(writeManifest(blobs, base)).rejects.toThrow(code('BLOB_CORRUPT'));
  blobs.bytes.set(weights!.digest, bytes);
  const longer = { ...base, blobs: base.blobs.map((blob) => ({ ...blob, bytes: blob.bytes + 1 })) };
  await expect(writeManifest(blobs, longer)).rejects.toThrow(code('BLOB_CORRUPT'));
});

test('a flipped byte and a cut file are found whenever a manifest or a blob is loaded', async () => {
  const blobs = new MemoryBlobStore();
  const base = await sampleBase(blobs);
  const id = await writeManifest(blobs, base);
  for (const digest of [id, base.blobs[0]!.digest]) {
    const whole = blobs.bytes.get(digest)!;
    for (const damaged of [whole.map((byte, i) => (i === 0 ? byte ^ 4 : byte)), whole.subarray(0, -1)]) {
      blobs.bytes.set(digest, damaged);
      const load = digest === id ? readManifest(blobs, id) : loadBlob(blobs, base, 'weights');
      await expect(load).rejects.toThrow(code('BLOB_CORRUPT'));
    }
    blobs.bytes.set(digest, whole);
  }
  expect(() => verifyBytes(text('sent'), sha256('promised'))).toThrow(code('BLOB_CORRUPT'));
  await expect(loadBlob(blobs, base, 'card')).rejects.toThrow(code('NOT_FOUND'));
});

test('another format version and a missing licence have codes of their own, in this order', async () => {
  const base = await sampleBase(new MemoryBlobStore());
  const { licence: _, ...without } = base;
  expect(() => checkManifest({ ...without, formatVersion: 2 })).toThrow(code('FORMAT_VERSION_UNKNOWN'));
  expect(() => checkManifest({ ...base, formatVersion: '1' })).toThrow(code('FORMAT_VERSION_UNKNOWN'));
  for (const broken of [without, { ...base, licence: '  ' }, { ...without, kind: 'neither' }]) {
    expect(() => checkManifest(broken)).toThrow(code('LICENCE_MISSING'));
  }
});

test.each<[string, Record<string, unknown>, string]>([
  ['an unknown field', { extra: 1 }, '(whole document)'],
  ['a name that is a path', { name: '../etc' }, 'name'],
  ['another kind', { kind: 'model' }, 'kind'],
  ['no graph', { blobs: [] }, 'blobs'],
  [
    'a layer twice',
    { layers: Array(2).fill({ name: 'q', type: 'qv', in: 1, out: 1, kernel: [1, 1, 1] }) },
    'layers',
  ],
  [
    'an interval upside down',
    { metrics: [sampleMetric({ interval: { low: 1, high: 0, level: 0.9, method: 'm' } })] },
    'metrics.0.interval',
  ],
  ['a metric twice', { metrics: [sampleMetric(), sampleMetric({ value: 1 })] }, 'metrics'],
  [
    'a digest of another kind',
    { blobs: [{ role: 'weights', digest: 'md5:1', bytes: 1, mediaType: 'x' }] },
    'blobs.0.digest',
  ],
  [
    'the background among its labels',
    { labels: [{ value: 0, name: 'background', snomed: null }] },
    'labels.0.value',
  ],
])('a manifest with %s is refused, and the field is named', async (_what, change, field) => {
  const base = await sampleBase(new MemoryBlobStore());
  const check = () => checkManifest({ ...base, ...change });
  expect(check).toThrow(expect.objectContaining({ code: 'MANIFEST_INVALID', facts: { field } }));
});

test('bytes that are not canonical JSON are refused: white space, order, keys twice, not UTF-8, too many', async () => {
  const base = await sampleBase(new MemoryBlobStore());
  const canonical = canonicalJson(base);
  expect(decodeManifest(text(canonical))).toEqual(base);
  for (const bytes of [
    text(`${canonical}\n`),
    text(JSON.stringify(Object.fromEntries(Object.entries(base).reverse()))),
    text(canonical.replace('{', '{"kind":"adapter",')),
    text(`\ufeff${canonical}`),
    Uint8Array.of(0x7b, 0xff, 0x7d),
    text(''),
    text('null'),
    new Uint8Array((1 << 20) + 1).fill(0x20),
  ]) {
    expect(() => decodeManifest(bytes)).toThrow(code('MANIFEST_INVALID'));
  }
});
