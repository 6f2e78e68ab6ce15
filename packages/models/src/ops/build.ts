// The vocabulary of the graph builder: one function per operator, shapes in, shapes out. No gradients (those stand
// with the operators) and no layers (see layers.ts). A number among the operands becomes a shared scalar constant.

import { product, refuse, type Shape, sameShape } from '../graph/dim.js';
import type { Attributes, Dtype, Val } from '../graph/graph.js';

export type Operand = Val | number;

function one(op: string, inputs: readonly Val[], attributes: Attributes = {}): Val {
  const first = inputs[0] ?? refuse(`${op} without inputs`);
  return first.graph.emit(op, inputs, attributes)[0]!;
}

function binary(op: string, a: Operand, b: Operand): Val {
  const graph =
    typeof a !== 'number' ? a.graph : typeof b !== 'number' ? b.graph : refuse(`${op} of two numbers`);
  const lift = (x: Operand): Val => (typeof x === 'number' ? graph.scalar(x) : x);
  const [x, y] = [lift(a), lift(b)];
  return graph.emit(op, [unexpanded(x, y), unexpanded(y, x)])[0]!;
}

/** What an Expand was made from, where the other operand broadcasts it anyway: saves a pass over memory. */
function unexpanded(x: Val, other: Val): Val {
  const source = x.node?.op === 'Expand' ? x.node.inputs[0]! : x;
  // the other operand must have the full shape by itself
  return other.node?.op !== 'Expand' && sameShape(other.shape, x.shape) ? source : x;
}

// elementwise, with numpy broadcasting
export const add = (a: Operand, b: Operand): Val => binary('Add', a, b);
export const sub = (a: Operand, b: Operand): Val => binary('Sub', a, b);
export const mul = (a: Operand, b: Operand): Val => binary('Mul', a, b);
export const div = (a: Operand, b: Operand): Val => binary('Div', a, b);
export const maximum = (a: Operand, b: Operand): Val => binary('Max', a, b);
export const minimum = (a: Operand, b: Operand): Val => binary('Min', a, b);
/** bool; no gradient. */
export const equal = (a: Operand, b: Operand): Val => binary('Equal', a, b);
export const less = (a: Operand, b: Operand): Val => binary('Less', a, b);
export const greater = (a: Operand, b: Operand): Val => binary('Greater', a, b);
export const and = (a: Val, b: Val): Val => binary('And', a, b);
export const or = (a: Val, b: Val): Val => binary('Or', a, b);
export const not = (x: Val): Val => one('Not', [x]);
/** condition ? a : b, elementwise. */
export function where(condition: Val, a: Operand, b: Operand): Val {
  const lift = (x: Operand): Val => (typeof x === 'number' ? condition.graph.scalar(x) : x);
  return one('Where', [condition, lift(a), lift(b)]);
}

export const neg = (x: Val): Val => one('Neg', [x]);
export const abs = (x: Val): Val => one('Abs', [x]);
export const exp = (x: Val): Val => one('Exp', [x]);
export const log = (x: Val): Val => one('Log', [x]);
export const sqrt = (x: Val): Val => one('Sqrt', [x]);
export const sin = (x: Val): Val => one('Sin', [x]);
export const cos = (x: Val): Val => one('Cos', [x]);
export const erf = (x: Val): Val => one('Erf', [x]);
export const relu = (x: Val): Val => one('Relu', [x]);
export const leakyRelu = (x: Val, slope = 0.01): Val => one('LeakyRelu', [x], { alpha: { float: slope } });
export const sigmoid = (x: Val): Val => one('Sigmoid', [x]);
export const tanh = (x: Val): Val => one('Tanh', [x]);
export const softplus = (x: Val): Val => one('Softplus', [x]);
/** The exact form, x·Φ(x). */
export const gelu = (x: Val): Val => one('Gelu', [x]);
export const square = (x: Val): Val => mul(x, x);
export const cast = (x: Val, dtype: Dtype): Val => one('Cast', [x], { to: { int: onnxType[dtype] } });
export const onnxType: Readonly<Record<Dtype, number>> = { f32: 1, u8: 2, i32: 6, i64: 7, bool: 9 };

