// What an importer says over what the files say.
import { sha256 } from '@tomograph/kernel';
import { beforeAll, expect, test } from 'vitest';
import type { BaseManifest } from '../manifest/manifest-schema.js';
import { MemoryBlobStore } from '../testing/memory-blob-store.js';
import { sampleBase, sampleFiles, sampleKeys } from '../testing/sample-models.js';
import { checkImport } from './check-import.js';

let base: BaseManifest;
const weights = new TextEncoder().encode('weights of a base');
beforeAll(async () => {
  base = await sampleBase(new MemoryBlobStore(), {}, weights);
});
const code = (name: string) => expect.objectContaining({ code: name });
const files = (change = {}) => sampleFiles(sha256(weights), { seed: 1, ...change });

test('labels are named by the file; the importer adds their codes', () => {
  const [, name] = checkImport(files(), base, { licence: 'MIT' }).adapter.head!.classes;
  const snomed = { code: '78961009', display: 'Spleen' };
  const labels = { [name!]: { value: 7, snomed } };
  expect(checkImport(files(), base, { licence: 'MIT', labels }).labels).toEqual([{ value: 1, name, snomed }]);
  expect(checkImport(files(), base, { licence: 'MIT' }).labels).toEqual([{ value: 1, name, snomed: null }]);
});

test('a file that names no base is taken on the word of its importer alone', () => {
  const silent = files({ config: { revision: null }, metadata: { base: undefined as never } });
  expect(() => checkImport(silent, base, { licence: 'MIT' })).toThrow(code('ADAPTER_BASE_MISMATCH'));
  expect(checkImport(silent, base, { licence: 'MIT', declaresBase: true }).licence).toBe('MIT');
});

test('an adapter without a head is refused: it names no structure', () => {
  const headless = files({
    config: { modules_to_save: null },
    tensors: (map: Map<string, unknown>) => {
      map.delete(sampleKeys.headWeight);
      map.delete(sampleKeys.headBias);
    },
  });
  expect(() => checkImport(headless, base, { licence: 'MIT' })).toThrow(code('ADAPTER_KEY_MISSING'));
});
