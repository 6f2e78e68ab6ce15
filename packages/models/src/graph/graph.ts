// A network as a list of ONNX nodes, checked while it is built. Not a runtime: it knows shapes, never values.
// Nodes are kept in the order they were made, which is a topological order by construction.

import { operators } from '../ops/operators.js';
import { fixed, product, refuse, type Shape, sum } from './dim.js';
import { encodeModel } from './onnx-writer.js';
import type { TensorData } from './tensor-data.js';

export type Dtype = 'f32' | 'i64' | 'i32' | 'u8' | 'bool';

/** A value that flows through a graph. Made by a graph's methods and by operators only. */
export class Val {
  constructor(
    readonly graph: Graph,
    readonly name: string,
    readonly dtype: Dtype,
    readonly shape: Shape,
    /** The node that makes it; undefined for inputs and constants. */
    readonly node?: GraphNode,
  ) {}

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** The fixed extent of an axis (negative counts from the end); refuses a symbolic one. */
  extent(axis: number): number {
    return fixed(this.shape.at(axis), `axis ${axis} of ${this.name} [${this.shape}]`);
  }
}

export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly string: string };
export type Attributes = Readonly<Record<string, Attribute>>;

export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly Val[];
  readonly outputs: readonly Val[];
  readonly attributes: Attributes;
}

export interface TensorType {
  readonly dtype: Dtype;
  readonly shape: Shape;
}

export interface Pack {
  /** The one input that is split. */
  readonly whole: Val;
  readonly parts: readonly Val[];
  readonly axis: number;
}

export class Graph {
  readonly nodes: GraphNode[] = [];
  readonly inputs = new Map<string, Val>();
  readonly outputs = new Map<string, Val>();
  /** Values of constants, by the name of their Val. */
  readonly constants = new Map<string, TensorData>();
  readonly packs: Pack[] = [];
  private readonly scalars = new Map<string, Val>();
  private counter = 0;

  constructor(readonly name = 'graph') {}

  /** Declares an input. Symbolic extents are strings: `graph.input('x', 'f32', ['batch', 32, 32, 32])`. */
  input(name: string, dtype: Dtype, shape: Shape): Val {
    if (this.inputs.has(name)) refuse(`the input ${name} is declared twice`);
    const val = new Val(this, name, dtype, shape);
    this.inputs.set(name, val);
    return val;
  }

  /** A float constant; the values are kept by reference until `encode`. */
  constant(values: Float32Array | readonly number[], shape: readonly number[], name?: string): Val {
    const data = values instanceof Float32Array ? values : Float32Array.from(values);
    if (product(shape) !== data.length)
      refuse(`constant ${name ?? ''} of shape [${shape}] has ${data.length} values`);
    return this.addConstant({ dtype: 'f32', shape, data }, name);
  }

  /** A float scalar, shared by everyone who asks for the same value. */
  scalar(value: number): Val {
    return this.shared(`s${value}`, () => this.constant([value], []));
  }

  /** A vector of integers: axes, shapes, indices. Shared like scalars. */
  int64(values: readonly number[]): Val {
    return this.shared(`i${values.join(',')}`, () =>
      this.addConstant({ dtype: 'i64', shape: [values.length], data: BigInt64Array.from(values, BigInt) }),
    );
  }

  /** Names a value as an output of the graph. */
  output(name: string, val: Val): void {
    if (this.outputs.has(name)) refuse(`the output ${name} is declared twice`);
    this.outputs.set(name, val);
  }

  /**
   * Turns declared inputs into the parts of one input that is split along `axis` before everything else, so that
   * many parameters cross the border as one tensor. Gradients are still asked for by part.
   */
  packInputs(name: string, parts: readonly Val[], axis = 0): Val {
    const first = parts[0];
    if (first === undefined) return refuse(`the packed input ${name} has no parts`);
    for (const part of parts) {
      if (this.inputs.get(part.name) !== part) refuse(`${part.name} is not an input that can be packed`);
      this.inputs.delete(part.name);
    }
    const extent = sum(parts.map((part) => part.shape[axis]!));
    const whole = this.input(
      name,
      first.dtype,
      first.shape.map((dim, i) => (i === axis ? extent : dim)),
    );
    this.packs.push({ whole, parts, axis });
    return whole;
  }

  /** Adds a node of the closed operator set. @throws AppError GRAPH_INVALID when its inputs do not fit */
  emit(op: string, inputs: readonly Val[], attributes: Attributes = {}): readonly Val[] {
    const operator = operators[op] ?? refuse(`there is no operator ${op}`);
    for (const input of inputs) {
      if (input.graph !== this) refuse(`${op}: ${input.name} belongs to another graph`);
    }
    const types = operator.infer(inputs, attributes);
    const outputs: Val[] = [];
    const node: GraphNode = { op, inputs, outputs, attributes };
    for (const type of types) outputs.push(new Val(this, this.freshName(op), type.dtype, type.shape, node));
    this.nodes.push(node);
    return outputs;
  }

  /** The nodes that the outputs need, in order. */
  liveNodes(): GraphNode[] {
    const needed = new Set<Val>(this.outputs.values());
    const live: GraphNode[] = [];
    for (let i = this.nodes.length - 1; i >= 0; i--) {
      const node = this.nodes[i]!;
      if (!node.outputs.some((output) => needed.has(output))) continue;
      live.push(node);
      for (const input of node.inputs) needed.add(input);
    }
    return live.reverse();
  }

  /** Multiply-adds counted as two, matrix products and convolutions only, a symbolic extent counted as one. */
  get flops(): number {
    return this.liveNodes().reduce((total, node) => total + (operators[node.op]?.flops?.(node) ?? 0), 0);
  }

  /** The model as ONNX bytes, without nodes that no output needs. Equal graphs give equal bytes. */
  encode(): Uint8Array {
    if (this.outputs.size === 0) refuse('nothing is named as an output');
    return encodeModel(this);
  }

  private freshName(stem: string): string {
    return `${stem}_${this.counter++}`;
  }

  private addConstant(data: TensorData, name = this.freshName('const')): Val {
    if (this.constants.has(name)) refuse(`the constant ${name} is declared twice`);
    this.constants.set(name, data);
    return new Val(this, name, data.dtype, data.shape);
  }

  private shared(key: string, make: () => Val): Val {
    const known = this.scalars.get(key) ?? make();
    this.scalars.set(key, known);
    return known;
  }
}
