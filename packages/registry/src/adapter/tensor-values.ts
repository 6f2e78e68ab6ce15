// Values of stored tensors as Float32: F32 as it is, F16 widened exactly. Always finite, or refused by name.
import { AppError, f32Values, type StoredTensor } from '@tomograph/kernel';

/** @throws AppError ADAPTER_NOT_FINITE naming the tensor; TENSOR_FILE_INVALID for a dtype other than F32 and F16 */
export function finiteValues(name: string, tensor: StoredTensor): Float32Array {
  const values = tensor.dtype === 'F16' ? widened(tensor.data) : f32Values(tensor);
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return values;
  throw new AppError('ADAPTER_NOT_FINITE', {
    message: `tensor ${name} holds ${values[at]} at position ${at}: the training run diverged, or the file was damaged`,
    facts: { tensor: name, position: at },
  });
}

function widened(data: Uint8Array): Float32Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Float32Array.from({ length: data.length / 2 }, (_, i) => fromHalf(view.getUint16(2 * i, true)));
}

// IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
