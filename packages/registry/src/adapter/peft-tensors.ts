// Names and shapes of PEFT's tensors against the engine's: who stands where, and what is transposed.
import { f32Tensor, type StoredTensor } from '@tomograph/kernel';
import type { AdaptableLayer } from '../manifest/manifest-schema.js';
import type { AdapterFactors, AdapterHead } from './adapter.js';

const prefix = 'base_model.model.';
export const keyOfA = (module: string): string => `${prefix}${module}.lora_A.weight`;
export const keyOfB = (module: string): string => `${prefix}${module}.lora_B.weight`;
export const keyOfHead = (module: string): { weight: string; bias: string } => ({
  weight: `${prefix}${module}.weight`,
  bias: `${prefix}${module}.bias`,
});

export const isConvolution = ({ kernel }: Pick<AdaptableLayer, 'kernel'>): boolean => voxelsOf(kernel) > 1;
const voxelsOf = ([z, y, x]: AdaptableLayer['kernel']): number => z * y * x;

/** Shapes of A and B in the file. */
export function shapesOf(layer: AdaptableLayer, rank: number): { a: number[]; b: number[] } {
  return isConvolution(layer)
    ? { a: [rank, layer.in, ...layer.kernel], b: [layer.out, rank, 1, 1, 1] }
    : { a: [rank, layer.in], b: [layer.out, rank] };
}

/** [rows, columns] -> [columns, rows] */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c]!;
  }
  return out;
}

/** Every row of A: [channel, z, y, x] of the file -> [z, y, x, channel] of the engine, or back. */
export function reorderKernel(a: Float32Array, layer: AdaptableLayer, to: 'engine' | 'file'): Float32Array {
  if (!isConvolution(layer)) return a;
  const voxels = voxelsOf(layer.kernel);
  const row = layer.in * voxels;
  const out = new Float32Array(a.length);
  for (let at = 0; at < a.length; at += row) {
    const part = a.subarray(at, at + row);
    out.set(to === 'engine' ? transposed(part, layer.in, voxels) : transposed(part, voxels, layer.in), at);
  }
  return out;
}

/** The two tensors of a layer as the file has them. */
export function factorTensors(
  layer: AdaptableLayer,
  { rank, a, b }: Pick<AdapterFactors, 'rank' | 'a' | 'b'>,
): [string, StoredTensor][] {
  const shapes = shapesOf(layer, rank);
  return [
    [keyOfA(layer.name), f32Tensor(shapes.a, reorderKernel(a, layer, 'file'))],
    [keyOfB(layer.name), f32Tensor(shapes.b, transposed(b, rank, layer.out))],
  ];
}

/** The private head as the file has it: weight [classes, features]. */
export function headTensors(
  module: string,
  features: number,
  { weight, bias }: Pick<AdapterHead, 'weight' | 'bias'>,
): [string, StoredTensor][] {
  const classes = bias.length;
  const keys = keyOfHead(module);
  return [
    [keys.weight, f32Tensor([classes, features], transposed(weight, features, classes))],
    [keys.bias, f32Tensor([classes], bias)],
  ];
}
