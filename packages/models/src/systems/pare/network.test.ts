import { Random } from '@tomograph/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Graph } from '../../graph/graph.js';
import { FlatParams, initialVector } from '../../graph/params.js';
import { f32, floats, type Tensors } from '../../graph/tensor-data.js';
import { Session } from '../../runtime/session.js';
import { tinyConfig } from './balls.test-data.js';
import { measureNames } from './measures.js';
import { pareHead } from './network.js';
import { attributeNames, type PareConfig } from './pare-config.js';
import { pooledWidth, tokenChannels, trunk } from './trunk.js';

const voxels = tinyConfig.patch.reduce((n, extent) => n * extent, 1);
const rows = 2 * tinyConfig.prototypesPerClass;

const noise = (count: number, seed: number, scale = 1): Float32Array => {
  const random = new Random(seed, 'noise');
  return Float32Array.from({ length: count }, () => random.normal(0, scale));
};

async function network(config: PareConfig): Promise<{ session: Session; params: Float32Array }> {
  const graph = new Graph('test');
  const params = new FlatParams(graph);
  const { parsing, pooled } = trunk(
    params,
    graph.input('image', 'f32', ['batch', 2, ...config.patch]),
    config,
  );
  const head = pareHead(
    params,
    {
      pooled,
      measures: config.parsing ? graph.input('measures', 'f32', ['batch', measureNames.length]) : undefined,
      prototypes:
        config.recall === 'none' ? undefined : graph.input('prototypes', 'f32', [rows, config.tokenWidth]),
    },
    config,
  );
  graph.output('pooled', pooled);
  if (parsing !== undefined) graph.output('parsing', parsing);
  for (const [name, val] of Object.entries(head)) if (val !== undefined) graph.output(name, val);
  params.seal();
  return { session: await Session.load(graph.encode()), params: initialVector(params.entries, 3) };
}

describe('the network', () => {
  let session: Session;
  let params: Float32Array;
  beforeAll(async () => {
    ({ session, params } = await network(tinyConfig));
  });
  afterAll(() => session.dispose());

  const ask = (
    over: Partial<Record<'image' | 'measures' | 'prototypes', Float32Array>> = {},
  ): Promise<Tensors> =>
    session.run({
      params: f32(params, [params.length]),
      image: f32(over.image ?? noise(2 * 2 * voxels, 1), [2, 2, ...tinyConfig.patch]),
      measures: f32(over.measures ?? noise(2 * measureNames.length, 2), [2, measureNames.length]),
      prototypes: f32(over.prototypes ?? noise(rows * tinyConfig.tokenWidth, 3), [
        rows,
        tinyConfig.tokenWidth,
      ]),
    });

  it('gives a class per voxel, an embedding, two logits and ratings between 0 and 1', async () => {
    const out = await ask();
    expect(floats(out, 'parsing')).toHaveLength(2 * 2 * voxels);
    expect(floats(out, 'embedding')).toHaveLength(2 * tinyConfig.tokenWidth);
    expect([floats(out, 'direct').length, floats(out, 'recalled').length]).toEqual([2, 2]);
    const ratings = floats(out, 'attributes');
    expect(ratings).toHaveLength(2 * attributeNames.length);
    expect(ratings.every((value) => value > 0 && value < 1)).toBe(true);
  });

  it('recalls with one weight per prototype; the weights of a nodule sum to 1', async () => {
    const recall = floats(await ask(), 'recall');
    for (const row of [0, 1]) {
      const own = recall.subarray(row * rows, (row + 1) * rows);
      expect(own.reduce((a, w) => a + w, 0)).toBeCloseTo(1, 5);
      expect(own.every((w) => w > 0)).toBe(true);
    }
  });

  it('spreads the recall evenly over equal prototypes', async () => {
    const one = noise(tinyConfig.tokenWidth, 9);
    const equal = Float32Array.from({ length: rows * one.length }, (_, i) => one[i % one.length]!);
    for (const weight of floats(await ask({ prototypes: equal }), 'recall'))
      expect(weight).toBeCloseTo(1 / rows, 5);
  });

  it('lets prototypes change the recalled logit only: the embedding and the direct logit never see them', async () => {
    const [a, b] = [await ask(), await ask({ prototypes: noise(rows * tinyConfig.tokenWidth, 77, 3) })];
    expect(floats(b, 'embedding')).toEqual(floats(a, 'embedding'));
    expect(floats(b, 'direct')).toEqual(floats(a, 'direct'));
    expect(floats(b, 'recalled')).not.toEqual(floats(a, 'recalled'));
  });

  it('judges each nodule of a batch by itself', async () => {
    const image = noise(2 * 2 * voxels, 1);
    const other = image.slice();
    other.set(noise(2 * voxels, 50), 2 * voxels);
    const [a, b] = [await ask({ image }), await ask({ image: other })];
    expect(floats(b, 'direct')[0]).toBeCloseTo(floats(a, 'direct')[0]!, 5);
    expect(floats(b, 'direct')[1]).not.toBeCloseTo(floats(a, 'direct')[1]!, 5);
  });

  it('reads the measures', async () => {
    const [a, b] = [await ask(), await ask({ measures: noise(2 * measureNames.length, 60) })];
    expect(floats(b, 'embedding')).not.toEqual(floats(a, 'embedding'));
  });

  it('pools the whole slab as the share-weighted mean of its classes', async () => {
    const out = await ask();
    const pooled = floats(out, 'pooled');
    const parsing = floats(out, 'parsing');
    // voxels whose two logits are equal (all features zero) count in both classes
    const count = (own: number, other: number): number => {
      let n = 0;
      for (let i = 0; i < voxels; i++) if (parsing[own * voxels + i]! >= parsing[other * voxels + i]!) n++;
      return n;
    };
    const w0 = tinyConfig.widths[0];
    for (let c = 0; c < w0; c++) {
      const [whole, background, inside] = [pooled[c]!, pooled[w0 + c]!, pooled[2 * w0 + c]!];
      // means of a class are taken over its count + 1
      const expected = (background * (count(0, 1) + 1) + inside * (count(1, 0) + 1)) / voxels;
      expect(whole).toBeCloseTo(expected, 3);
    }
  });
});

describe('parts switched off', () => {
  it('without parsing there are tokens of the whole slab alone', () => {
    expect(tokenChannels({ ...tinyConfig, parsing: false })).toEqual([4, 6, 8]);
    expect(tokenChannels(tinyConfig)).toEqual([4, 4, 4, 6, 6, 6, 8, 8, 8]);
    expect(pooledWidth(tinyConfig)).toBe(54);
  });

  it('a plain network has no parsing, no measures and no recall', async () => {
    const { session, params } = await network({ ...tinyConfig, parsing: false, recall: 'none' });
    const out = await session.run({
      params: f32(params, [params.length]),
      image: f32(noise(2 * voxels, 1), [1, 2, ...tinyConfig.patch]),
    });
    expect(Object.keys(out).sort()).toEqual(['attributes', 'direct', 'embedding', 'pooled']);
    await session.dispose();
  });
});
