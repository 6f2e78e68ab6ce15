// Numbers as files store them -> a typed array in this machine's byte order. Shapes and meaning are others' work.
import { corrupt } from './refuse.js';

export type SampleType =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64';

export type Samples =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

const constructors = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

export function bytesPerSample(type: SampleType): number {
  return type === 'int64' || type === 'uint64' ? 8 : constructors[type].BYTES_PER_ELEMENT;
}

/**
 * @param bytes at least `count` samples; more is ignored
 * @returns a view where alignment and byte order allow it, else a copy; 64-bit integers become float64
 * @throws AppError FORMAT_CORRUPT when there are fewer
 */
export function samplesFrom(
  bytes: Uint8Array,
  type: SampleType,
  count: number,
  littleEndian: boolean,
): Samples {
  const width = bytesPerSample(type);
  if (bytes.length < count * width) {
    corrupt(`${count} samples need ${count * width} bytes, the file has ${bytes.length}`, {
      needed: count * width,
      got: bytes.length,
    });
  }
  const used = bytes.subarray(0, count * width);
  if (type === 'int64' || type === 'uint64') return from64(used, count, littleEndian, type === 'int64');
  const isView = (littleEndian || width === 1) && used.byteOffset % width === 0;
  const own = isView ? used : used.slice();
  if (!littleEndian && width > 1)
    Buffer.from(own.buffer, own.byteOffset, own.length)[
      width === 2 ? 'swap16' : width === 4 ? 'swap32' : 'swap64'
    ]();
  return new constructors[type](own.buffer as ArrayBuffer, own.byteOffset, count);
}

function from64(bytes: Uint8Array, count: number, littleEndian: boolean, signed: boolean): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: count }, (_, i) =>
    Number(signed ? view.getBigInt64(8 * i, littleEndian) : view.getBigUint64(8 * i, littleEndian)),
  );
}
