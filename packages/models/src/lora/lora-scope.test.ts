import { Random } from '@tomograph/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grad } from '../autodiff/grad.js';
import { Graph } from '../graph/graph.js';
import { FlatParams } from '../graph/params.js';
import { f32, floats } from '../graph/tensor-data.js';
import { firstRows, gemm, reduceSum } from '../ops/build.js';
import { Session } from '../runtime/session.js';
import { PackedLora, TrainableLora } from './lora-scope.js';

const [rows, width, out] = [5, 4, 3];
const random = new Random(1, 'lora-scope');
const normals = (n: number): Float32Array => Float32Array.from({ length: n }, () => random.normal());
const [x, w, bias] = [normals(rows * width), normals(width * out), normals(out)];
const layer = { name: 'fc', type: 'ffn', in: width, out } as const;

/** x·W + b + (x·Aᵀ)·B in double precision; lora holds A and B side by side, [rank, width + out]. */
function expected(lora: Float32Array): number[] {
  const rank = lora.length / (width + out);
  return Array.from({ length: rows * out }, (_, at) => {
    const [row, o] = [Math.floor(at / out), at % out];
    let y = bias[o]!;
    for (let i = 0; i < width; i++) {
      const value = x[row * width + i]!;
      y += value * w[i * out + o]!;
      for (let r = 0; r < rank; r++) {
        const from = r * (width + out);
        y += value * lora[from + i]! * lora[from + width + o]!;
      }
    }
    return y;
  });
}

describe('packed factors', () => {
  let packed: Session;
  let plain: Session;
  beforeAll(async () => {
    const linear = (graph: Graph) => ({
      weight: graph.constant(w, [width, out]),
      bias: graph.constant(bias, [out]),
    });
    const g = new Graph();
    const lora = new PackedLora(g);
    g.output('y', lora.apply(layer, g.input('x', 'f32', ['rows', width]), linear(g)));
    lora.seal();
    packed = await Session.load(g.encode());
    const h = new Graph();
    const own = linear(h);
    h.output('y', gemm(h.input('x', 'f32', ['rows', width]), own.weight, own.bias));
    plain = await Session.load(h.encode());
  });
  afterAll(async () => {
    await Promise.all([packed.dispose(), plain.dispose()]);
  });

  it.each([0, 1, 2, 7])(
    'rank %i adds its product to the layer, in one session for all ranks',
    async (rank) => {
      const lora = normals(rank * (width + out));
      const feeds = { x: f32(x, [rows, width]), lora: f32(lora, [rank, width + out]) };
      const y = floats(await packed.run(feeds), 'y');
      expect(y).toHaveLength(rows * out);
      expected(lora).forEach((value, i) => {
        expect(y[i]).toBeCloseTo(value, 4);
      });
    },
  );

  it('rank 0 gives the bits of the layer, for one row and for many', async () => {
    const nothing = f32(new Float32Array(0), [0, width + out]);
    for (const count of [1, rows]) {
      const some = f32(x.subarray(0, count * width), [count, width]);
      const y = floats(await packed.run({ x: some, lora: nothing }), 'y');
      expect(y).toEqual(floats(await plain.run({ x: some }), 'y'));
    }
  });
});

describe('trained factors', () => {
  it('start at zero effect, on the chosen layer types only', () => {
    const g = new Graph();
    const params = new FlatParams(g);
    const lora = new TrainableLora(params, { ffn: 2 });
    const linear = { weight: g.constant(w, [width, out]), bias: g.constant(bias, [out]) };
    const input = g.input('x', 'f32', [rows, width]);
    lora.apply(layer, input, linear);
    lora.apply({ ...layer, name: 'q', type: 'qv' }, input, linear);
    expect(params.entries.map(({ name, shape, init }) => [name, shape, init.kind])).toEqual([
      ['lora.fc.A', [2, width], 'scaled'],
      ['lora.fc.B', [2, out], 'zeros'],
    ]);
    expect(lora.layers).toEqual([layer]);
  });
});

describe('rows counted at run time', () => {
  it('have no gradient: a graph that asks for one is refused', () => {
    const g = new Graph();
    const input = g.input('x', 'f32', [rows, width]);
    const count = g.input('count', 'i64', [1]);
    const loss = reduceSum(firstRows(input, count));
    expect(() => grad(loss, [input])).toThrow(/is not an integer constant/);
  });
});
