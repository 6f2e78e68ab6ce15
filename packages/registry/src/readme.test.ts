// The example of this package's README, run as it stands there.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadAdapter, storeAdapter } from './adapter/adapter-manifest.js';
import { issueCertificate } from './certificate/issue-certificate.js';
import { loadSigningKey } from './certificate/signing-key.js';
import { FolderBlobStore } from './store/folder-blob-store.js';
import { FakeReplay } from './testing/fake-replay.js';
import { newSampleAdapter, sampleBase } from './testing/sample-models.js';
import { MemoryRegistryStore } from './versions/memory-registry-store.js';
import { Registry } from './versions/registry.js';

test('the example of the README runs on a folder', async () => {
  const home = mkdtempSync(join(tmpdir(), 'tg-registry-'));
  try {
    const blobs = new FolderBlobStore(join(home, 'blobs'));
    const said: unknown[] = [];
    const names = {
      home,
      blobs,
      store: new MemoryRegistryStore(),
      baseManifest: await sampleBase(blobs),
      newAdapter: newSampleAdapter(),
      replay: new FakeReplay(blobs),
      console: { log: (...words: unknown[]) => said.push(...words) },
      ...{ loadSigningKey, Registry, storeAdapter, issueCertificate, loadAdapter },
    };
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const example = /```ts\n([\s\S]*?)```/.exec(readme)![1]!;
    const run = new Function(...Object.keys(names), `return (async () => {${example}})()`);
    await run(...Object.values(names));
    expect(said[0]).toBe('green');
    expect(said[2]).toEqual({ factorsPercent: 3.2, headPercent: 0.6 });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
