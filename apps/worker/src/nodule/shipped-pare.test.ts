// The shipped nodule model in a registry of memory. No network is run.
import { AppError, sha256 } from '@tomograph/kernel';
import { MemoryRegistryStore, manifestId, Registry } from '@tomograph/registry';
import { MemoryBlobStore } from '@tomograph/registry/testing';
import { expect, test } from 'vitest';
import { type PareFiles, pareBaseManifest } from './pare-manifest.js';
import { ensureShippedPare, openRegisteredPare, readShippedPare } from './shipped-pare.js';

const shipped = await readShippedPare();
const registryOf = () =>
  new Registry({ blobs: new MemoryBlobStore(), store: new MemoryRegistryStore(), trustedKeys: [] });

test('it is registered once, is its own champion, and is named by the digest that a command prints', async () => {
  const registry = registryOf();
  const row = await ensureShippedPare(registry);
  expect(row).toMatchObject({ model: 'pare', version: 1, kind: 'base', base: null });
  expect(await ensureShippedPare(registry)).toEqual(row);
  expect((await registry.resolve('models:/pare@champion')).manifest).toBe(row.manifest);
  expect(row.manifest).toBe(manifestId(pareBaseManifest(shipped)));
});

test('its manifest says what goes in and comes out, under which licence, and what was measured on how many', () => {
  const manifest = pareBaseManifest(shipped);
  expect(manifest).toMatchObject({ licence: 'Apache-2.0', head: null, layers: [], labels: [] });
  expect(manifest.inputs.map(({ name }) => name)).toEqual(['image', 'measures']);
  expect(manifest.outputs.map(({ name }) => name)).toContain('attributes');
  expect(manifest.description).toMatch(/not histology/);
  for (const { n, data } of manifest.metrics) expect([n > 0, data.length > 0]).toEqual([true, true]);
  expect(manifest.parameters).toBeGreaterThan(10_000);
});

test('numbers that were measured on other weights are left out, and that is said', () => {
  const facts = { ...JSON.parse(new TextDecoder().decode(shipped.facts)), bundle: sha256('other weights') };
  const other: PareFiles = { ...shipped, facts: new TextEncoder().encode(JSON.stringify(facts)) };
  const manifest = pareBaseManifest(other);
  expect(manifest.metrics).toEqual([]);
  expect(manifest.description).toMatch(/were not measured/);
});

test('facts that are none and a folder that is not there are refused by their own codes', async () => {
  const broken = { ...shipped, facts: new TextEncoder().encode('{}') };
  const codeOf = (error: unknown) => (error instanceof AppError ? error.code : String(error));
  expect(() => pareBaseManifest(broken)).toThrowError(/facts.json/);
  expect(codeOf(await readShippedPare('/nowhere').catch((error: unknown) => error))).toBe('BLOB_MISSING');
});

test('it cannot be opened when a network is not the one that its bundle names', async () => {
  const registry = registryOf();
  await ensureShippedPare(registry);
  const network = sha256(shipped.bundle.get('network-0.onnx')!);
  const { blobs } = registry as unknown as { blobs: MemoryBlobStore };
  const get = blobs.get.bind(blobs);
  blobs.get = async (digest) => (digest === network ? new Uint8Array(4) : get(digest));
  await expect(openRegisteredPare(registry, 'cpu')).rejects.toMatchObject({ code: 'BLOB_CORRUPT' });
});
