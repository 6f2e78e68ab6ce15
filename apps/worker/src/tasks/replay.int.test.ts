// The port of packages/registry on real networks, and adapters that come from elsewhere. Needs the built files.
import { type PeftFiles, replayCanariesContract } from '@tomograph/registry';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { handMadeAdapter, handMadeLayer } from '../testing/hand-made-adapter.js';
import { type TinyWorker, tinyWorker } from '../testing/tiny-worker.js';
import { answerCanary, canaryOfBase } from './canary.js';
import { importAdapter } from './import-adapter.js';
import { replayOn } from './replay.js';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const by = { name: 'admin', mayMoveProtected: true };
let tiny: TinyWorker;
beforeAll(async () => {
  tiny = await tinyWorker(false);
});
afterAll(() => tiny[Symbol.asyncDispose]());

const bring = (name: string, files: PeftFiles, more: object = {}) =>
  importAdapter(tiny.models, tiny.database.home, { files, name, by, ...more });

describe('replaying canaries', () => {
  for (const promise of replayCanariesContract(async () => {
    const earlier = (await bring('earlier', handMadeAdapter(tiny.base, 0.5))).row;
    const subject = (await bring('subject', handMadeAdapter(tiny.base, 0.7))).row;
    const replay = replayOn({
      blobs: tiny.database.blobs,
      house: tiny.models.house,
      home: tiny.database.home,
    });
    return {
      replay,
      request: { base: subject.base!, earlier: [earlier.manifest], subject: subject.manifest },
    };
  })) {
    test(promise.name, promise.check);
  }

  test("measures the base's own test set, and says null where a task's lies elsewhere", async () => {
    const { row } = await bring('subject', handMadeAdapter(tiny.base, 0.7));
    const replay = replayOn({
      blobs: tiny.database.blobs,
      house: tiny.models.house,
      home: tiny.database.home,
    });
    const { dice, testSets } = await replay.replay({ base: row.base!, earlier: [], subject: row.manifest });
    expect(dice[0]!.before).toBeGreaterThan(0);
    expect(dice[0]!.after).toBe(dice[0]!.before);
    expect(dice[1]).toEqual({ of: row.manifest, before: null, after: null });
    expect(testSets.map(({ of }) => of)).toEqual([row.base]);
  });
});

describe('an adapter that was trained elsewhere', () => {
  test('is registered with the licence of its card, and gives the numbers that it should', async () => {
    const { row, certificate } = await bring('by-hand', handMadeAdapter(tiny.base, 0.5));
    expect(certificate.document.verdict).toBe('green');
    const held = await tiny.models.house.adapter(row.manifest);
    expect(held.manifest).toMatchObject({ licence: 'CC-BY-4.0', provenance: { origin: 'imported' } });
    const session = await tiny.models.house.base(row.base!);
    const input = await canaryOfBase(tiny.database.blobs, session);
    const got = await answerCanary(session, held, input);
    // the same numbers in the engine's own order: alpha / r = 2, B and head transposed by hand
    const layer = handMadeLayer(tiny.base);
    const { features } = tiny.base.head!;
    const factors = {
      rank: 1,
      scale: 2,
      a: Float32Array.from({ length: layer.in }, (_, at) => 0.5 * (1 + at)),
      b: Float32Array.from({ length: layer.out }, (_, at) => 0.5 / (1 + at)),
    };
    const head = {
      weight: Float32Array.from({ length: 2 * features }, (_, at) =>
        Math.sin((at % 2) * features + Math.floor(at / 2) + 0.5),
      ),
      bias: Float32Array.of(-0.5, 0.5),
      classes: ['background', 'thing'],
    };
    const expected = await answerCanary(session, { factors: new Map([[layer.name, factors]]), head }, input);
    expect(got).toEqual(expected);
    expect(got).not.toEqual(await answerCanary(session, { head }, input)); // the factors do something
  });

  test('without class names takes them from the labels that are given, with their codes', async () => {
    const layers = handMadeAdapter(tiny.base, 0.5, { metadata: { classes: undefined } });
    const snomed = { code: '78961009', display: 'Spleen' };
    const { row } = await bring('named', layers, { labels: { spleen: { value: 1, snomed } } });
    const { manifest } = await tiny.models.house.adapter(row.manifest);
    expect(manifest.labels).toEqual([{ value: 1, name: 'spleen', snomed }]);
  });

  test('without a licence is refused, and nothing of it is registered', async () => {
    const files = handMadeAdapter(tiny.base, 0.5);
    await expect(bring('no-licence', { ...files, card: undefined })).rejects.toMatchObject({
      code: 'LICENCE_MISSING',
    });
    await expect(tiny.models.registry.find('models:/no-licence/1')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect((await bring('licensed', { ...files, card: undefined }, { licence: 'MIT' })).row.version).toBe(1);
  });
});
