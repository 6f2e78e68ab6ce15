// What every RegistryStore promises, as checks that any test runner can run on an empty store.
import assert from 'node:assert/strict';
import { AppError, sha256 } from '@tomograph/kernel';
import type { NewRegistryEvent } from './registry-event.js';
import type { RegistryStore } from './registry-store.js';

export interface RegistryStorePromise {
  readonly name: string;
  check(): Promise<void>;
}

const at = new Date('2026-01-02T03:04:05.678Z');
const created = (model: string, version: number, manifest = `${model} ${version}`): NewRegistryEvent => ({
  kind: 'model_version.created',
  model,
  who: 'tg_test',
  why: 'because',
  at,
  data: { version, manifest: sha256(manifest), kind: 'adapter', base: sha256('base') },
});
const promoted = (model: string, from: number | null, to: number): NewRegistryEvent => ({
  kind: 'model_version_alias.created',
  model,
  who: 'tg_test',
  why: '',
  at,
  data: {
    alias: 'champion',
    from,
    to,
    action: 'promote',
    gates: [{ gate: 'certificate', ok: true, reason: 'green' }],
  },
});

/** @param makeStore an empty store each time */
export function registryStoreContract(makeStore: () => Promise<RegistryStore>): RegistryStorePromise[] {
  const promises: Record<string, (store: RegistryStore) => Promise<void>> = {
    'numbers events from 1 without gaps and gives them back as they were': async (store) => {
      const events = [created('spleen', 1), promoted('spleen', null, 1)];
      const stored = await store.append(0, events);
      assert.deepEqual(
        stored,
        events.map((event, i) => ({ ...event, seq: i + 1 })),
      );
      assert.deepEqual(await store.events(0), stored);
      assert.deepEqual(await store.events(1), stored!.slice(1));
      assert.deepEqual(await store.events(0, 1), stored!.slice(0, 1));
      assert.deepEqual(await store.events(2), []);
    },
    'appends nothing when the log has grown since it was read': async (store) => {
      await store.append(0, [created('spleen', 1)]);
      assert.equal(await store.append(0, [created('liver', 1)]), undefined);
      assert.equal(await store.append(7, [created('liver', 1)]), undefined);
      assert.equal((await store.events(0)).length, 1);
      assert.equal(await store.version('liver', 1), undefined);
    },
    'lets one of those through that append at the same time': async (store) => {
      const answers = await Promise.all(
        ['a', 'b', 'c', 'd'].map((model) => store.append(0, [created(model, 1)])),
      );
      assert.equal(answers.filter((answer) => answer !== undefined).length, 1);
      assert.equal((await store.events(0)).length, 1);
    },
    'keeps a row for each version': async (store) => {
      await store.append(0, [created('spleen', 1), created('liver', 1), created('spleen', 2)]);
      const row = {
        model: 'spleen',
        version: 2,
        kind: 'adapter' as const,
        manifest: sha256('spleen 2'),
        base: sha256('base'),
        createdAt: at,
        createdBy: 'tg_test',
      };
      assert.deepEqual(await store.version('spleen', 2), row);
      assert.deepEqual(await store.versionOfManifest(sha256('spleen 2')), row);
      assert.equal(await store.version('spleen', 3), undefined);
      assert.equal(await store.versionOfManifest(sha256('never')), undefined);
      const names = (await store.versions()).map(({ model, version }) => `${model} ${version}`);
      assert.deepEqual(names, ['liver 1', 'spleen 1', 'spleen 2']);
      assert.equal((await store.versions('spleen')).length, 2);
    },
    'refuses a version or a manifest that is taken, and then keeps nothing of the call': async (store) => {
      await store.append(0, [created('spleen', 1)]);
      for (const again of [created('spleen', 1, 'other'), created('liver', 1, 'spleen 1')]) {
        await assert.rejects(
          store.append(1, [promoted('spleen', null, 1), again]),
          (error) => error instanceof AppError && error.code === 'CONFLICT',
        );
      }
      assert.equal((await store.events(0)).length, 1);
      assert.equal((await store.versions()).length, 1);
    },
    'is not changed by what a caller does to an event afterwards': async (store) => {
      await store.append(0, [promoted('spleen', null, 1)]);
      const [event] = await store.events(0);
      (event!.data as { alias: string }).alias = 'changed';
      assert.deepEqual((await store.events(0))[0]!.data, promoted('spleen', null, 1).data);
    },
  };
  return Object.entries(promises).map(([name, check]) => ({
    name,
    check: async () => check(await makeStore()),
  }));
}
