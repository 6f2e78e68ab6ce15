import { describe, expect, it } from 'vitest';
import { grad } from '../autodiff/grad.js';
import * as b from '../ops/build.js';
import * as layers from '../ops/layers.js';
import { Session } from '../runtime/session.js';
import { Graph } from './graph.js';
import { FlatParams } from './params.js';
import { f32, floats, i32 } from './tensor-data.js';

const withCode = (code: string) => expect.objectContaining({ code });

describe('Graph', () => {
  it('refuses shapes that do not fit while the graph is built', () => {
    const g = new Graph();
    const x = g.input('x', 'f32', ['batch', 3]);
    expect(() => b.add(x, g.input('y', 'f32', [4]))).toThrow(/do not broadcast/);
    expect(() => b.gemm(x, g.constant([1, 2], [2, 1]))).toThrow(/inner extents 3 and 2/);
    expect(() => b.reshape(x, [2, 2])).toThrow(withCode('GRAPH_INVALID'));
    expect(() => g.input('x', 'f32', [1])).toThrow(/declared twice/);
    expect(() => new Graph().emit('Conjure', [])).toThrow(/no operator Conjure/);
    expect(() => b.add(x, new Graph().input('z', 'f32', [3]))).toThrow(/another graph/);
    expect(() => new Graph().encode()).toThrow(/nothing is named as an output/);
  });

  it('carries a symbolic batch through reshapes, products and reductions', async () => {
    const g = new Graph();
    const x = g.input('x', 'f32', ['batch', 2, 3]);
    const rows = b.reshape(x, ['2*batch', 3]);
    const y = b.reshape(b.gemm(rows, g.constant([1, 2, 3], [3, 1])), ['batch', 2]);
    expect(y.shape).toEqual(['batch', 2]);
    g.output('y', y);
    g.output('dx', grad(b.reduceSum(y), [x])[0]!);
    const session = await Session.load(g.encode());
    for (const batch of [1, 3]) {
      const out = await session.run({ x: f32(new Float32Array(batch * 6).fill(1), [batch, 2, 3]) });
      expect([...floats(out, 'y')]).toEqual(Array(batch * 2).fill(6));
      expect([...floats(out, 'dx')].slice(0, 3)).toEqual([1, 2, 3]);
    }
    await session.dispose();
  });

  it('averages over a symbolic axis, and its gradient counts at run time', async () => {
    const g = new Graph();
    const x = g.input('x', 'f32', ['batch', 2]);
    g.output('dx', grad(b.reduceMean(x), [x])[0]!);
    const session = await Session.load(g.encode());
    for (const batch of [1, 4]) {
      const out = await session.run({ x: f32(new Float32Array(2 * batch), [batch, 2]) });
      expect([...floats(out, 'dx')]).toEqual(Array(2 * batch).fill(1 / (2 * batch)));
    }
    await session.dispose();
  });

  it('leaves out what no output needs, and equal graphs give equal bytes', () => {
    const build = (dead: boolean): Uint8Array => {
      const g = new Graph();
      const x = g.input('x', 'f32', [2]);
      const y = b.exp(x);
      if (dead) b.log(b.add(x, 3));
      g.output('y', y);
      return g.encode();
    };
    expect(build(true)).toEqual(build(false));
  });

  it('hands out an input, a constant and one value under two names', async () => {
    const g = new Graph();
    const x = g.input('x', 'f32', [2]);
    const y = b.neg(x);
    g.output('same', x);
    g.output('y', y);
    g.output('again', y);
    g.output('seven', g.scalar(7));
    const session = await Session.load(g.encode());
    const out = await session.run({ x: f32([1, 2], [2]) });
    expect(Object.fromEntries(Object.keys(out).map((name) => [name, [...floats(out, name)]]))).toEqual({
      same: [1, 2],
      y: [-1, -2],
      again: [-1, -2],
      seven: [7],
    });
    await session.dispose();
  });

  it('counts the floating-point operations of products', () => {
    const g = new Graph();
    g.output('y', b.gemm(g.input('x', 'f32', [5, 3]), g.input('w', 'f32', [3, 2])));
    expect(g.flops).toBe(2 * 5 * 3 * 2);
  });
});

describe('feeds', () => {
  const load = async (): Promise<Session> => {
    const g = new Graph();
    g.output('y', b.mul(g.input('x', 'f32', ['n', 2]), b.cast(g.input('k', 'i32', ['n', 1]), 'f32')));
    return Session.load(g.encode());
  };

  it('refuses unknown, missing and misshapen feeds by name', async () => {
    const session = await load();
    const [x, k] = [f32([1, 2], [1, 2]), i32([3], [1, 1])];
    expect([...floats(await session.run({ x, k }), 'y')]).toEqual([3, 6]);
    await expect(session.run({ x, k, z: x })).rejects.toThrow(withCode('FEED_UNKNOWN'));
    await expect(session.run({ x })).rejects.toThrow(withCode('FEED_MISSING'));
    await expect(session.run({ x: k, k })).rejects.toThrow(/element types differ/);
    await expect(session.run({ x: f32([1, 2, 3], [1, 3]), k })).rejects.toThrow(withCode('FEED_SHAPE'));
    await expect(session.run({ x: f32([1, 2, 3], [1, 2]), k })).rejects.toThrow(
      /needs 2 values, the data has 3/,
    );
    await expect(session.run({ x: f32([1, 2, 3, 4], [2, 2]), k })).rejects.toThrow(/n is 2 elsewhere/);
    await session.dispose();
  });
});

describe('FlatParams', () => {
  it('feeds all weights as one vector, initial values do not depend on neighbours', async () => {
    const build = (more: boolean) => {
      const g = new Graph();
      const params = new FlatParams(g);
      const x = g.input('x', 'f32', [1, 2]);
      const h = more ? layers.linear(params, 'extra', x, 2) : x;
      const y = layers.linear(params, 'fc', h, 1);
      g.output('gradient', params.flatten(grad(b.reduceSum(y), params.sources)));
      params.seal();
      return { g, params };
    };
    const small = build(false);
    const large = build(true);
    const fc = (params: FlatParams): Float32Array => {
      const { offset } = params.entries.find((entry) => entry.name === 'fc.weight')!;
      return params.initial(5).slice(offset, offset + 2);
    };
    expect(fc(large.params)).toEqual(fc(small.params));
    expect(small.params.total).toBe(3);
    const session = await Session.load(small.g.encode());
    const out = await session.run({ params: f32([1, 2, 3], [3]), x: f32([5, 7], [1, 2]) });
    expect([...floats(out, 'gradient')]).toEqual([5, 7, 1]);
    await session.dispose();
  });

  it('refuses a name twice and a parameter after sealing', () => {
    const params = new FlatParams(new Graph());
    params.get('a', [1], { kind: 'ones' });
    expect(() => params.get('a', [1], { kind: 'ones' })).toThrow(/declared twice/);
    params.seal();
    expect(() => params.get('b', [1], { kind: 'ones' })).toThrow(/sealed/);
  });
});
