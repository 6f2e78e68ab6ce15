import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '@tomograph/kernel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { manifestId, writeManifest } from '../manifest/manifest-file.js';
import type { BaseManifest } from '../manifest/manifest-schema.js';
import { MemoryBlobStore } from '../testing/memory-blob-store.js';
import { sampleAdapter, sampleBase, sampleFiles } from '../testing/sample-models.js';
import { loadAdapter, storeAdapter } from './adapter-manifest.js';
import { checkGolden } from './golden.js';
import { licenceOfCard } from './model-card.js';
import { exportPeftFolder, importPeftFolder, readPeftFolder, writePeftFolder } from './peft-folder.js';

let folder: string;
let blobs: MemoryBlobStore;
let base: BaseManifest;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tg-peft-'));
  blobs = new MemoryBlobStore();
  base = await sampleBase(blobs);
  await writeManifest(blobs, base);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const code = (name: string) => expect.objectContaining({ code: name });
const text = (value: string) => new TextEncoder().encode(value);

test('a folder that was exported imports again with the same numbers and licence', async () => {
  const id = await writeManifest(blobs, await sampleAdapter(blobs, base));
  await writePeftFolder(join(folder, 'out'), await exportPeftFolder(blobs, id));
  expect(readdirSync(join(folder, 'out')).sort()).toEqual([
    'README.md',
    'adapter_config.json',
    'adapter_model.safetensors',
  ]);
  const imported = importPeftFolder(await readPeftFolder(join(folder, 'out')), base);
  expect(imported.licence).toBe('Apache-2.0');
  expect(imported.adapter).toEqual((await loadAdapter(blobs, id)).verified);
});

test('the card begins with the front matter that the hubs read', async () => {
  const manifest = await sampleAdapter(blobs, base, { description: 'pipes | and\nlines' });
  const { card } = await exportPeftFolder(blobs, await writeManifest(blobs, manifest));
  const lines = new TextDecoder().decode(card).split('\n');
  expect(lines.slice(0, 6)).toEqual([
    '---',
    'license: "Apache-2.0"',
    'library_name: peft',
    'base_model: "sample-base"',
    'base_model_relation: adapter',
    'pipeline_tag: image-segmentation',
  ]);
  expect(lines).toContain('      value: 0.9');
  expect(lines).toContain('| 1 | spleen | 78961009 Spleen |');
});

test('an adapter without a licence is refused, and a licence is found in the card or given', () => {
  const bare = sampleFiles();
  expect(() => importPeftFolder(bare, base)).toThrow(code('LICENCE_MISSING'));
  expect(() => importPeftFolder({ ...bare, card: text('# no front matter\nlicense: mit') }, base)).toThrow(
    code('LICENCE_MISSING'),
  );
  expect(() => importPeftFolder(bare, base, { licence: ' ' })).toThrow(code('LICENCE_MISSING'));
  expect(importPeftFolder(bare, base, { licence: 'CC-BY-4.0' }).licence).toBe('CC-BY-4.0');
  const carded = sampleFiles(undefined, { card: "---\ntags: [a]\nlicense: 'mit'\n---\n" });
  expect(importPeftFolder(carded, base).licence).toBe('mit');
  expect(licenceOfCard(text('---\r\nlicense: apache-2.0 \r\n---\r\n'))).toBe('apache-2.0');
  expect(licenceOfCard(text('---\nlicense: ""\n---'))).toBeUndefined();
});

