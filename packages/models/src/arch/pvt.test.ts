import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grad } from '../autodiff/grad.js';
import { Graph } from '../graph/graph.js';
import { FlatParams, initialVector, unflatten } from '../graph/params.js';
import { f32, floats, type Tensors } from '../graph/tensor-data.js';
import { type Adapter, adapterSize, packAdapter, packedBase, packedWidth } from '../lora/adapter.js';
import { reduceSum, square } from '../ops/build.js';
import { defaultSessionOptions, Session } from '../runtime/session.js';
import { patchify, unpatchify } from './patches.js';
import { pvt } from './pvt.js';
import { decodePvtBase, encodePvtBase, type PvtBase, pvtLayout } from './pvt-base.js';
import { checkPvtConfig, type PvtConfig, pvtConfig } from './pvt-config.js';
import { plainNetwork, servingNetwork, taskFeeds } from './pvt-network.js';
import { randomAdapter } from './random-adapter.test-data.js';

const config: PvtConfig = checkPvtConfig({
  size: [8, 8, 8],
  features: 4,
  mlpRatio: 2,
  stages: [
    { patch: 2, width: 8, heads: 1, reduction: 2, encoderBlocks: 1, decoderBlocks: 1 },
    { patch: 2, width: 12, heads: 2, reduction: 1, encoderBlocks: 1, decoderBlocks: 0 },
  ],
});
const { entries, layers } = pvtLayout(config);
const base: PvtBase = encodePvtBase({
  config,
  weights: unflatten(entries, initialVector(entries, 3)),
  head: {
    weight: Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)),
    bias: Float32Array.of(0, 0.1, 0.2),
    classes: ['b', 'x', 'y'],
  },
}).base;
const volume = f32(
  Float32Array.from({ length: 512 }, (_, i) => Math.sin(i * 0.37)),
  [1, 8, 8, 8],
);
const code = (name: string) => expect.objectContaining({ code: name });

describe('patches', () => {
  it('unpatchify undoes patchify, and a patch holds neighbours', async () => {
    const g = new Graph();
    const x = g.input('x', 'f32', ['batch', 4, 4, 4]);
    const { reshape } = await import('../ops/build.js');
    const patches = patchify(reshape(x, ['64*batch', 1]), 'batch', [4, 4, 4], 2);
    g.output('patches', patches);
    g.output('back', unpatchify(patches, 'batch', [2, 2, 2], 2));
    const session = await Session.load(g.encode());
    const values = Float32Array.from({ length: 128 }, (_, i) => i);
    const out = await session.run({ x: f32(values, [2, 4, 4, 4]) });
    expect(out.patches!.shape).toEqual([16, 8]);
    expect([...floats(out, 'patches')].slice(8, 16)).toEqual([2, 3, 6, 7, 18, 19, 22, 23]);
    expect(floats(out, 'back')).toEqual(values);
    await session.dispose();
  });
});

describe('pvt', () => {
  it('trains every parameter', () => {
    const g = new Graph();
    const params = new FlatParams(g);
    const { full, levels } = pvt(g.input('x', 'f32', [2, 8, 8, 8]), config, params);
    expect(full.shape).toEqual([1024, 4]);
    expect(levels.map(({ tokens }) => tokens.shape)).toEqual([
      [128, 8],
      [16, 12],
    ]);
    const unused = params.sources.filter((source) => {
      try {
        grad(reduceSum(square(full)), [source]);
        return false;
      } catch {
        return true;
      }
    });
    expect(unused.map(({ name }) => name)).toEqual([]);
  });

  it('adapts patch embeddings, Q and V, and both feed-forward layers of encoder and decoder, nothing else', () => {
    expect(layers.map(({ name, type }) => `${type} ${name}`).sort()).toEqual(
      [
        ...['encoder.0', 'encoder.1', 'decoder.0', 'decoder.full'].map((name) => `patch ${name}.patch_embed`),
        ...['encoder.0', 'encoder.1', 'decoder.0'].flatMap((name) => [
          `qv ${name}.blocks.0.attn.q`,
          `qv ${name}.blocks.0.attn.v`,
          `ffn ${name}.blocks.0.mlp.fc1`,
          `ffn ${name}.blocks.0.mlp.fc2`,
        ]),
      ].sort(),
    );
  });

  it('keeps the shipped size within its growth: three tasks at rank 8 at most 16.7 %, a task at most a third of a decoder', () => {
    const shipped = pvtLayout(pvtConfig('base'));
    const count = (part: string): number =>
      shipped.entries.reduce((n, { name, size }) => n + (name.startsWith(part) ? size : 0), 0);
    const task = 8 * packedWidth(shipped.layers);
    expect((3 * task) / count('')).toBeLessThanOrEqual(0.167);
    expect(task / count('decoder.')).toBeLessThanOrEqual(1 / 3);
  });

  it('refuses sizes that do not divide and configurations out of bounds', () => {
    const g = new Graph();
    const odd = { ...config, size: [6, 8, 8] as const };
    expect(() => pvt(g.input('x', 'f32', [1, 6, 8, 8]), odd, new FlatParams(g))).toThrow(/does not divide/);
    expect(() => checkPvtConfig({ ...config, features: 1e9 })).toThrow(code('MANIFEST_INVALID'));
    expect(() => checkPvtConfig(null)).toThrow(code('MANIFEST_INVALID'));
  });
});

