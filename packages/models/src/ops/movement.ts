// Operators that move values without computing: reshape, transpose, concatenate, split, slice, pad, gather, expand.

import { broadcast, type Dim, fixed, product, quotient, refuse, sameShape, sum } from '../graph/dim.js';
import type { Dtype, GraphNode, TensorType, Val } from '../graph/graph.js';
import * as b from './build.js';
import { unbroadcast } from './elementwise.js';
import { axisOf, constantInts, intAttribute, intsAttribute, type OperatorTable } from './operator.js';

function inferReshape(x: Val, target: readonly number[]): Dim[] {
  const known = product(target.filter((dim) => dim !== -1));
  const rest = quotient(product(x.shape), known);
  if (rest === undefined) refuse(`reshape of [${x.shape}] to [${target}]: the elements do not divide`);
  if (!target.includes(-1) && rest !== 1)
    refuse(`reshape of [${x.shape}] to [${target}]: the numbers of elements differ`);
  return target.map((dim) => (dim === -1 ? rest : dim));
}

interface Range {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly length: number;
}

/** ONNX clamps starts and ends to the axis; negative ones count from its end. */
function ranges([x, starts, ends, axes, steps]: readonly Val[]): Range[] {
  const [from, to, along, by] = [starts, ends, axes, steps].map(constantInts) as [
    number[],
    number[],
    number[],
    number[],
  ];
  return along.map((axis, i) => {
    const extent = fixed(x!.shape[axis], 'a sliced extent');
    const step = by[i]!;
    const clamp = (at: number): number => {
      const positive = at < 0 ? at + extent : at;
      return step > 0
        ? Math.min(Math.max(positive, 0), extent)
        : Math.min(Math.max(positive, -1), extent - 1);
    };
    const start = clamp(from[i]!);
    const length = Math.max(0, Math.ceil((clamp(to[i]!) - start) / step));
    return { axis, start, step, length };
  });
}

function sliceGradient(dy: Val, node: GraphNode): Val {
  const x = node.inputs[0]!;
  const begins = x.shape.map(() => 0);
  const ends = x.shape.map(() => 0);
  for (const { axis, start, step, length } of ranges(node.inputs)) {
    if (step !== 1) refuse('Slice: a gradient is defined for steps of one');
    begins[axis] = start;
    ends[axis] = x.extent(axis) - start - length;
  }
  return b.pad(dy, begins, ends);
}

/** ScatterND with duplicate indices is racy in the runtime, so the sum over equal indices is a product with OneHot. */
function gatherGradient(dy: Val, node: GraphNode): Val {
  const [x, indices] = node.inputs as [Val, Val];
  if (intAttribute(node.attributes, 'axis', 0) !== 0) refuse('Gather: a gradient is defined along axis 0');
  const rows = x.extent(0);
  const width = product(x.shape.slice(1));
  const hot = b.oneHot(b.reshape(indices, [-1]), rows);
  const flat = b.reshape(dy, [product(indices.shape), fixed(width, 'a row')]);
  return b.reshape(b.gemm(hot, flat, undefined, { transA: true }), x.shape);
}

const like = (x: Val | undefined, shape: readonly Dim[]): TensorType[] => [
  { dtype: x!.dtype as Dtype, shape },
];