test('reading a folder follows no link, takes files only and caps their size', async () => {
  await expect(readPeftFolder(folder)).rejects.toThrow(code('NOT_FOUND'));
  await expect(readPeftFolder(join(folder, 'absent'))).rejects.toThrow(code('NOT_FOUND'));
  await writePeftFolder(folder, sampleFiles());
  writeFileSync(join(folder, 'other.bin'), 'not read');
  expect((await readPeftFolder(folder)).card).toBeUndefined();
  symlinkSync('/etc/hostname', join(folder, 'README.md'));
  await expect(readPeftFolder(folder)).rejects.toThrow(code('INVALID_ARGUMENT'));
  rmSync(join(folder, 'README.md'));
  mkdirSync(join(folder, 'README.md'));
  await expect(readPeftFolder(folder)).rejects.toThrow(code('INVALID_ARGUMENT'));
  rmSync(join(folder, 'README.md'), { recursive: true });
  truncateSync(join(folder, 'adapter_config.json'), (1 << 20) + 1);
  await expect(readPeftFolder(folder)).rejects.toThrow(code('LIMIT_EXCEEDED'));
});

test('an export overwrites nothing', async () => {
  writeFileSync(join(folder, 'adapter_model.safetensors'), 'mine');
  await expect(writePeftFolder(folder, sampleFiles())).rejects.toThrow(code('CONFLICT'));
  expect(readFileSync(join(folder, 'adapter_model.safetensors'), 'utf8')).toBe('mine');
});

test('a registered adapter loads verified, and says so when a byte of its file was flipped', async () => {
  const manifest = await sampleAdapter(blobs, base);
  const id = await writeManifest(blobs, manifest);
  expect((await loadAdapter(blobs, id)).verified.digest).toBe(manifest.blobs[0]!.digest);
  const file = blobs.bytes.get(manifest.blobs[0]!.digest)!;
  file[file.length - 1]! ^= 1;
  await expect(loadAdapter(blobs, id)).rejects.toThrow(code('BLOB_CORRUPT'));
});

test('a manifest that says other things than its files is refused when loaded', async () => {
  const manifest = await sampleAdapter(blobs, base);
  for (const change of [
    { lora: { ...manifest.lora, alpha: 5 } },
    { parameters: { factors: 1, head: 6 } },
    { effect: { module: 'encoder.0.attn.q', norm: 1 } },
  ]) {
    const id = await writeManifest(blobs, { ...manifest, ...change });
    await expect(loadAdapter(blobs, id)).rejects.toThrow(code('MANIFEST_INVALID'));
  }
  const other = { ...manifest, base: { ...manifest.base, weights: sha256('other') } };
  await expect(loadAdapter(blobs, await writeManifest(blobs, other))).rejects.toThrow(
    code('ADAPTER_BASE_MISMATCH'),
  );
});

test('storing an adapter names its base by manifest and weights, and keeps every file', async () => {
  const manifest = await sampleAdapter(blobs, base);
  expect(manifest.base.manifest).toBe(manifestId(base));
  for (const { digest, bytes } of manifest.blobs) expect((await blobs.get(digest)).length).toBe(bytes);
  const broken = sampleFiles(undefined, { config: { r: 9 } });
  const before = blobs.bytes.size;
  const facts = {
    name: 'x',
    description: '',
    licence: 'MIT',
    labels: manifest.labels,
    metrics: [],
    provenance: manifest.provenance,
  };
  const golden = { input: text('i'), output: text('o'), ...manifest.golden };
  await expect(storeAdapter(blobs, base, { ...facts, golden, files: broken })).rejects.toThrow(
    code('ADAPTER_SHAPE_MISMATCH'),
  );
  expect(blobs.bytes.size).toBe(before);
});

test('a golden output is compared value by value, NaN is never close, and lengths must agree', () => {
  const stored = Float32Array.of(1, 2, 3);
  checkGolden('spleen', stored, Float32Array.of(1, 2, 3), 0);
  checkGolden('spleen', stored, Float32Array.of(1, 2.25, 3), 0.25);
  for (const got of [
    [1, 2.5, 3],
    [1, Number.NaN, 3],
    [1, 2],
    [Number.NaN, 2, 3],
  ]) {
    expect(() => checkGolden('spleen', stored, Float32Array.from(got), 0.25)).toThrow(
      code('GOLDEN_MISMATCH'),
    );
  }
});