// products
/** [..., m, k] × [..., k, n]; leading axes broadcast. */
export const matmul = (a: Val, b: Val): Val => one('MatMul', [a, b]);
/** [m, k] × [k, n] + c; `transA`/`transB` read a and b as transposed. c broadcasts to [m, n]. */
export function gemm(a: Val, b: Val, c?: Val, options: { transA?: boolean; transB?: boolean } = {}): Val {
  const attributes = { transA: { int: options.transA ? 1 : 0 }, transB: { int: options.transB ? 1 : 0 } };
  return one('Gemm', c === undefined ? [a, b] : [a, b, c], attributes);
}
/** x [n, c, ...spatial], w [out, c, ...kernel]; zero padding per side: [begin..., end...]. */
export function conv(
  x: Val,
  w: Val,
  bias: Val | undefined,
  options: { strides?: readonly number[]; pads?: readonly number[] } = {},
): Val {
  const axes = x.rank - 2;
  const strides = options.strides ?? Array<number>(axes).fill(1);
  const pads = options.pads ?? Array<number>(2 * axes).fill(0);
  return one('Conv', bias === undefined ? [x, w] : [x, w, bias], {
    strides: { ints: strides },
    pads: { ints: pads },
  });
}

// normalisation and probabilities
export const softmax = (x: Val, axis = -1): Val => one('Softmax', [x], { axis: { int: axis } });
export const logSoftmax = (x: Val, axis = -1): Val => one('LogSoftmax', [x], { axis: { int: axis } });
/** Over the last axis: (x − mean) / sqrt(variance + epsilon) · scale + bias. */
export const layerNormalization = (x: Val, scale: Val, bias: Val, epsilon = 1e-5): Val =>
  one('LayerNormalization', [x, scale, bias], { epsilon: { float: epsilon } });

// reductions; without axes over everything
function reduction(op: string, x: Val, axes: readonly number[] | undefined, keepDims: boolean): Val {
  const all = axes ?? x.shape.map((_, i) => i);
  if (all.length === 0) return x;
  const positive = all.map((axis) => (axis < 0 ? axis + x.rank : axis));
  return one(op, [x, x.graph.int64(positive)], { keepdims: { int: keepDims ? 1 : 0 } });
}
export const reduceSum = (x: Val, axes?: readonly number[], keepDims = false): Val =>
  reduction('ReduceSum', x, axes, keepDims);
export const reduceMean = (x: Val, axes?: readonly number[], keepDims = false): Val =>
  reduction('ReduceMean', x, axes, keepDims);
export const reduceMax = (x: Val, axes?: readonly number[], keepDims = false): Val =>
  reduction('ReduceMax', x, axes, keepDims);
/** i64 index of the largest, the first among equals; no gradient. */
export const argMax = (x: Val, axis: number, keepDims = false): Val =>
  one('ArgMax', [x], { axis: { int: axis }, keepdims: { int: keepDims ? 1 : 0 } });
/** The k largest along the last axis, descending: [values, i64 indices]; no gradient. */
export const topK = (x: Val, k: number): readonly [Val, Val] =>
  x.graph.emit('TopK', [x, x.graph.int64([k])], { axis: { int: -1 } }) as unknown as readonly [Val, Val];

// moving values about
/** At most one symbolic extent, or one -1 for the rest. */
export function reshape(x: Val, shape: Shape): Val {
  const open = shape.filter((dim) => typeof dim === 'string' || dim === -1);
  if (open.length > 1) refuse(`reshape to [${shape}]: only one extent may be symbolic`);
  if (open.length === 0 && product(shape) !== product(x.shape)) {
    refuse(`reshape of [${x.shape}] to [${shape}]: the numbers of elements differ`);
  }
  return one('Reshape', [x, x.graph.int64(shape.map((dim) => (typeof dim === 'string' ? -1 : dim)))]);
}
export const transpose = (x: Val, perm: readonly number[]): Val =>
  one('Transpose', [x], { perm: { ints: perm } });
