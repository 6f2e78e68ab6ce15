// IMPORT_ADAPTER on the tiny base: from two blobs to a certified version. Needs the built files.
import type { ImportAdapterResult } from '@tomograph/kernel';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { handMadeAdapter } from '../testing/hand-made-adapter.js';
import { type TinyWorker, tinyWorker } from '../testing/tiny-worker.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let tiny: TinyWorker;
beforeAll(async () => {
  tiny = await tinyWorker();
});
afterAll(() => tiny?.[Symbol.asyncDispose]());

async function bring(name: string, level: number, more: object = {}) {
  const { adapterConfig, adapterModel } = handMadeAdapter(tiny.base, level);
  const { blobs } = tiny.database;
  const [config, model] = [await blobs.put(adapterConfig), await blobs.put(adapterModel)];
  const input = { name, licence: 'MIT', base: 'models:/pvt-base/1', config, model, who: 'tester', ...more };
  const id = await tiny.enqueue('IMPORT_ADAPTER', input);
  return { id, job: await tiny.ended(id) };
}

test('becomes a version with its certificate, and tells how far it is', async () => {
  const { id, job } = await bring('by-hand', 0.5, { from: 'a folder' });
  expect(job.error).toBeNull();
  expect(job.result).toMatchObject({ model: 'by-hand', version: 1, verdict: 'green', reasons: [] });
  const row = await tiny.models.registry.find('models:/by-hand/1');
  const { manifest } = await tiny.models.house.adapter(row.manifest);
  expect(manifest).toMatchObject({ licence: 'MIT', provenance: { origin: 'imported', from: 'a folder' } });
  expect((await tiny.models.registry.certificate(row))!.digest).toBe(
    (job.result as ImportAdapterResult).certificate,
  );
  const progress = (await tiny.events(id)).map((event) => event.progress);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect((await tiny.events(id)).map(({ step }) => step)).toContain('replaying canaries');
});

test('taken over by another worker ends with the same version', async () => {
  const { id, job } = await bring('taken-over', 0.6);
  await tiny.database.query(
    "update job set state = 'FAILED', finished_at = now(), result = null where id = $1",
    [id],
  );
  const [row] = await tiny.database.query<{ key: string; input: unknown }>(
    'select key, input from job where id = $1',
    [id],
  );
  const { enqueueAlone } = await import('@tomograph/data');
  const again = await enqueueAlone(tiny.database, {
    projectId: tiny.projectId,
    kind: 'IMPORT_ADAPTER',
    key: row!.key,
    input: row!.input,
  });
  expect(again.id).toBe(id);
  const second = await tiny.ended(id);
  expect((second.result as ImportAdapterResult).version).toBe(1);
  expect((second.result as ImportAdapterResult).manifest).toBe((job.result as ImportAdapterResult).manifest);
});

test('fails with the code of what is wrong, and registers nothing', async () => {
  const { job } = await bring('broken', 0.7, { model: `sha256:${'0'.repeat(64)}` });
  expect(job).toMatchObject({ state: 'FAILED', error: { code: 'BLOB_MISSING' } });
  await expect(tiny.models.registry.find('models:/broken/1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
