import { generateKeyPairSync } from 'node:crypto';
import { type Clock, sha256 } from '@tomograph/kernel';
import { beforeEach, describe, expect, test } from 'vitest';
import { issueCertificate } from '../certificate/issue-certificate.js';
import { signingKeyFromPem } from '../certificate/signing-key.js';
import type { BaseManifest } from '../manifest/manifest-schema.js';
import { FakeReplay } from '../testing/fake-replay.js';
import { MemoryBlobStore } from '../testing/memory-blob-store.js';
import { sampleAdapter, sampleBase, sampleMetric } from '../testing/sample-models.js';
import { MemoryRegistryStore } from './memory-registry-store.js';
import { formatModelUri, parseModelUri } from './model-uri.js';
import { type Actor, Registry } from './registry.js';
import type { NewRegistryEvent } from './registry-event.js';
import { registryStoreContract } from './registry-store-contract.js';
import { verifyVersion } from './verify-version.js';

const admin: Actor = { name: 'tg_admin', mayMoveProtected: true };
const curator: Actor = { name: 'tg_curator', mayMoveProtected: false };
const key = signingKeyFromPem(
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
);
const code = (name: string) => expect.objectContaining({ code: name });

let blobs: MemoryBlobStore;
let store: MemoryRegistryStore;
let registry: Registry;
let replay: FakeReplay;
let base: BaseManifest;
let minute = 0;
const clock: Clock = { now: () => new Date(Date.UTC(2026, 0, 2, 3, minute++)), monotonicMs: () => 0 };

beforeEach(async () => {
  blobs = new MemoryBlobStore();
  store = new MemoryRegistryStore();
  registry = open();
  replay = new FakeReplay(blobs);
  base = await sampleBase(blobs);
  await registry.register(base, admin, 'first base');
});

const open = () => new Registry({ blobs, store, trustedKeys: [key.publicKey], clock });
const add = async (name: string, seed: number, metrics = [sampleMetric()]) =>
  registry.register(await sampleAdapter(blobs, base, { name, seed, metrics }), curator, 'trained');
const certify = (uri: string) =>
  issueCertificate({ registry, replay, key, uri, who: 'worker', why: 'registered', clock });
const promote = (model: string, version: number, alias = 'champion', by = admin) =>
  registry.promote({ model, version, alias, by, why: 'better' });
const ready = async (name: string, seed: number) => {
  const { version } = await add(name, seed);
  await certify(`models:/${name}/${version}`);
  return promote(name, version);
};

describe('the contract of every registry store', () => {
  for (const promise of registryStoreContract(async () => new MemoryRegistryStore()))
    test(promise.name, promise.check);
});

