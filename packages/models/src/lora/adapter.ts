// An adapter in memory: factors per module and a private head; packing for the serving network. Not a file format.
import { AppError, type Sha256 } from '@tomograph/kernel';
import type { Weights } from '../graph/params.js';
import type { TensorData } from '../graph/tensor-data.js';
import { f32 } from '../graph/tensor-data.js';
import type { LoraLayer } from './lora-scope.js';

export interface Factors {
  readonly rank: number;
  /** alpha / rank. */
  readonly scale: number;
  /** [rank, in] */
  readonly a: Float32Array;
  /** [rank, out] */
  readonly b: Float32Array;
}

/** The private head of a task: a layer on full-resolution features. Class 0 is the task's own background. */
export interface Head {
  /** [features, classes] */
  readonly weight: Float32Array;
  /** [classes] */
  readonly bias: Float32Array;
  readonly classes: readonly string[];
}

export interface Adapter {
  readonly base: Sha256;
  readonly factors: ReadonlyMap<string, Factors>;
  readonly head: Head;
}

/** Takes the trained factors `lora.<module>.A|B` and `head.weight|bias` out of a training run's weights. */
export function adapterFromWeights(
  weights: Weights,
  options: { base: Sha256; layers: readonly LoraLayer[]; scale: number; classes: readonly string[] },
): Adapter {
  const take = (name: string): { shape: readonly number[]; data: Float32Array } => {
    const found = weights.get(name);
    if (found === undefined) throw new TypeError(`the training run has no weight ${name}`);
    return { shape: found.shape, data: found.data.slice() };
  };
  const factors = options.layers.map(({ name }): [string, Factors] => {
    const a = take(`lora.${name}.A`);
    return [name, { rank: a.shape[0]!, scale: options.scale, a: a.data, b: take(`lora.${name}.B`).data }];
  });
  const head = { weight: take('head.weight').data, bias: take('head.bias').data, classes: options.classes };
  return { base: options.base, factors: new Map(factors), head };
}

/** Number of values in the factors and in the head, counted apart. */
export function adapterSize({ factors, head }: Adapter): { factors: number; head: number } {
  const count = [...factors.values()].reduce((n, { a, b }) => n + a.length + b.length, 0);
  return { factors: count, head: head.weight.length + head.bias.length };
}

/** Rank 0: the base itself. */
export function packedBase(layout: readonly LoraLayer[]): TensorData {
  return f32(new Float32Array(0), [0, packedWidth(layout)]);
}

export function packedWidth(layout: readonly LoraLayer[]): number {
  return layout.reduce((n, layer) => n + layer.in + layer.out, 0);
}

/**
 * The feed `lora` [rank, Σ (in + out)] of the serving network: s·B beside A, modules without factors zero, smaller
 * ranks padded with zeros (which add exact zeros).
 * @throws AppError ADAPTER_KEY_UNEXPECTED, ADAPTER_SHAPE_MISMATCH when the adapter does not fit the network
 */
export function packAdapter(layout: readonly LoraLayer[], factors: Adapter['factors']): TensorData {
  const known = new Set(layout.map(({ name }) => name));
  const odd = [...factors.keys()].find((name) => !known.has(name));
  if (odd !== undefined) {
    throw new AppError('ADAPTER_KEY_UNEXPECTED', {
      message: `the adapter has factors for ${odd}, which is no adapted module of this base`,
      facts: { module: odd },
    });
  }
  const rank = Math.max(0, ...[...factors.values()].map((f) => f.rank));
  const width = packedWidth(layout);
  const packed = new Float32Array(rank * width);
  let column = 0;
  for (const layer of layout) {
    const found = factors.get(layer.name);
    if (found !== undefined) place(packed, width, column, layer, found);
    column += layer.in + layer.out;
  }
  return f32(packed, [rank, width]);
}

function place(
  packed: Float32Array,
  width: number,
  column: number,
  layer: LoraLayer,
  factors: Factors,
): void {
  const { rank, scale, a, b } = factors;
  if (a.length !== rank * layer.in || b.length !== rank * layer.out) {
    throw new AppError('ADAPTER_SHAPE_MISMATCH', {
      message: `factors of ${layer.name} at rank ${rank}: expected [${rank}, ${layer.in}] and [${rank}, ${layer.out}], got ${a.length} and ${b.length} values`,
      facts: { module: layer.name, rank },
    });
  }
  for (let row = 0; row < rank; row++) {
    packed.set(a.subarray(row * layer.in, (row + 1) * layer.in), row * width + column);
    const at = row * width + column + layer.in;
    for (let i = 0; i < layer.out; i++) packed[at + i] = scale * b[row * layer.out + i]!;
  }
}
