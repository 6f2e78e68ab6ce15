import { describe, expect, it } from 'vitest';
import { type Checked, checkGradients } from '../autodiff/finite-difference.js';
import type { Val } from '../graph/graph.js';
import * as b from './build.js';
import { operators } from './operators.js';

const tolerance = 1e-3; // float32 forward pass, central differences with a step of 1e-2

interface Case {
  readonly build: (inputs: readonly Val[]) => Val;
  readonly inputs: readonly Checked[];
}
const unary = (build: (x: Val) => Val, values?: readonly number[]): Case => ({
  build: ([x]) => build(x!),
  inputs: [values === undefined ? { shape: [3, 4] } : { shape: [values.length], values }],
});
const binary = (build: (x: Val, y: Val) => Val): Case => ({
  build: ([x, y]) => build(x!, y!),
  inputs: [{ shape: [2, 3, 2] }, { shape: [3, 1] }],
});
// away from kinks and poles
const positive = [0.4, 1.1, 2.3, 0.7, 1.9];
const awayFromZero = [-1.2, -0.4, 0.3, 0.9, 2.1];

const cases: Record<string, Case> = {
  Add: binary(b.add),
  Sub: binary(b.sub),
  Mul: binary(b.mul),
  Div: { build: ([x, y]) => b.div(x!, y!), inputs: [{ shape: [2, 5] }, { shape: [5], values: positive }] },
  Max: binary(b.maximum),
  Min: binary(b.minimum),
  Where: { build: ([x, y]) => b.where(b.less(x!, 0.2), x!, y!), inputs: [{ shape: [2, 3] }, { shape: [3] }] },
  Neg: unary(b.neg),
  Abs: unary(b.abs, awayFromZero),
  Exp: unary(b.exp),
  Log: unary(b.log, positive),
  Sqrt: unary(b.sqrt, positive),
  Sin: unary(b.sin),
  Cos: unary(b.cos),
  Erf: unary(b.erf),
  Relu: unary(b.relu, awayFromZero),
  LeakyRelu: unary((x) => b.leakyRelu(x, 0.1), awayFromZero),
  Sigmoid: unary(b.sigmoid),
  Tanh: unary(b.tanh),
  Softplus: unary(b.softplus),
  Gelu: unary(b.gelu),
  Gemm: {
    build: ([x, w, c]) =>
      b.add(
        b.gemm(x!, w!, c!),
        b.gemm(b.transpose(x!, [1, 0]), b.transpose(w!, [1, 0]), c!, { transA: true, transB: true }),
      ),
    inputs: [{ shape: [3, 4] }, { shape: [4, 2] }, { shape: [2] }],
  },
  MatMul: {
    build: ([x, w, v]) => b.matmul(b.matmul(x!, w!), v!),
    inputs: [{ shape: [2, 2, 3, 4] }, { shape: [2, 4, 2] }, { shape: [2, 3] }],
  },
  Conv: {
    build: ([x, w, c]) => b.conv(x!, w!, c!, { pads: [1, 0, 1, 1, 0, 1] }),
    inputs: [{ shape: [2, 2, 3, 3, 4] }, { shape: [2, 2, 3, 2, 3] }, { shape: [2] }],
  },
  'Conv, strided, 2-D': {
    build: ([x, w, c]) => b.conv(x!, w!, c!, { strides: [2, 3], pads: [1, 1, 1, 1] }),
    inputs: [{ shape: [1, 2, 6, 5] }, { shape: [3, 2, 3, 3] }, { shape: [3] }],
  },
  ReduceSum: unary((x) => b.reduceSum(x, [0])),
  ReduceMean: unary((x) => b.reduceMean(x, [-1], true)),
  ReduceMax: unary((x) => b.reduceMax(x, [1])),
  Softmax: unary((x) => b.softmax(x)),
  LogSoftmax: unary((x) => b.logSoftmax(x, 0)),
  LayerNormalization: {
    build: ([x, s, c]) => b.layerNormalization(x!, s!, c!),
    inputs: [{ shape: [2, 3, 5] }, { shape: [5] }, { shape: [5] }],
  },
  Reshape: unary((x) => b.mul(b.reshape(x, [2, -1]), [1, 2].length)),
  Transpose: { build: ([x]) => b.square(b.transpose(x!, [2, 0, 1])), inputs: [{ shape: [2, 3, 2] }] },
  Concat: {
    build: ([x, y]) => b.square(b.concat([x!, y!], 1)),
    inputs: [{ shape: [2, 3] }, { shape: [2, 1] }],
  },
  Split: unary((x) => b.square(b.split(x, [1, 3], 1)[1]!)),
  Slice: unary((x) =>
    b.square(
      b.slice(x, [
        { axis: 0, start: 1 },
        { axis: -1, start: -3, end: -1 },
      ]),
    ),
  ),
  Pad: unary((x) => b.square(b.pad(x, [1, 0], [0, 2], 3))),
  Gather: {
    build: ([x]) => b.square(b.gather(x!, x!.graph.int64([2, 0, 2, 2]))), // a repeated row adds up
    inputs: [{ shape: [3, 2] }],
  },
  Expand: {
    build: ([x, y]) => b.mul(b.expandLike(x!, y!), y!),
    inputs: [{ shape: [3, 1] }, { shape: [2, 3, 2] }],
  },
  GridSample: {
    build: ([x, grid]) => b.gridSample(x!, grid!),
    inputs: [
      { shape: [1, 2, 3, 4, 3], differentiate: false },
      // inside cells, one beyond the border: there the derivative is zero
      { shape: [1, 1, 1, 3, 3], values: [0.1, -0.3, 0.4, 0.55, 0.2, -0.45, 1.4, -0.6, 0.7] },
    ],
  },
};
const withoutGradient = [
  'Equal',
  'Less',
  'Greater',
  'And',
  'Or',
  'Not',
  'Cast',
  'ArgMax',
  'TopK',
  'OneHot',
  'Shape',
];

describe('the operator set', () => {
  it.each(Object.entries(cases))(
    '%s: the gradient equals finite differences',
    async (_name, { build, inputs }) => {
      const { relativeErrors, worst } = await checkGradients(build, inputs, { seed: 7 });
      expect(worst, `relative errors per input: ${relativeErrors.join(', ')}`).toBeLessThanOrEqual(tolerance);
    },
  );

  it('every operator with a gradient stands in this table', () => {
    const differentiable = Object.keys(operators).filter((name) => operators[name]!.gradient !== undefined);
    expect(differentiable.filter((name) => cases[name] === undefined)).toEqual([]);
    expect(
      Object.keys(operators)
        .filter((name) => !differentiable.includes(name))
        .sort(),
    ).toEqual(withoutGradient.sort());
  });
});
