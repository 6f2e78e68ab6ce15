// Numbers with a shape, as they cross every border of this room. Not a math library: nothing here computes.
export type TensorData =
  | { readonly dtype: 'f32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'i64'; readonly shape: readonly number[]; readonly data: BigInt64Array }
  | { readonly dtype: 'i32'; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: 'u8'; readonly shape: readonly number[]; readonly data: Uint8Array }
  | { readonly dtype: 'bool'; readonly shape: readonly number[]; readonly data: Uint8Array };

/** Named tensors: what a session is fed and what it answers. */
export type Tensors = Readonly<Record<string, TensorData>>;

/** A float tensor. */
export function f32(data: Float32Array | readonly number[], shape: readonly number[]): TensorData {
  return { dtype: 'f32', shape, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}

/** An int32 tensor: class labels and indices. */
export function i32(data: Int32Array | readonly number[], shape: readonly number[]): TensorData {
  return { dtype: 'i32', shape, data: data instanceof Int32Array ? data : Int32Array.from(data) };
}

/** The values of a float tensor. Asking for floats where there are none is a programming mistake. */
export function floats(tensors: Tensors, name: string): Float32Array {
  const tensor = tensors[name];
  if (tensor?.dtype !== 'f32') throw new TypeError(`${name} is not a float tensor`);
  return tensor.data;
}
