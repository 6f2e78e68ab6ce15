// Elementwise operators with numpy broadcasting. A gradient is summed over the axes its operand was broadcast along.

import { broadcast, refuse, type Shape, sameShape } from '../graph/dim.js';
import type { GraphNode, TensorType, Val } from '../graph/graph.js';
import * as b from './build.js';
import { floatAttribute, intAttribute, type Operator, type OperatorTable } from './operator.js';

/** Sums dy over whatever broadcasting added, so that it has the operand's shape again. */
export function unbroadcast(dy: Val, shape: Shape): Val {
  if (sameShape(dy.shape, shape)) return dy;
  const lead = dy.rank - shape.length;
  const squeezed =
    lead > 0
      ? b.reduceSum(
          dy,
          Array.from({ length: lead }, (_, i) => i),
        )
      : dy;
  const stretched = shape.flatMap((dim, i) => (dim === 1 && squeezed.shape[i] !== 1 ? [i] : []));
  return stretched.length > 0 ? b.reduceSum(squeezed, stretched, true) : squeezed;
}

type Partial2 = (dy: Val, x: Val, y: Val, out: Val) => Val;

function binary(op: string, dx?: Partial2, dy?: Partial2, dtype?: 'bool'): Operator {
  const infer = (inputs: readonly Val[]): TensorType[] => {
    const [x, y] = pair(op, inputs);
    if (x.dtype !== y.dtype) refuse(`${op} of ${x.dtype} and ${y.dtype}: cast one of them`);
    return [{ dtype: dtype ?? x.dtype, shape: broadcast(x.shape, y.shape, op) }];
  };
  if (dx === undefined || dy === undefined) return { infer };
  return {
    infer,
    gradient: (node, [d], wants) => {
      const [x, y] = pair(op, node.inputs);
      const out = node.outputs[0]!;
      return [
        wants[0] ? unbroadcast(dx(d!, x, y, out), x.shape) : undefined,
        wants[1] ? unbroadcast(dy(d!, x, y, out), y.shape) : undefined,
      ];
    },
  };
}

function pair(op: string, inputs: readonly Val[]): [Val, Val] {
  const [x, y] = inputs;
  return x !== undefined && y !== undefined ? [x, y] : refuse(`${op} needs two inputs`);
}

function unary(derivative?: (dy: Val, x: Val, y: Val, node: GraphNode) => Val): Operator {
  const infer = ([x]: readonly Val[]): TensorType[] => [{ dtype: x!.dtype, shape: x!.shape }];
  if (derivative === undefined) return { infer };
  return { infer, gradient: (node, [dy]) => [derivative(dy!, node.inputs[0]!, node.outputs[0]!, node)] };
}

const masked = (dy: Val, condition: Val): Val => b.mul(dy, b.cast(condition, 'f32'));

/** Φ(x) + x·φ(x), from u = x/√2: (1 + erf u)/2 + x·exp(−u²)/√(2π). */
function geluDerivative(dy: Val, x: Val): Val {
  const u = b.mul(x, Math.SQRT1_2);
  const cumulative = b.add(b.mul(b.erf(u), 0.5), 0.5);
  const density = b.mul(b.exp(b.neg(b.mul(u, u))), 1 / Math.sqrt(2 * Math.PI));
  return b.mul(dy, b.add(cumulative, b.mul(x, density)));
}

export const elementwiseOperators: OperatorTable = {
  Add: binary(
    'Add',
    (d) => d,
    (d) => d,
  ),
  Sub: binary(
    'Sub',
    (d) => d,
    (d) => b.neg(d),
  ),
  Mul: binary(
    'Mul',
    (d, _x, y) => b.mul(d, y),
    (d, x) => b.mul(d, x),
  ),
  Div: binary(
    'Div',
    (d, _x, y) => b.div(d, y),
    (d, _x, y, out) => b.neg(b.div(b.mul(d, out), y)),
  ),
  // ties give the whole gradient to the first operand
  Max: binary(
    'Max',
    (d, x, y) => masked(d, b.not(b.less(x, y))),
    (d, x, y) => masked(d, b.less(x, y)),
  ),
  Min: binary(
    'Min',
    (d, x, y) => masked(d, b.not(b.greater(x, y))),
    (d, x, y) => masked(d, b.greater(x, y)),
  ),
  Equal: binary('Equal', undefined, undefined, 'bool'),
  Less: binary('Less', undefined, undefined, 'bool'),
  Greater: binary('Greater', undefined, undefined, 'bool'),
  And: binary('And'),
  Or: binary('Or'),
  Not: unary(),
  Where: {
    infer: ([condition, x, y]) => {
      if (condition?.dtype !== 'bool') refuse('Where needs a bool condition');
      const values = broadcast(x!.shape, y!.shape, 'Where');
      return [{ dtype: x!.dtype, shape: broadcast(condition.shape, values, 'Where') }];
    },
    gradient: (node, [d], wants) => {
      const [condition, x, y] = node.inputs;
      return [
        undefined,
        wants[1] ? unbroadcast(b.where(condition!, d!, 0), x!.shape) : undefined,
        wants[2] ? unbroadcast(b.where(condition!, 0, d!), y!.shape) : undefined,
      ];
    },
  },
  Neg: unary((d) => b.neg(d)),
  Abs: unary((d, x) => b.mul(d, b.sub(b.cast(b.greater(x, 0), 'f32'), b.cast(b.less(x, 0), 'f32')))),
  Exp: unary((d, _x, y) => b.mul(d, y)),
  Log: unary((d, x) => b.div(d, x)),
  Sqrt: unary((d, _x, y) => b.div(b.mul(d, 0.5), y)),
  Sin: unary((d, x) => b.mul(d, b.cos(x))),
  Cos: unary((d, x) => b.neg(b.mul(d, b.sin(x)))),
  Erf: unary((d, x) => b.mul(d, b.mul(b.exp(b.neg(b.mul(x, x))), 2 / Math.sqrt(Math.PI)))),
  Relu: unary((d, x) => masked(d, b.greater(x, 0))),
  LeakyRelu: unary((d, x, _y, node) =>
    b.where(b.greater(x, 0), d, b.mul(d, floatAttribute(node.attributes, 'alpha', 0.01))),
  ),
  Sigmoid: unary((d, _x, y) => b.mul(d, b.mul(y, b.sub(1, y)))),
  Tanh: unary((d, _x, y) => b.mul(d, b.sub(1, b.mul(y, y)))),
  Softplus: unary((d, x) => b.mul(d, b.sigmoid(x))),
  Gelu: unary(geluDerivative),
  Cast: {
    infer: ([x], attributes) => {
      const to = intAttribute(attributes, 'to', 0);
      const dtype = (Object.keys(b.onnxType) as (keyof typeof b.onnxType)[]).find(
        (key) => b.onnxType[key] === to,
      );
      return [{ dtype: dtype ?? refuse(`there is no element type ${to}`), shape: x!.shape }];
    },
  },
};