describe('versions', () => {
  test('count from 1 per name, and the same manifest again is the same version', async () => {
    expect((await add('spleen', 1)).version).toBe(1);
    expect((await add('spleen', 2)).version).toBe(2);
    expect((await add('liver', 3)).version).toBe(1);
    expect((await add('spleen', 1)).version).toBe(1);
    expect((await store.versions()).length).toBe(4);
  });

  test('two processes that register at once get two versions', async () => {
    const other = open();
    const [a, b] = [
      await sampleAdapter(blobs, base, { seed: 1 }),
      await sampleAdapter(blobs, base, { seed: 2 }),
    ];
    const rows = await Promise.all([registry.register(a, admin, ''), other.register(b, admin, '')]);
    expect(rows.map(({ version }) => version).sort()).toEqual([1, 2]);
  });

  test('an adapter of a base that is not registered is refused, and so is the name of a base', async () => {
    const stray = await sampleBase(blobs, { name: 'stray' }, new TextEncoder().encode('other weights'));
    const adapter = await sampleAdapter(blobs, stray);
    await expect(registry.register(adapter, admin, '')).rejects.toThrow(code('NOT_FOUND'));
    const misnamed = await sampleAdapter(blobs, base, { name: base.name });
    await expect(registry.register(misnamed, admin, '')).rejects.toThrow(code('CONFLICT'));
  });

  test('an adapter that does not fit is refused at the door, and nothing is recorded', async () => {
    const manifest = await sampleAdapter(blobs, base);
    const wrong = { ...manifest, lora: { ...manifest.lora, rank: 9 } };
    await expect(registry.register(wrong, admin, '')).rejects.toThrow(code('MANIFEST_INVALID'));
    const elsewhere = { ...manifest, base: { ...manifest.base, weights: sha256('other') } };
    await expect(registry.register(elsewhere, admin, '')).rejects.toThrow(code('ADAPTER_BASE_MISMATCH'));
    expect((await store.events(0)).length).toBe(1);
  });

  test('URIs name a version, an alias, or the latest', async () => {
    await add('spleen', 1);
    await add('spleen', 2);
    expect((await registry.resolve('models:/spleen/1')).version).toBe(1);
    expect((await registry.resolve('models:/spleen@latest')).version).toBe(2);
    expect((await registry.resolve('models:/sample-base@latest')).kind).toBe('base');
    for (const absent of ['models:/spleen/3', 'models:/spleen@champion', 'models:/pancreas@latest']) {
      await expect(registry.resolve(absent)).rejects.toThrow(code('NOT_FOUND'));
    }
    expect(formatModelUri(parseModelUri('models:/a.b-c/12'))).toBe('models:/a.b-c/12');
    for (const odd of [
      'spleen',
      'models:/spleen',
      'models:/../x/1',
      'models:/spleen/0',
      'models:/spleen/1/2',
      'models:/a@b@c',
      'models:/spleen/01',
      'models:/Spleen/1',
    ]) {
      await expect(registry.resolve(odd)).rejects.toThrow(code('INVALID_ARGUMENT'));
    }
  });
});

