// Sums, means, maxima, softmax and layer normalisation: operators that look along axes.

import { type Dim, product, refuse } from '../graph/dim.js';
import type { GraphNode, TensorType, Val } from '../graph/graph.js';
import * as b from './build.js';
import { axisOf, constantInts, intAttribute, type Operator, type OperatorTable } from './operator.js';

function reducedShape(x: Val, axes: readonly number[], keepDims: boolean): Dim[] {
  return x.shape.flatMap((dim, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [dim]));
}

/** dy, or y, with the reduced axes back as extents of one. */
function keptDims(val: Val, node: GraphNode): Val {
  const shape = reducedShape(node.inputs[0]!, constantInts(node.inputs[1]), true);
  return shape.length === val.rank ? val : b.reshape(val, shape);
}

function reduction(gradient: (dy: Val, node: GraphNode) => Val): Operator {
  return {
    infer: ([x, axes], attributes): TensorType[] => {
      const along = constantInts(axes).map((axis) => axisOf(axis, x!.rank));
      return [
        { dtype: x!.dtype, shape: reducedShape(x!, along, intAttribute(attributes, 'keepdims', 1) === 1) },
      ];
    },
    gradient: (node, [dy]) => [gradient(keptDims(dy!, node), node)],
  };
}

/** dy / the number of elements that a mean folds into one; counted by a sum of ones where an extent is symbolic. */
function meanGradient(dy: Val, node: GraphNode): Val {
  const x = node.inputs[0]!;
  const axes = constantInts(node.inputs[1]);
  const extents = axes.map((axis) => x.shape[axis]!);
  if (extents.every((extent) => typeof extent === 'number')) {
    return b.expandLike(b.mul(dy, 1 / (product(extents) as number)), x);
  }
  const count = b.reduceSum(
    b.expandLike(x.graph.constant([1], Array<number>(x.rank).fill(1)), x),
    axes,
    true,
  );
  return b.expandLike(b.div(dy, count), x);
}

/** Equal maxima share the gradient. */
function maxGradient(dy: Val, node: GraphNode): Val {
  const x = node.inputs[0]!;
  const isMax = b.cast(b.equal(x, keptDims(node.outputs[0]!, node)), 'f32');
  return b.mul(b.div(isMax, b.reduceSum(isMax, constantInts(node.inputs[1]), true)), dy);
}

const sameAsInput = ([x]: readonly Val[]): TensorType[] => [{ dtype: 'f32', shape: x!.shape }];

/** Over the last axis, from the mean and inverse deviation that the forward pass hands out. */
function layerNormGradient(node: GraphNode, dy: Val, wants: readonly boolean[]): (Val | undefined)[] {
  const [x, scale] = node.inputs as [Val, Val];
  const [, mean, inverse] = node.outputs as [Val, Val, Val];
  const normal = b.mul(b.sub(x, mean), inverse);
  const lead = x.shape.slice(0, -1).map((_, i) => i);
  const dNormal = b.mul(dy, scale);
  const dx = (): Val => {
    const centred = b.sub(dNormal, b.reduceMean(dNormal, [-1], true));
    return b.mul(inverse, b.sub(centred, b.mul(normal, b.reduceMean(b.mul(dNormal, normal), [-1], true))));
  };
  return [
    wants[0] ? dx() : undefined,
    wants[1] ? b.reduceSum(b.mul(dy, normal), lead) : undefined,
    wants[2] ? b.reduceSum(dy, lead) : undefined,
  ];
}

export const reductionOperators: OperatorTable = {
  ReduceSum: reduction((dy, node) => b.expandLike(dy, node.inputs[0]!)),
  ReduceMean: reduction(meanGradient),
  ReduceMax: reduction(maxGradient),
  ArgMax: {
    infer: ([x], attributes) => {
      const axis = axisOf(intAttribute(attributes, 'axis', 0), x!.rank);
      return [
        { dtype: 'i64', shape: reducedShape(x!, [axis], intAttribute(attributes, 'keepdims', 1) === 1) },
      ];
    },
  },
  TopK: {
    infer: ([x, k]) => {
      const shape = [...x!.shape.slice(0, -1), constantInts(k)[0]!];
      return [
        { dtype: 'f32', shape },
        { dtype: 'i64', shape },
      ];
    },
  },
  Softmax: {
    infer: sameAsInput,
    gradient: (node, [dy]) => {
      const y = node.outputs[0]!;
      const axis = intAttribute(node.attributes, 'axis', -1);
      const weighted = b.mul(dy!, y);
      return [b.sub(weighted, b.mul(y, b.reduceSum(weighted, [axis], true)))];
    },
  },
  LogSoftmax: {
    infer: sameAsInput,
    gradient: (node, [dy]) => {
      const axis = intAttribute(node.attributes, 'axis', -1);
      return [b.sub(dy!, b.mul(b.exp(node.outputs[0]!), b.reduceSum(dy!, [axis], true)))];
    },
  },
  LayerNormalization: {
    infer: ([x, scale, bias]) => {
      const width = x!.shape.at(-1);
      for (const val of [scale, bias]) {
        if (val?.rank !== 1 || val.shape[0] !== width)
          refuse(`LayerNormalization: scale and bias must be [${width}]`);
      }
      const stats = [...x!.shape.slice(0, -1), 1];
      return [{ shape: x!.shape }, { shape: stats }, { shape: stats }].map((t) => ({
        dtype: 'f32' as const,
        ...t,
      }));
    },
    gradient: (node, [dy], wants) => layerNormGradient(node, dy!, wants),
  },
};
