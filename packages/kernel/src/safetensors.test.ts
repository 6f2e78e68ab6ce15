import { describe, expect, it } from 'vitest';
import { AppError } from './app-error.js';
import { f32Tensor, f32Values, readTensorFile, writeTensorFile } from './safetensors.js';

const two = new Map([
  ['b', f32Tensor([2, 2], Float32Array.of(1, 2, 3, 4))],
  ['a', f32Tensor([3], Float32Array.of(5, 6, 7))],
]);

describe('safetensors', () => {
  it('reads back what it wrote, metadata included', () => {
    const file = readTensorFile(writeTensorFile(two, { format: 'pt' }));
    expect(file.metadata).toEqual({ format: 'pt' });
    expect([...file.tensors.keys()].sort()).toEqual(['a', 'b']);
    expect([...f32Values(file.tensors.get('b')!)]).toEqual([1, 2, 3, 4]);
    expect(file.tensors.get('b')!.shape).toEqual([2, 2]);
  });

  it('writes equal content as equal bytes whatever the order', () => {
    const reversed = new Map([...two].reverse());
    expect(writeTensorFile(reversed)).toEqual(writeTensorFile(two));
  });

  it('keeps an empty tensor and a scalar', () => {
    const file = readTensorFile(
      writeTensorFile(
        new Map([
          ['e', f32Tensor([0, 4], new Float32Array(0))],
          ['s', f32Tensor([], Float32Array.of(9))],
        ]),
      ),
    );
    expect(f32Values(file.tensors.get('s')!)[0]).toBe(9);
    expect(file.tensors.get('e')!.data.length).toBe(0);
  });

  it('refuses a file cut at any byte', () => {
    const file = writeTensorFile(two);
    for (let length = 0; length < file.length; length++) {
      expect(() => readTensorFile(file.subarray(0, length)), `${length} bytes`).toThrow(AppError);
    }
  });

  const entry = (shape: unknown, offsets: unknown, dtype: unknown = 'F32') => ({
    dtype,
    shape,
    data_offsets: offsets,
  });
  it.each([
    ['a header longer than its cap', craft({}, 0, 1n << 40n)],
    ['a header that is not JSON', craftRaw('{"a":', 0)],
    ['a header that is a list', craftRaw('[]', 0)],
    ['a shape whose product overflows', craft({ a: entry([2 ** 30, 2 ** 30, 2 ** 30], [0, 4]) }, 4)],
    ['a shape that does not match its bytes', craft({ a: entry([2], [0, 4]) }, 4)],
    ['overlapping tensors', craft({ a: entry([1], [0, 4]), b: entry([1], [0, 4]) }, 4)],
    ['a gap between tensors', craft({ a: entry([1], [0, 4]), b: entry([1], [8, 12]) }, 12)],
    ['data behind the last tensor', craft({ a: entry([1], [0, 4]) }, 8)],
    ['offsets beyond the data', craft({ a: entry([2], [0, 8]) }, 4)],
    ['a negative extent', craft({ a: entry([-1], [0, 4]) }, 4)],
    ['a fractional offset', craft({ a: entry([1], [0, 4.5]) }, 5)],
    ['a dtype of no meaning', craft({ a: entry([1], [0, 4], 'PICKLE') }, 4)],
    ['a dtype that names a prototype property', craft({ a: entry([1], [0, 4], 'constructor') }, 4)],
    ['metadata that is not strings', craft({ __metadata__: { a: 1 } }, 0)],
    [
      'more tensors than the cap',
      craft(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`t${i}`, entry([0], [0, 0])])), 0),
    ],
  ])('refuses %s', (_name, bytes) => {
    expect(() => readTensorFile(bytes)).toThrow(expect.objectContaining({ code: 'TENSOR_FILE_INVALID' }));
  });
});

function craft(header: object, dataBytes: number, declared?: bigint): Uint8Array {
  return craftRaw(JSON.stringify(header), dataBytes, declared);
}

function craftRaw(json: string, dataBytes: number, declared?: bigint): Uint8Array {
  const text = new TextEncoder().encode(json);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, declared ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}
