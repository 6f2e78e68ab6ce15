// What an operator of the closed set must say about itself: shapes, gradient, cost. No operator lives here.

import { refuse } from '../graph/dim.js';
import type { Attributes, GraphNode, TensorType, Val } from '../graph/graph.js';

export interface Operator {
  /** Types of the outputs. @throws AppError GRAPH_INVALID when the inputs do not fit */
  infer(inputs: readonly Val[], attributes: Attributes): TensorType[];
  /**
   * Gradients of the inputs from gradients of the outputs, as ordinary nodes. `wants[i]` is false where nobody
   * needs the i-th. Operators without it stop a gradient with a refusal when one is asked for.
   */
  gradient?(
    node: GraphNode,
    dy: readonly (Val | undefined)[],
    wants: readonly boolean[],
  ): (Val | undefined)[];
  /** Floating-point operations, multiply-add = 2, of matrix products and convolutions. */
  flops?(node: GraphNode): number;
}
export type OperatorTable = Readonly<Record<string, Operator>>;

export function intAttribute(attributes: Attributes, name: string, otherwise: number): number {
  const value = attributes[name];
  return value !== undefined && 'int' in value ? value.int : otherwise;
}

export function intsAttribute(attributes: Attributes, name: string): readonly number[] {
  const value = attributes[name];
  return value !== undefined && 'ints' in value ? value.ints : refuse(`the attribute ${name} is missing`);
}

export function floatAttribute(attributes: Attributes, name: string, otherwise: number): number {
  const value = attributes[name];
  return value !== undefined && 'float' in value ? value.float : otherwise;
}

/** The values of a constant integer input (axes, shapes, pads). */
export function constantInts(val: Val | undefined): number[] {
  const data = val?.graph.constants.get(val.name);
  return data?.dtype === 'i64'
    ? [...data.data].map(Number)
    : refuse(`${val?.name} is not an integer constant`);
}

/** Negative axes count from the end. */
export function axisOf(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (positive < 0 || positive >= rank) refuse(`there is no axis ${axis} among ${rank}`);
  return positive;
}
