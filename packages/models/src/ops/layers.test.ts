import { describe, expect, it } from 'vitest';
import { checkGradients } from '../autodiff/finite-difference.js';
import { Graph, type Val } from '../graph/graph.js';
import type { Init, ParamSource } from '../graph/params.js';
import { f32, floats, i32, type TensorData } from '../graph/tensor-data.js';
import { Session } from '../runtime/session.js';
import * as b from './build.js';
import * as layers from './layers.js';

/** Hands out the given values in the order they are asked for. */
const given = (vals: readonly Val[]): ParamSource => {
  const rest = [...vals];
  return { get: (_name: string, shape: readonly number[], _init: Init) => b.reshape(rest.shift()!, shape) };
};
const run = async (build: (x: Val) => Val, x: TensorData): Promise<number[]> => {
  const g = new Graph();
  g.output('y', build(g.input('x', 'f32', x.shape)));
  const session = await Session.load(g.encode());
  const out = await session.run({ x });
  await session.dispose();
  return [...floats(out, 'y')];
};
const counting = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe('layers', () => {
  it.each<[string, (inputs: readonly Val[]) => Val, number[][]]>([
    ['linear', ([x, w, c]) => layers.linear(given([w!, c!]), 'l', x!, 2), [[3, 4], [4, 2], [2]]],
    ['groupNorm', ([x, w, c]) => layers.groupNorm(given([w!, c!]), 'n', x!, 2), [[2, 4, 3], [4], [4]]],
    ['instanceNorm', ([x, w, c]) => layers.instanceNorm(given([w!, c!]), 'n', x!), [[1, 2, 2, 3], [2], [2]]],
    ['maxPool', ([x]) => layers.maxPool(x!, 2), [[1, 2, 2, 4]]],
    ['averagePool', ([x]) => layers.averagePool(x!, 2), [[1, 1, 2, 2, 2]]],
    ['upsample', ([x]) => layers.upsample(x!, 2), [[1, 1, 2, 3, 2]]],
    ['normalize', ([x]) => layers.normalize(x!), [[3, 4]]],
    [
      'attention',
      ([q, k, v]) => layers.attention(q!, k!, v!, { batch: 2, queries: 3, keys: 2, heads: 2 }),
      [
        [6, 4],
        [4, 4],
        [4, 4],
      ],
    ],
  ])('%s: the gradient equals finite differences', async (_name, build, shapes) => {
    const { worst } = await checkGradients(
      build,
      shapes.map((shape) => ({ shape })),
    );
    expect(worst).toBeLessThanOrEqual(1e-3);
  });

  it('pools without overlap', async () => {
    const x = f32(counting(8), [1, 1, 2, 4]);
    expect(await run((v) => layers.maxPool(v, 2), x)).toEqual([5, 7]);
    expect(await run((v) => layers.averagePool(v, 2), x)).toEqual([2.5, 4.5]);
    expect(() => layers.maxPool(new Graph().input('x', 'f32', [1, 1, 3]), 2)).toThrow(/leaves a rest/);
  });

  it('up-samples linearly between voxel centres and repeats the border', async () => {
    expect(await run((v) => layers.upsample(v, 2), f32([0, 4], [1, 1, 2]))).toEqual([0, 1, 3, 4]);
    const plane = await run((v) => layers.upsample(v, 2), f32([0, 4, 8, 12], [1, 1, 2, 2]));
    expect(plane.slice(4, 8)).toEqual([2, 3, 5, 6]);
  });

  it('looks up rows by i32 and i64 indices', async () => {
    const g = new Graph();
    const i = g.input('i', 'i32', ['n']);
    const table = g.constant([1, 2, 3, 4, 5, 6], [3, 2]);
    const fixed: ParamSource = { get: () => table };
    g.output('y', layers.embedding(fixed, 'e', i, 3, 2));
    g.output('z', layers.embedding(fixed, 'e', b.cast(i, 'i64'), 3, 2));
    const session = await Session.load(g.encode());
    const out = await session.run({ i: i32([2, 0], [2]) });
    expect([...floats(out, 'y')]).toEqual([5, 6, 1, 2]);
    expect(floats(out, 'z')).toEqual(floats(out, 'y'));
    await session.dispose();
  });

  it('a convolution equals its definition', async () => {
    const x = f32(counting(9), [1, 1, 3, 3]);
    const w = [0, 1, 0, 1, -4, 1, 0, 1, 0];
    const y = await run(
      (v) => b.conv(v, v.graph.constant(w, [1, 1, 3, 3]), undefined, { strides: [2, 2], pads: [1, 1, 1, 1] }),
      x,
    );
    // Laplacian at the four corners: neighbours inside minus four times the centre
    expect(y).toEqual([1 + 3, 1 + 5 - 8, 3 + 7 - 24, 5 + 7 - 32]);
  });
});
