// Matrix products, dense and batched: where nearly all of the time goes, so their gradients are products again.

import { broadcast, type Dim, product, refuse } from '../graph/dim.js';
import type { GraphNode, Val } from '../graph/graph.js';
import * as b from './build.js';
import { unbroadcast } from './elementwise.js';
import { intAttribute, type OperatorTable } from './operator.js';

/** A fixed count; symbolic extents count as one. */
function count(dims: readonly Dim[]): number {
  return dims.reduce<number>((total, dim) => total * (typeof dim === 'number' ? dim : 1), 1);
}

function swapLast(x: Val): Val {
  const perm = x.shape.map((_, i) => i);
  [perm[x.rank - 1], perm[x.rank - 2]] = [perm[x.rank - 2]!, perm[x.rank - 1]!];
  return b.transpose(x, perm);
}

function gemmGradient(node: GraphNode, dy: Val, wants: readonly boolean[]): (Val | undefined)[] {
  const [x, w, c] = node.inputs as [Val, Val, Val | undefined];
  const transA = intAttribute(node.attributes, 'transA', 0) === 1;
  const transB = intAttribute(node.attributes, 'transB', 0) === 1;
  const dx = (): Val =>
    transA
      ? b.gemm(w, dy, undefined, { transA: transB, transB: true })
      : b.gemm(dy, w, undefined, { transB: !transB });
  const dw = (): Val =>
    transB
      ? b.gemm(dy, x, undefined, { transA: true, transB: transA })
      : b.gemm(x, dy, undefined, { transA: !transA });
  return [
    wants[0] ? dx() : undefined,
    wants[1] ? dw() : undefined,
    c !== undefined && wants[2] ? unbroadcast(dy, c.shape) : undefined,
  ];
}

/** A shared right matrix: one flat product instead of a batch of small ones and a sum over it. */
function sharedRightGradient(x: Val, w: Val, dy: Val, wants: readonly boolean[]): (Val | undefined)[] {
  const [k, n] = w.shape as [number, number];
  const flatDy = b.reshape(dy, [product(dy.shape.slice(0, -1)), n]);
  const flatX = (): Val => b.reshape(x, [product(x.shape.slice(0, -1)), k]);
  return [
    wants[0] ? b.reshape(b.gemm(flatDy, w, undefined, { transB: true }), x.shape) : undefined,
    wants[1] ? b.gemm(flatX(), flatDy, undefined, { transA: true }) : undefined,
  ];
}

export const matrixOperators: OperatorTable = {
  Gemm: {
    infer: ([x, w, c], attributes) => {
      if (x?.rank !== 2 || w?.rank !== 2)
        refuse(`Gemm of [${x?.shape}] and [${w?.shape}]: both must be matrices`);
      const [m, k] = intAttribute(attributes, 'transA', 0)
        ? [x.shape[1]!, x.shape[0]!]
        : [x.shape[0]!, x.shape[1]!];
      const [k2, n] = intAttribute(attributes, 'transB', 0)
        ? [w.shape[1]!, w.shape[0]!]
        : [w.shape[0]!, w.shape[1]!];
      if (k !== k2) refuse(`Gemm of [${x.shape}] and [${w.shape}]: inner extents ${k} and ${k2} differ`);
      if (c !== undefined) broadcast(c.shape, [m, n], 'Gemm, third input');
      return [{ dtype: 'f32', shape: [m, n] }];
    },
    gradient: (node, [dy], wants) => gemmGradient(node, dy!, wants),
    flops: ({ inputs, outputs, attributes }) =>
      2 *
      count(outputs[0]!.shape) *
      count([inputs[0]!.shape[intAttribute(attributes, 'transA', 0) ? 0 : 1]!]),
  },
  MatMul: {
    infer: ([x, w]) => {
      if (x === undefined || w === undefined || x.rank < 2 || w.rank < 2)
        refuse('MatMul needs two inputs of rank 2 or more');
      if (x.shape.at(-1) !== w.shape.at(-2)) {
        refuse(
          `MatMul of [${x.shape}] and [${w.shape}]: inner extents ${x.shape.at(-1)} and ${w.shape.at(-2)} differ`,
        );
      }
      const lead = broadcast(x.shape.slice(0, -2), w.shape.slice(0, -2), 'MatMul');
      return [{ dtype: 'f32', shape: [...lead, x.shape.at(-2)!, w.shape.at(-1)!] }];
    },
    gradient: (node, [dy], wants) => {
      const [x, w] = node.inputs as [Val, Val];
      if (w.rank === 2 && w.shape.every((dim) => typeof dim === 'number')) {
        return sharedRightGradient(x, w, dy!, wants);
      }
      return [
        wants[0] ? unbroadcast(b.matmul(dy!, swapLast(w)), x.shape) : undefined,
        wants[1] ? unbroadcast(b.matmul(swapLast(x), dy!), w.shape) : undefined,
      ];
    },
    flops: ({ inputs, outputs }) => 2 * count(outputs[0]!.shape) * count([inputs[0]!.shape.at(-1)!]),
  },
};
