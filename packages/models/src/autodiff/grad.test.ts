import { afterEach, describe, expect, it } from 'vitest';
import { Graph, type Val } from '../graph/graph.js';
import { f32, floats } from '../graph/tensor-data.js';
import * as b from '../ops/build.js';
import type { Operator } from '../ops/operator.js';
import { operators } from '../ops/operators.js';
import { Session } from '../runtime/session.js';
import { checkGradients } from './finite-difference.js';
import { grad } from './grad.js';

describe('grad', () => {
  it('adds up the paths of a value that is used twice', async () => {
    const g = new Graph();
    const x = g.input('x', 'f32', [2]);
    g.output('dx', grad(b.reduceSum(b.add(b.mul(x, x), b.mul(x, 3))), [x])[0]!);
    const session = await Session.load(g.encode());
    expect([...floats(await session.run({ x: f32([1, 2], [2]) }), 'dx')]).toEqual([5, 7]);
    await session.dispose();
  });

  it('differentiates to a value in the middle of the graph', async () => {
    const g = new Graph();
    const x = g.input('x', 'f32', [1]);
    const middle = b.mul(x, 2);
    const [dMiddle, dx] = grad(b.reduceSum(b.square(middle)), [middle, x]);
    g.output('dMiddle', dMiddle!);
    g.output('dx', dx!);
    const session = await Session.load(g.encode());
    const out = await session.run({ x: f32([3], [1]) });
    expect([floats(out, 'dMiddle')[0], floats(out, 'dx')[0]]).toEqual([12, 24]);
    await session.dispose();
  });

  it('refuses a loss that is no number, does not depend, or passes an operator without gradient', () => {
    const g = new Graph();
    const x = g.input('x', 'f32', [3]);
    const other = g.input('other', 'f32', [3]);
    expect(() => grad(x, [x])).toThrow(/loss of one number/);
    expect(() => grad(b.reduceSum(x), [other])).toThrow(/does not depend on other/);
    const values = b.topK(x, 2)[0];
    expect(() => grad(b.reduceSum(values), [x])).toThrow(/TopK has no gradient/);
  });
});

describe('a planted wrong gradient is caught', () => {
  const table = operators as Record<string, Operator>;
  const saved = { ...operators };
  afterEach(() => Object.assign(table, saved));

  it.each<[string, string, NonNullable<Operator['gradient']>, (x: readonly Val[]) => Val, number[][]]>([
    [
      'Softmax without the sum over its row',
      'Softmax',
      (node, [dy]) => [b.mul(dy!, node.outputs[0]!)],
      ([x]) => b.softmax(x!),
      [[2, 4]],
    ],
    [
      'Conv to x without flipping the kernel',
      'Conv',
      (node, [dy]) => [
        b.conv(dy!, b.transpose(node.inputs[1]!, [1, 0, 2, 3]), undefined, { pads: [1, 1, 1, 1] }),
        undefined,
      ],
      ([x]) =>
        b.conv(x!, x!.graph.constant([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3]), undefined, {
          pads: [1, 1, 1, 1],
        }),
      [[1, 1, 4, 4]],
    ],
    [
      'Mul whose second factor is forgotten in a broadcast',
      'Mul',
      (node, [dy]) => [b.mul(dy!, node.inputs[1]!), b.reduceMean(b.mul(dy!, node.inputs[0]!), [0])],
      ([x, y]) => b.mul(x!, y!),
      [[3, 2], [2]],
    ],
    [
      'Gelu by its sigmoid approximation',
      'Gelu',
      (node, [dy]) => [b.mul(dy!, b.sigmoid(b.mul(node.inputs[0]!, 1.702)))],
      ([x]) => b.gelu(x!),
      [[6]],
    ],
  ])('%s', async (_name, op, gradient, build, shapes) => {
    table[op] = { ...saved[op]!, gradient };
    const { worst } = await checkGradients(
      build,
      shapes.map((shape) => ({ shape })),
    );
    expect(worst).toBeGreaterThan(1e-2);
  });
});