describe('promotion', () => {
  test('without a certificate there is none, and the refusal names the gate', async () => {
    await add('spleen', 1);
    await expect(promote('spleen', 1)).rejects.toMatchObject({
      code: 'PROMOTION_REFUSED',
      facts: { model: 'spleen', version: 1, alias: 'champion', gates: ['certificate'] },
    });
    await certify('models:/spleen/1');
    expect((await promote('spleen', 1)).version).toBe(1);
    expect((await registry.resolve('models:/spleen@champion')).version).toBe(1);
  });

  test('a refused promotion leaves the previous champion serving', async () => {
    await ready('spleen', 1);
    await add('spleen', 2);
    await expect(promote('spleen', 2)).rejects.toThrow(code('PROMOTION_REFUSED'));
    expect((await registry.resolve('models:/spleen@champion')).version).toBe(1);
  });

  test('every gate that fails is named: the lower end of an interval decides, and a metric without one fails', async () => {
    const metrics = [
      sampleMetric(),
      sampleMetric({
        name: 'asd',
        unit: 'mm',
        value: 1,
        interval: { low: 0.5, high: 2, level: 0.95, method: 'm' },
      }),
      sampleMetric({ structure: null, interval: null }),
    ];
    await add('spleen', 1, metrics);
    await certify('models:/spleen/1');
    const gate = (
      name: string,
      atLeast: number | null,
      atMost: number | null,
      structure: string | null = 'spleen',
    ) => ({
      kind: 'metric' as const,
      name,
      structure,
      data: 'phantom test set',
      atLeast,
      atMost,
    });
    const change = { model: 'spleen', alias: 'champion', by: admin, why: 'house rule' };
    const set = (...gates: ReturnType<typeof gate>[]) =>
      registry.setPolicy({
        ...change,
        policy: { isProtected: true, gates: [{ kind: 'certificate' }, ...gates] },
      });
    await set(
      gate('dice', 0.86, null),
      gate('asd', null, 1.5),
      gate('dice', 0.1, null, null),
      gate('nsd', 0.1, null),
    );
    await expect(promote('spleen', 1)).rejects.toMatchObject({
      facts: {
        gates: [
          'dice of spleen on phantom test set ≥ 0.86',
          'asd of spleen on phantom test set ≤ 1.5',
          'dice on phantom test set ≥ 0.1',
          'nsd of spleen on phantom test set ≥ 0.1',
        ],
      },
    });
    await set(gate('dice', 0.85, null), gate('asd', null, 2));
    expect((await promote('spleen', 1)).version).toBe(1);
  });

  test('a protected alias moves only by who may, a free one by anybody, and latest by nobody', async () => {
    await add('spleen', 1);
    await certify('models:/spleen/1');
    await expect(promote('spleen', 1, 'champion', curator)).rejects.toThrow(code('FORBIDDEN'));
    await promote('spleen', 1, 'challenger', curator);
    await expect(promote('spleen', 1, 'latest')).rejects.toThrow(code('INVALID_ARGUMENT'));
    await expect(promote('spleen', 1, '1')).rejects.toThrow(code('INVALID_ARGUMENT'));
    const policy = { isProtected: true, gates: [] };
    const change = { model: 'spleen', alias: 'challenger', why: '' };
    await expect(registry.setPolicy({ ...change, by: curator, policy })).rejects.toThrow(code('FORBIDDEN'));
    await registry.setPolicy({ ...change, by: admin, policy });
    await expect(registry.removeAlias({ ...change, by: curator })).rejects.toThrow(code('FORBIDDEN'));
    await registry.removeAlias({ ...change, by: admin });
    expect([...(await registry.state()).aliases('spleen')]).toEqual([]);
  });

  test('a base is promoted without a certificate: nothing came before it', async () => {
    expect((await promote('sample-base', 1)).kind).toBe('base');
    expect((await registry.resolve('models:/sample-base@champion')).version).toBe(1);
  });

  test('history is the log: who, when, why, from and to; nothing is written when nothing changes', async () => {
    await ready('spleen', 1);
    await ready('spleen', 2);
    await promote('spleen', 2);
    const moves = (await registry.events()).filter(({ kind }) => kind === 'model_version_alias.created');
    expect(moves).toMatchObject([
      { who: 'tg_admin', why: 'better', model: 'spleen', data: { alias: 'champion', from: null, to: 1 } },
      {
        who: 'tg_admin',
        why: 'better',
        model: 'spleen',
        data: { from: 1, to: 2, gates: [{ gate: 'certificate', ok: true }] },
      },
    ]);
    expect([...(await open().state()).aliases('spleen')]).toEqual([['champion', 2]]);
  });
});

describe('rollback', () => {
  const rollback = (by = admin) =>
    registry.rollback({ model: 'spleen', alias: 'champion', by, why: 'worse in use' });

  test('goes back one promotion each time, as an event, until there is nothing before', async () => {
    for (const seed of [1, 2, 3]) await ready('spleen', seed);
    await expect(rollback(curator)).rejects.toThrow(code('FORBIDDEN'));
    expect((await rollback()).version).toBe(2);
    expect((await rollback()).version).toBe(1);
    await expect(rollback()).rejects.toThrow(code('CONFLICT'));
    const last = (await registry.events()).at(-1);
    expect(last).toMatchObject({ data: { action: 'rollback', from: 2, to: 1 }, why: 'worse in use' });
  });

  test('does not ask for metrics again, and not for tasks that came later', async () => {
    await ready('spleen', 1);
    await ready('spleen', 2);
    await ready('liver', 3);
    const gate = {
      kind: 'metric' as const,
      name: 'dice',
      structure: 'spleen',
      data: 'phantom test set',
      atLeast: 0.99,
      atMost: null,
    };
    const policy = { isProtected: true, gates: [{ kind: 'certificate' as const }, gate] };
    await registry.setPolicy({ model: 'spleen', alias: 'champion', by: admin, why: '', policy });
    expect((await rollback()).version).toBe(1);
  });
});

