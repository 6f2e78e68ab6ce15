// Writes a graph as an ONNX ModelProto, protobuf by hand. Not a reader, and not a general protobuf library.
// Source: onnx/onnx.proto (field numbers below), https://protobuf.dev/programming-guides/encoding/.

import type { Dim } from './dim.js';
import type { Attribute, Dtype, Graph, GraphNode, Val } from './graph.js';
import type { TensorData } from './tensor-data.js';

/** IR 10 with operator set 21: GridSample in 5-D and Gelu need 20; loaded by onnxruntime 1.18 and later. */
const irVersion = 10;
const opsetVersion = 21;
const elementType: Readonly<Record<Dtype, number>> = { f32: 1, u8: 2, i32: 6, i64: 7, bool: 9 };

/** Chunks of one protobuf message; large tensors are referenced, not copied, until the end. */
class Message {
  readonly chunks: Uint8Array[] = [];
  length = 0;

  bytes(field: number, value: Uint8Array): this {
    this.varint((field << 3) | 2);
    this.varint(value.length);
    return this.raw(value);
  }

  message(field: number, value: Message): this {
    this.varint((field << 3) | 2);
    this.varint(value.length);
    for (const chunk of value.chunks) this.raw(chunk);
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  int(field: number, value: number): this {
    this.varint(field << 3);
    return this.varint(value);
  }

  float(field: number, value: number): this {
    this.varint((field << 3) | 5);
    return this.raw(new Uint8Array(Float32Array.of(value).buffer));
  }

  /** Negative numbers take ten bytes of two's complement, as the format asks. */
  varint(value: number): this {
    const out: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    do {
      const low = Number(rest & 127n);
      rest >>= 7n;
      out.push(rest > 0n ? low | 128 : low);
    } while (rest > 0n);
    return this.raw(Uint8Array.from(out));
  }

  raw(value: Uint8Array): this {
    this.chunks.push(value);
    this.length += value.length;
    return this;
  }

  concat(): Uint8Array {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const chunk of this.chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
}

export function encodeModel(graph: Graph): Uint8Array {
  return new Message()
    .int(1, irVersion)
    .string(2, 'tomograph')
    .message(7, encodeGraph(graph))
    .message(8, new Message().string(1, '').int(2, opsetVersion))
    .concat();
}

function encodeGraph(graph: Graph): Message {
  const out = new Message();
  const live = graph.liveNodes();
  const rename = outputNames(graph);
  const used = new Set<string>(live.flatMap((node) => node.inputs.map((input) => input.name)));
  for (const val of graph.outputs.values()) used.add(val.name);

  for (const pack of graph.packs) {
    const sizes = graph.int64(pack.parts.map((part) => Number(part.shape[pack.axis])));
    used.add(sizes.name);
    out.message(
      1,
      encodeNode('Split', [pack.whole, sizes], pack.parts, { axis: { int: pack.axis } }, new Map()),
    );
  }
  for (const node of live) {
    // the statistics of LayerNormalization are optional outputs: left out, they are not computed
    const outputs =
      node.op === 'LayerNormalization' && !used.has(node.outputs[1]!.name) ? 1 : node.outputs.length;
    out.message(1, encodeNode(node.op, node.inputs, node.outputs.slice(0, outputs), node.attributes, rename));
  }
  // an input, a constant, or a value with two output names can only be handed out by a copy
  for (const [name, val] of graph.outputs) {
    if (rename.get(val) !== name) {
      const copy = new Message()
        .string(1, rename.get(val) ?? val.name)
        .string(2, name)
        .string(4, 'Identity');
      out.message(1, copy);
    }
  }
  out.string(2, graph.name);
  for (const [name, data] of graph.constants) if (used.has(name)) out.message(5, encodeTensor(name, data));
  for (const [name, val] of graph.inputs) out.message(11, encodeValue(name, val));
  for (const [name, val] of graph.outputs) out.message(12, encodeValue(name, val));
  return out;
}

/** Outputs are renamed where they are made: an Identity would copy the tensor. */
function outputNames(graph: Graph): Map<Val, string> {
  const rename = new Map<Val, string>();
  for (const [name, val] of graph.outputs) {
    if (val.node !== undefined && !rename.has(val)) rename.set(val, name);
  }
  return rename;
}

function encodeNode(
  op: string,
  inputs: readonly Val[],
  outputs: readonly Val[],
  attributes: GraphNode['attributes'],
  rename: ReadonlyMap<Val, string>,
): Message {
  const out = new Message();
  for (const input of inputs) out.string(1, rename.get(input) ?? input.name);
  for (const output of outputs) out.string(2, rename.get(output) ?? output.name);
  out.string(4, op);
  for (const [name, value] of Object.entries(attributes)) out.message(5, encodeAttribute(name, value));
  return out;
}

function encodeAttribute(name: string, value: Attribute): Message {
  const out = new Message().string(1, name);
  if ('int' in value) return out.int(3, value.int).int(20, 2);
  if ('float' in value) return out.float(2, value.float).int(20, 1);
  if ('string' in value) return out.string(4, value.string).int(20, 3);
  for (const n of value.ints) out.int(8, n);
  return out.int(20, 7);
}

function encodeTensor(name: string, tensor: TensorData): Message {
  const out = new Message();
  for (const extent of tensor.shape) out.int(1, extent);
  const { buffer, byteOffset, byteLength } = tensor.data;
  return out
    .int(2, elementType[tensor.dtype])
    .string(8, name)
    .bytes(9, new Uint8Array(buffer, byteOffset, byteLength));
}

function encodeValue(name: string, val: Val): Message {
  const shape = new Message();
  for (const dim of val.shape) shape.message(1, encodeDim(dim));
  const tensor = new Message().int(1, elementType[val.dtype]).message(2, shape);
  return new Message().string(1, name).message(2, new Message().message(1, tensor));
}

function encodeDim(dim: Dim): Message {
  return typeof dim === 'number' ? new Message().int(1, dim) : new Message().string(2, dim);
}
