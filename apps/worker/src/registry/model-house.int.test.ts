// What a worker holds in memory, on the tiny base. Needs the built files (threads).
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '@tomograph/kernel';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { importAdapter } from '../tasks/import-adapter.js';
import { handMadeAdapter } from '../testing/hand-made-adapter.js';
import { type TinyWorker, tinyWorker } from '../testing/tiny-worker.js';
import { ModelHouse } from './model-house.js';
import { ensureShippedBase, readShippedBase } from './shipped-base.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const by = { name: 'admin', mayMoveProtected: true };
let tiny: TinyWorker;
const manifests: Awaited<ReturnType<typeof importAdapter>>['row'][] = [];
beforeAll(async () => {
  tiny = await tinyWorker(false);
  for (const level of [0.5, 0.6, 0.7]) {
    const files = handMadeAdapter(tiny.base, level);
    manifests.push((await importAdapter(tiny.models, tiny.database.home, { files, name: 'thing', by })).row);
  }
});
afterAll(() => tiny?.[Symbol.asyncDispose]());

describe('the models of a process', () => {
  test('a base is one session however many ask for it at once', async () => {
    await using house = new ModelHouse(tiny.database.blobs, 'cpu');
    const id = manifests[0]!.base!;
    const [a, b] = await Promise.all([house.base(id), house.base(id)]);
    expect(a).toBe(b);
    expect(house.describe().bases).toHaveLength(1);
  });

  test('adapters are loaded once, counted, and the one used longest ago makes room', async () => {
    const [first, second, third] = manifests.map(({ manifest }) => manifest);
    const one = await new ModelHouse(tiny.database.blobs, 'cpu').adapter(first!);
    await using house = new ModelHouse(tiny.database.blobs, 'cpu', 2 * one.bytes);
    await house.adapter(first!);
    await house.adapter(second!);
    await house.adapter(first!);
    await house.adapter(third!); // the second goes
    const { adapters, adapterBytes, adapterHits, adapterLoads } = house.describe();
    expect(adapters.map(({ manifest }) => manifest)).toEqual([first, third]);
    expect(adapterBytes).toBe(2 * one.bytes);
    expect([adapterHits, adapterLoads]).toEqual([1, 3]);
  });

  test('what is not in the store is refused, and may come later', async () => {
    await using house = new ModelHouse(tiny.database.blobs, 'cpu');
    await expect(house.base(sha256('nothing'))).rejects.toMatchObject({ code: 'BLOB_MISSING' });
    await expect(house.adapter(sha256('nothing'))).rejects.toMatchObject({ code: 'BLOB_MISSING' });
    expect(house.describe()).toMatchObject({ bases: [], adapters: [], adapterBytes: 0 });
  });
});

describe('the shipped base', () => {
  test('is registered once, as its own champion', async () => {
    const row = await ensureShippedBase(tiny.models.registry, tiny.database.home, tiny.baseFolder);
    expect(row).toMatchObject({ model: 'pvt-base', version: 1 });
    const state = await tiny.models.registry.state();
    expect(state.versions('pvt-base')).toHaveLength(1);
    expect(state.aliases('pvt-base').get('champion')).toBe(1);
  });

  test('with one byte changed is refused, and the file is named', async () => {
    const path = join(tiny.baseFolder, 'base.safetensors');
    const bytes = await readFile(path);
    const changed = Buffer.from(bytes);
    changed[changed.length - 1]! ^= 1;
    await writeFile(path, changed);
    await expect(readShippedBase(tiny.baseFolder)).rejects.toMatchObject({
      code: 'BLOB_CORRUPT',
      message: expect.stringMatching(/^weights of the base is/),
    });
    await writeFile(path, bytes);
    await expect(readShippedBase(join(tiny.baseFolder, 'nowhere'))).rejects.toMatchObject({
      code: 'BLOB_MISSING',
    });
  });
});