export const concat = (parts: readonly Val[], axis: number): Val =>
  parts.length === 1 ? parts[0]! : one('Concat', parts, { axis: { int: axis } });
export const split = (x: Val, sizes: readonly number[], axis: number): readonly Val[] =>
  x.graph.emit('Split', [x, x.graph.int64(sizes)], { axis: { int: axis } });
export interface SliceRange {
  readonly axis: number;
  readonly start: number;
  /** Exclusive; default: to the end. */
  readonly end?: number;
  /** -1 reverses, from `start` down. */
  readonly step?: number;
}
const toTheEnd = 2 ** 31 - 1;
export function slice(x: Val, ranges: readonly SliceRange[]): Val {
  const ints = (pick: (range: SliceRange) => number): Val => x.graph.int64(ranges.map(pick));
  return one('Slice', [
    x,
    ints((r) => r.start),
    ints((r) => r.end ?? ((r.step ?? 1) < 0 ? -toTheEnd : toTheEnd)),
    ints((r) => (r.axis < 0 ? r.axis + x.rank : r.axis)),
    ints((r) => r.step ?? 1),
  ]);
}
/**
 * The first rows of x, their count (i64 [1], clamped to the rows there are) known only at run time. The declared shape
 * stays that of x, the most it can be: use it only where fewer rows broadcast. No gradient.
 */
export const firstRows = (x: Val, count: Val): Val =>
  one('Slice', [x, x.graph.int64([0]), count, x.graph.int64([0]), x.graph.int64([1])]);
/** The extents of x at run time, i64 [rank of x]. */
export const shapeOf = (x: Val): Val => one('Shape', [x]);
/** Pads with a constant (default 0); begins and ends per axis. */
export function pad(x: Val, begins: readonly number[], ends: readonly number[], value = 0): Val {
  return one('Pad', [x, x.graph.int64([...begins, ...ends]), x.graph.scalar(value)]);
}
/** Rows of x along `axis` at integer indices; a gradient only along axis 0. */
export const gather = (x: Val, indices: Val, axis = 0): Val =>
  one('Gather', [x, indices], { axis: { int: axis } });
/** indices [...] -> [..., depth], 1 at the index and 0 elsewhere; no gradient. */
export function oneHot(indices: Val, depth: number): Val {
  // the runtime has no kernel for i32 indices with an i64 depth
  const wide = indices.dtype === 'i64' ? indices : cast(indices, 'i64');
  const { graph } = indices;
  return one('OneHot', [wide, graph.int64([depth]), graph.constant([0, 1], [2])], { axis: { int: -1 } });
}
/** Broadcasts x to the shape of `like`, symbolic extents included. */
export const expandLike = (x: Val, like: Val): Val => {
  const fixedShape = like.shape.every((dim) => typeof dim === 'number');
  const shape = fixedShape ? like.graph.int64(like.shape as readonly number[]) : shapeOf(like);
  return one('Expand', [x, shape]);
};
/**
 * Samples x [n, c, (d,) h, w] at grid [n, (d',) h', w', 2|3] with coordinates (x, y, z) in [-1, 1] where ±1 are the
 * centres of the border voxels (align_corners). Linear or nearest; outside: the border's value, or zero.
 */
export const gridSample = (
  x: Val,
  grid: Val,
  options: { mode?: 'linear' | 'nearest'; padding?: 'border' | 'zeros' } = {},
): Val =>
  one('GridSample', [x, grid], {
    mode: { string: options.mode ?? 'linear' },
    padding_mode: { string: options.padding ?? 'border' },
    align_corners: { int: 1 },
  });