describe('certificates', () => {
  test('replay the base and every other task in use, in order, and grow step by step', async () => {
    await ready('spleen', 1);
    await ready('liver', 2);
    await add('kidney', 3);
    const { document } = await certify('models:/kidney/1');
    expect(document.tasks.map(({ model }) => model)).toEqual(['spleen', 'liver', 'kidney']);
    expect(replay.requests.at(-1)!.earlier).toHaveLength(2);
    expect(document.canaries).toHaveLength(6);
    expect(document.growth.total.factorsPercent).toBeCloseTo((100 * 3 * 32) / 1000, 10);
    // what earlier certificates measured stands in the rows before the last two
    expect(document.dice).toEqual([
      [0.9, 0.25, null, null],
      [0.9, 0.9, 0.25, null],
      [0.9, 0.9, 0.9, 0.25],
      [0.9, 0.9, 0.9, 0.9],
    ]);
    expect(document).toMatchObject({ bwt: 0, fwt: 0.125, verdict: 'green' });
  });

  describe('name the test set of every column', () => {
    const found = async (uri: string) => {
      const { document } = await certify(uri);
      return {
        document,
        last: document.dice.at(-1),
        replayed: document.testSets!.map(({ isReplayed }) => isReplayed),
        digests: document.testSets!.map(({ digest }) => digest),
      };
    };

    test('by its digest, and on another machine say which could not be replayed', async () => {
      await ready('spleen', 1);
      const { manifest } = await registry.find('models:/spleen/1');
      await add('liver', 2);
      const here = await found('models:/liver/1');
      expect(here.replayed).toEqual([true, true, true]);
      replay.elsewhere.add(manifest);
      const there = await found('models:/liver/1');
      expect(there.replayed).toEqual([true, false, true]);
      expect(there.digests).toEqual(here.digests); // the reference stays
      expect(there.last).toEqual([0.9, null, 0.9]);
      expect(there.document).toMatchObject({ verdict: 'green', bwt: 0 });
    });

    test('and take no Dice from other cases of the same task', async () => {
      await ready('spleen', 1);
      await add('liver', 2);
      const first = await found('models:/liver/1');
      replay.testSetSeed = ' of another machine';
      const second = await found('models:/liver/1');
      expect(second.replayed).toEqual([false, false, false]);
      expect(second.digests).toEqual(first.digests);
      expect(second.last).toEqual([null, null, null]);
      // what was measured where the test set lay still stands
      expect(second.document.fwt).toBe(first.document.fwt);
    });

    test('or that nobody is known to hold one', async () => {
      await add('imported', 1);
      replay.elsewhere.add((await registry.find('models:/imported/1')).manifest);
      const { document } = await certify('models:/imported/1');
      expect(document.testSets![1]).toMatchObject({ digest: null, isReplayed: false });
      expect(document).toMatchObject({ fwt: null, diceUntrained: [null, null], verdict: 'green' });
    });
  });

  test('a damaged one does not keep a new one from being issued', async () => {
    await add('spleen', 1);
    const { digest } = await certify('models:/spleen/1');
    await blobs.delete(digest);
    expect((await certify('models:/spleen/1')).document.verdict).toBe('green');
  });

  test('a red one is recorded and promoted by no door: protected alias, free alias, policy without gates, rollback', async () => {
    await ready('spleen', 1);
    await add('liver', 2);
    replay.forgets.add((await registry.resolve('models:/spleen/1')).manifest);
    expect((await certify('models:/liver/1')).document.verdict).toBe('red');
    const refused = (attempt: Promise<unknown>) => expect(attempt).rejects.toThrow(code('PROMOTION_REFUSED'));
    await refused(promote('liver', 1));
    await refused(promote('liver', 1, 'challenger', curator));
    const policy = { isProtected: false, gates: [] };
    await registry.setPolicy({ model: 'liver', alias: 'champion', by: admin, why: '', policy });
    await refused(promote('liver', 1));
    replay.forgets.clear();
    await ready('spleen', 3);
    replay.forgets.add((await registry.resolve('models:/sample-base/1')).manifest);
    await certify('models:/spleen/1');
    await refused(registry.rollback({ model: 'spleen', alias: 'champion', by: admin, why: '' }));
  });

  test('an alias written into the log past the registry does not serve a version without a green certificate', async () => {
    await add('spleen', 1);
    const event: NewRegistryEvent = {
      kind: 'model_version_alias.created',
      model: 'spleen',
      who: 'someone with SQL',
      why: '',
      at: clock.now(),
      data: { alias: 'champion', from: null, to: 1, action: 'promote', gates: [] },
    };
    await store.append((await registry.state()).seq, [event]);
    await expect(registry.resolve('models:/spleen@champion')).rejects.toThrow(code('PROMOTION_REFUSED'));
  });

  test('one that does not cover a task promoted since is not enough', async () => {
    await add('liver', 1);
    await certify('models:/liver/1');
    await ready('spleen', 2);
    await expect(promote('liver', 1)).rejects.toThrow(/does not cover spleen version 1/);
    await certify('models:/liver/1');
    expect((await promote('liver', 1)).version).toBe(1);
  });

  test('one of another version, of an unknown key, or damaged in the store is no certificate', async () => {
    await add('spleen', 1);
    await add('spleen', 2);
    const { digest } = await certify('models:/spleen/1');
    const bytes = await blobs.get(digest);
    const attach = (given: Uint8Array, to: Registry = registry) =>
      to.attachCertificate({ uri: 'models:/spleen/2', bytes: given, who: 'x', why: '' });
    await expect(attach(bytes)).rejects.toThrow(code('CERTIFICATE_INVALID'));
    const stranger = new Registry({ blobs, store, trustedKeys: [] });
    await expect(attach(bytes, stranger)).rejects.toThrow(code('CERTIFICATE_INVALID'));
    await expect(
      stranger.promote({ model: 'spleen', version: 1, alias: 'champion', by: admin, why: '' }),
    ).rejects.toThrow(code('PROMOTION_REFUSED'));
    blobs.bytes.get(digest)![5]! ^= 1;
    await expect(promote('spleen', 1)).rejects.toThrow(code('PROMOTION_REFUSED'));
  });

  test('of two tasks promoted at the same moment, neither covered by the other, one is refused', async () => {
    await add('spleen', 1);
    await add('liver', 2);
    await certify('models:/spleen/1');
    await certify('models:/liver/1');
    const change = { alias: 'champion', version: 1, by: admin, why: '' };
    const results = await Promise.allSettled([
      open().promote({ ...change, model: 'spleen' }),
      open().promote({ ...change, model: 'liver' }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = results.find((result) => result.status === 'rejected');
    expect(refused).toMatchObject({ reason: { code: 'PROMOTION_REFUSED' } });
  });

  test('a base gets none', async () => {
    await expect(certify('models:/sample-base/1')).rejects.toThrow(code('INVALID_ARGUMENT'));
  });
});

describe('verifying a version', () => {
  test('reads every part again and says of each what was found', async () => {
    await ready('spleen', 1);
    const { ok, checks } = await verifyVersion(registry, 'models:/spleen@champion');
    expect(ok).toBe(true);
    expect(checks.map(({ part }) => part)).toEqual([
      'manifest',
      'blob adapter',
      'blob adapter-config',
      'blob golden-input',
      'blob golden-output',
      'base',
      'adapter',
      'certificate',
    ]);
    expect((await verifyVersion(registry, 'models:/sample-base/1')).ok).toBe(true);
  });

  test('names the parts that are damaged, with their codes, and goes on', async () => {
    const row = await ready('spleen', 1);
    const adapter = (await sampleAdapter(blobs, base, { seed: 1 })).blobs[0]!.digest;
    blobs.bytes.get(adapter)![9]! ^= 1;
    blobs.bytes.delete((await registry.state()).certificate('spleen', row.version)!.certificate);
    const { ok, checks } = await verifyVersion(registry, 'models:/spleen@champion');
    expect(ok).toBe(false);
    expect(checks.filter((check) => !check.ok).map(({ part, code }) => `${part} ${code}`)).toEqual([
      'blob adapter BLOB_CORRUPT',
      'adapter BLOB_CORRUPT',
      'certificate BLOB_MISSING',
    ]);
  });
});