describe('a stored base', () => {
  it('comes back with the same digest and numbers, and refuses a changed file', () => {
    const { bytes, base: stored } = encodePvtBase(base);
    const back = decodePvtBase(bytes);
    expect(back.digest).toBe(stored.digest);
    expect(back.weights.get('stem.weight')).toEqual(base.weights.get('stem.weight'));
    expect(back.head.classes).toEqual(['b', 'x', 'y']);
    const without = encodePvtBase({ ...base, weights: new Map([...base.weights].slice(1)) }).bytes;
    expect(() => decodePvtBase(without)).toThrow(code('MANIFEST_INVALID'));
    const poisoned = new Map(base.weights).set('stem.bias', {
      shape: [4],
      data: Float32Array.of(0, Number.NaN, 0, 0),
    });
    expect(() => decodePvtBase(encodePvtBase({ ...base, weights: poisoned }).bytes)).toThrow(
      /stem.bias.*not finite/,
    );
  });
});

describe.each([1, 2])('zero forgetting, to the bit, at %i threads', (threads) => {
  let plain: Session;
  let packed: Session;
  const { bytes, layout } = servingNetwork(base);
  const run = async (task: Parameters<typeof taskFeeds>[1]): Promise<Float32Array> =>
    floats(await packed.run({ x: volume, ...taskFeeds(layout, task) }), 'probabilities');
  const [one, two] = [randomAdapter(base, layers, 2, 1), randomAdapter(base, layers, 5, 2)];

  beforeAll(async () => {
    const options = { ...defaultSessionOptions, threads };
    [plain, packed] = [await Session.load(plainNetwork(base), options), await Session.load(bytes, options)];
  });
  afterAll(async () => {
    await Promise.all([plain.dispose(), packed.dispose()]);
  });

  it('rank 0 gives the bits of the plain base', async () => {
    const expected = floats(await plain.run({ x: volume }), 'probabilities');
    expect(expected.every(Number.isFinite)).toBe(true);
    expect(await run({ head: base.head })).toEqual(expected);
  });

  it('the base and an earlier task give the same bits after later tasks were used', async () => {
    const before = [await run({ head: base.head }), await run(one)];
    const other = await run(two);
    expect(other).not.toEqual(before[1]!.subarray(0, other.length));
    expect([await run({ head: base.head }), await run(one)]).toEqual(before);
  });

  it('stacking a rank-2 adapter into rank 5 with zeros changes nothing', async () => {
    const narrow = packAdapter(layout, one.factors);
    const padded = new Float32Array(5 * packedWidth(layout));
    padded.set(narrow.data as Float32Array);
    const feeds: Tensors = { x: volume, ...taskFeeds(layout, one) };
    const wide = await packed.run({ ...feeds, lora: f32(padded, [5, packedWidth(layout)]) });
    const out = floats(await packed.run(feeds), 'probabilities');
    expect(Math.max(...out.map((p, i) => Math.abs(p - floats(wide, 'probabilities')[i]!)))).toBeLessThan(
      3e-6,
    );
  });
});

describe('packAdapter', () => {
  const adapter: Adapter = randomAdapter(base, layers, 2, 1);

  it('puts A and s·B side by side, modules without factors as zeros', () => {
    const [first] = layers;
    const factors = new Map([[first!.name, { ...adapter.factors.get(first!.name)!, scale: 2 }]]);
    const { data, shape } = packAdapter(layers, factors);
    const width = packedWidth(layers);
    expect(shape).toEqual([2, width]);
    const { a, b } = factors.get(first!.name)!;
    expect(data.slice(width, width + first!.in)).toEqual(a.slice(first!.in));
    expect(data[first!.in]).toBe(Math.fround(2 * b[0]!));
    expect(data.slice(first!.in + first!.out, width).every((value) => value === 0)).toBe(true);
    expect(packedBase(layers).shape).toEqual([0, width]);
  });

  it('refuses a module of another network and factors of another shape', () => {
    const odd = new Map([['encoder.9.nothing', [...adapter.factors.values()][0]!]]);
    expect(() => packAdapter(layers, odd)).toThrow(code('ADAPTER_KEY_UNEXPECTED'));
    const [name, factors] = [...adapter.factors][0]!;
    const short = new Map([[name, { ...factors, a: factors.a.subarray(1) }]]);
    expect(() => packAdapter(layers, short)).toThrow(code('ADAPTER_SHAPE_MISMATCH'));
  });

  it('counts factors and head apart', () => {
    expect(adapterSize(adapter)).toEqual({ factors: 2 * packedWidth(layers), head: 4 * 3 + 3 });
  });
});
