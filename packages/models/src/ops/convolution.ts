// Convolution in 1, 2 or 3 dimensions with the gradients that are fast on onnxruntime's CPU provider: to x a Conv with
// flipped weights, to w one Gemm per kernel offset. ConvTranspose is left out on purpose (measured 5–8 times slower).

import { type Dim, fixed, refuse } from '../graph/dim.js';
import type { GraphNode, Val } from '../graph/graph.js';
import * as b from './build.js';
import { intsAttribute, type OperatorTable } from './operator.js';

interface Geometry {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly begins: readonly number[];
  readonly ends: readonly number[];
}

function geometry(node: Pick<GraphNode, 'inputs' | 'attributes'>): Geometry {
  const w = node.inputs[1]!;
  const axes = w.rank - 2;
  const pads = intsAttribute(node.attributes, 'pads');
  return {
    kernel: w.shape.slice(2).map((dim) => fixed(dim, 'a kernel extent')),
    strides: intsAttribute(node.attributes, 'strides'),
    begins: pads.slice(0, axes),
    ends: pads.slice(axes),
  };
}

/** Puts stride − 1 zeros between neighbours along a spatial axis, and `extra` zeros at its end. */
function insertZeros(x: Val, axis: number, stride: number, extra: number): Val {
  const extent = x.extent(axis);
  const zeros = (shape: readonly number[]): number[] => shape.map(() => 0);
  let out = x;
  if (stride > 1) {
    const apart = b.reshape(x, [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)]);
    const ends = zeros(apart.shape as number[]).map((_, i) => (i === axis + 1 ? stride - 1 : 0));
    const wide = b.pad(apart, zeros(ends), ends);
    const joined = b.reshape(wide, [...x.shape.slice(0, axis), extent * stride, ...x.shape.slice(axis + 1)]);
    out = b.slice(joined, [{ axis, start: 0, end: (extent - 1) * stride + 1 }]);
  }
  if (extra === 0) return out;
  const ends = x.shape.map((_, i) => (i === axis ? extra : 0));
  return b.pad(out, zeros(ends), ends);
}

/** dx = Conv(dy spread by the stride, w flipped with its channel axes exchanged). */
function inputGradient(dy: Val, x: Val, w: Val, { kernel, strides, begins, ends }: Geometry): Val {
  let spread = dy;
  kernel.forEach((k, i) => {
    const reach = x.extent(i + 2) + begins[i]! + ends[i]! - k;
    spread = insertZeros(spread, i + 2, strides[i]!, reach - (dy.extent(i + 2) - 1) * strides[i]!);
  });
  const flipped = b.slice(
    w,
    kernel.map((_, i) => ({ axis: i + 2, start: -1, step: -1 })),
  );
  const exchanged = b.transpose(flipped, [1, 0, ...kernel.map((_, i) => i + 2)]);
  // a padding wider than the kernel would need a crop instead of a pad
  if (kernel.some((k, i) => begins[i]! >= k || ends[i]! >= k))
    refuse('Conv: padding must be smaller than the kernel');
  const pads = [...kernel.map((k, i) => k - 1 - begins[i]!), ...kernel.map((k, i) => k - 1 - ends[i]!)];
  return b.conv(spread, exchanged, undefined, { pads });
}

/** dw[o, c, offset] = Σ dy[o, ·] · x[c, · + offset]: one product per kernel offset, x held channels-last. */
function weightGradient(dy: Val, x: Val, w: Val, { kernel, strides, begins, ends }: Geometry): Val {
  const [batch, out] = dy.shape as [Dim, number];
  const channels = x.extent(1);
  const padded = b.pad(x, [0, 0, ...begins], [0, 0, ...ends]);
  const channelsLast = b.transpose(padded, [0, ...kernel.map((_, i) => i + 2), 1]);
  const positions = dy.shape.slice(2).reduce<number>((n, dim) => n * fixed(dim, 'a spatial extent'), 1);
  const flatDy = b.reshape(dy, [batch, out, positions]);
  const parts: Val[] = [];
  for (const offset of offsets(kernel)) {
    const window = b.slice(
      channelsLast,
      offset.map((start, i) => ({
        axis: i + 1,
        start,
        end: start + (dy.extent(i + 2) - 1) * strides[i]! + 1,
        step: strides[i]!,
      })),
    );
    const product = b.matmul(flatDy, b.reshape(window, [batch, positions, channels]));
    parts.push(b.reshape(b.reduceSum(product, [0]), [out, channels, 1]));
  }
  return b.reshape(b.concat(parts, 2), w.shape);
}

/** Every index of a kernel, the last axis fastest. */
function offsets(kernel: readonly number[]): number[][] {
  return kernel.reduce<number[][]>(
    (all, k) => all.flatMap((head) => Array.from({ length: k }, (_, i) => [...head, i])),
    [[]],
  );
}

export const convolutionOperators: OperatorTable = {
  Conv: {
    infer: (inputs, attributes) => {
      const [x, w, bias] = inputs;
      if (x === undefined || w === undefined || x.rank !== w.rank || x.rank < 3) {
        refuse(`Conv of [${x?.shape}] by [${w?.shape}]: ranks must agree and be 3 or more`);
      }
      if (x.shape[1] !== w.shape[1]) refuse(`Conv: ${x.shape[1]} channels, weights for ${w.shape[1]}`);
      if (bias !== undefined && (bias.rank !== 1 || bias.shape[0] !== w.shape[0]))
        refuse('Conv: bias must be [out]');
      const g = geometry({ inputs, attributes });
      const spatial = g.kernel.map((k, i) => {
        const extent = x.extent(i + 2) + g.begins[i]! + g.ends[i]!;
        if (extent < k) refuse(`Conv: a kernel of ${k} on ${extent} positions`);
        return Math.floor((extent - k) / g.strides[i]!) + 1;
      });
      return [{ dtype: 'f32', shape: [x.shape[0]!, w.shape[0]!, ...spatial] }];
    },
    gradient: (node, [dy], wants) => {
      const [x, w] = node.inputs as [Val, Val];
      const g = geometry(node);
      const all = [0, ...g.kernel.map((_, i) => i + 2)];
      return [
        wants[0] ? inputGradient(dy!, x, w, g) : undefined,
        wants[1] ? weightGradient(dy!, x, w, g) : undefined,
        wants[2] ? b.reduceSum(dy!, all) : undefined,
      ];
    },
    flops: ({ inputs, outputs }) => {
      const size = (dims: readonly Dim[]): number =>
        dims.reduce<number>((n, dim) => n * (typeof dim === 'number' ? dim : 1), 1);
      return 2 * size(outputs[0]!.shape) * size(inputs[1]!.shape.slice(1));
    },
  },
};