export const movementOperators: OperatorTable = {
  Reshape: {
    infer: ([x, shape]) => like(x, inferReshape(x!, constantInts(shape))),
    gradient: (node, [dy]) => [b.reshape(dy!, node.inputs[0]!.shape)],
  },
  Transpose: {
    infer: ([x], attributes) => {
      const perm = intsAttribute(attributes, 'perm');
      if (perm.length !== x!.rank || new Set(perm).size !== x!.rank)
        refuse(`Transpose of rank ${x!.rank} by [${perm}]`);
      return like(
        x,
        perm.map((axis) => x!.shape[axis] ?? refuse(`Transpose: no axis ${axis}`)),
      );
    },
    gradient: (node, [dy]) => {
      const perm = intsAttribute(node.attributes, 'perm');
      return [
        b.transpose(
          dy!,
          perm.map((_, i) => perm.indexOf(i)),
        ),
      ];
    },
  },
  Concat: {
    infer: (parts, attributes) => {
      const first = parts[0]!;
      const axis = axisOf(intAttribute(attributes, 'axis', 0), first.rank);
      const others = (val: Val): Dim[] => val.shape.filter((_, i) => i !== axis);
      const odd = parts.find((part) => !sameShape(others(part), others(first)) || part.dtype !== first.dtype);
      if (odd !== undefined) refuse(`Concat along ${axis}: [${odd.shape}] does not fit [${first.shape}]`);
      const extent = sum(parts.map((part) => part.shape[axis]!));
      return like(
        first,
        first.shape.map((dim, i) => (i === axis ? extent : dim)),
      );
    },
    gradient: (node, [dy]) => {
      const axis = axisOf(intAttribute(node.attributes, 'axis', 0), dy!.rank);
      return [
        ...b.split(
          dy!,
          node.inputs.map((input) => input.extent(axis)),
          axis,
        ),
      ];
    },
  },
  Split: {
    infer: ([x, sizes], attributes) => {
      const axis = axisOf(intAttribute(attributes, 'axis', 0), x!.rank);
      const parts = constantInts(sizes);
      if (sum(parts) !== x!.shape[axis]) refuse(`Split of ${x!.shape[axis]} into [${parts}]`);
      return parts.flatMap((part) =>
        like(
          x,
          x!.shape.map((dim, i) => (i === axis ? part : dim)),
        ),
      );
    },
    gradient: (node, dys) => {
      const axis = axisOf(intAttribute(node.attributes, 'axis', 0), node.inputs[0]!.rank);
      return [
        b.concat(
          node.outputs.map((output, i) => dys[i] ?? b.mul(output, 0)),
          axis,
        ),
      ];
    },
  },
  Slice: {
    infer: (inputs) => {
      const shape = [...inputs[0]!.shape];
      const end = inputs[2]!;
      if (!end.graph.constants.has(end.name)) return like(inputs[0], shape); // see `firstRows`
      for (const { axis, length } of ranges(inputs)) shape[axis] = length;
      return like(inputs[0], shape);
    },
    gradient: (node, [dy]) => [sliceGradient(dy!, node)],
  },
  Pad: {
    infer: ([x, pads]) => {
      const by = constantInts(pads);
      const grown = (dim: Dim, i: number): Dim => {
        const extra = by[i]! + by[i + x!.rank]!;
        return extra === 0 ? dim : fixed(dim, 'a padded extent') + extra;
      };
      return like(x, x!.shape.map(grown));
    },
    gradient: (node, [dy]) => {
      const x = node.inputs[0]!;
      const by = constantInts(node.inputs[1]);
      const cut = x.shape.flatMap((dim, axis) =>
        by[axis] === 0 && by[axis + x.rank] === 0
          ? []
          : [{ axis, start: by[axis]!, end: by[axis]! + fixed(dim, 'a padded extent') }],
      );
      return [cut.length === 0 ? dy : b.slice(dy!, cut)];
    },
  },
  Gather: {
    infer: ([x, indices], attributes) => {
      const axis = axisOf(intAttribute(attributes, 'axis', 0), x!.rank);
      return like(x, [...x!.shape.slice(0, axis), ...indices!.shape, ...x!.shape.slice(axis + 1)]);
    },
    gradient: (node, [dy]) => [gatherGradient(dy!, node)],
  },
  OneHot: {
    infer: ([indices, depth]) => [{ dtype: 'f32', shape: [...indices!.shape, constantInts(depth)[0]!] }],
  },
  Shape: { infer: ([x]) => [{ dtype: 'i64', shape: [x!.rank] }] },
  Expand: {
    infer: ([x, shape]) => {
      const target = shape!.node?.op === 'Shape' ? shape!.node.inputs[0]!.shape : constantInts(shape);
      return like(x, broadcast(x!.shape, target, 'Expand'));
    },
    gradient: (node, [dy]) => [unbroadcast(dy!, node.inputs[0]!.shape)],
  },
};
