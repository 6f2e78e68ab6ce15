// Safetensors, read and written by the published format: u64 header length, JSON header, data without gaps.
// Every number in a header is hostile: caps come before allocation, products are checked, no gap, no overlap.
// Source: https://github.com/huggingface/safetensors (format section of its README).
import { AppError } from './app-error.js';

export type TensorDtype = 'F32' | 'F16' | 'I64' | 'I32' | 'U8' | 'BOOL';
const bytesPerElement: Readonly<Record<TensorDtype, number>> = {
  F32: 4,
  F16: 2,
  I64: 8,
  I32: 4,
  U8: 1,
  BOOL: 1,
};

export interface StoredTensor {
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  /** Little-endian bytes, a view into the file's buffer. */
  readonly data: Uint8Array;
}

export interface TensorFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface TensorFileLimits {
  readonly maxHeaderBytes: number;
  readonly maxTensors: number;
}
export const adapterFileLimits: TensorFileLimits = { maxHeaderBytes: 1 << 20, maxTensors: 4096 };
export const baseFileLimits: TensorFileLimits = { maxHeaderBytes: 16 << 20, maxTensors: 65_536 };

/**
 * @param bytes the whole file
 * @throws AppError TENSOR_FILE_INVALID saying which rule the file breaks
 */
export function readTensorFile(bytes: Uint8Array, limits: TensorFileLimits = adapterFileLimits): TensorFile {
  if (bytes.length < 8) refuse(`the file has ${bytes.length} bytes, the header length alone needs 8`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const declared = view.getBigUint64(0, true);
  if (declared > BigInt(limits.maxHeaderBytes)) {
    refuse(`the header claims ${declared} bytes, at most ${limits.maxHeaderBytes} are read`);
  }
  const headerEnd = 8 + Number(declared);
  if (headerEnd > bytes.length) refuse(`the header ends at byte ${headerEnd}, the file at ${bytes.length}`);
  const header = parseHeader(bytes.subarray(8, headerEnd));
  const { __metadata__: rawMetadata, ...entries } = header;
  const names = Object.keys(entries);
  if (names.length > limits.maxTensors)
    refuse(`${names.length} tensors, at most ${limits.maxTensors} are read`);

  const dataBytes = bytes.length - headerEnd;
  const parsed = names.map((name) => parseEntry(name, entries[name], dataBytes));
  parsed.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let expected = 0;
  for (const { name, begin, end } of parsed) {
    if (begin !== expected)
      refuse(`tensor ${name} begins at ${begin}, expected ${expected}: a gap or an overlap`);
    expected = end;
  }
  if (expected !== dataBytes) refuse(`the tensors end at byte ${expected}, the data at ${dataBytes}`);

  const tensors = new Map(
    parsed.map(({ name, dtype, shape, begin, end }) => [
      name,
      { dtype, shape, data: bytes.subarray(headerEnd + begin, headerEnd + end) },
    ]),
  );
  return { tensors, metadata: parseMetadata(rawMetadata) };
}

/** Writes tensors sorted by name (equal content gives equal bytes), header padded with spaces to 8. */
export function writeTensorFile(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const names = [...tensors.keys()].sort();
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) {
    header.__metadata__ = Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  let offset = 0;
  for (const name of names) {
    const { dtype, shape, data } = tensors.get(name)!;
    const wanted = shape.reduce((product, extent) => product * extent, bytesPerElement[dtype]);
    if (wanted !== data.length) {
      throw new AppError('INVALID_ARGUMENT', {
        message: `tensor ${name} of shape [${shape}] needs ${wanted} bytes, got ${data.length}`,
        facts: { tensor: name, wanted, got: data.length },
      });
    }
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.length] };
    offset += data.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerBytes + offset).fill(0x20, 8 + json.length, 8 + headerBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(json, 8);
  let at = 8 + headerBytes;
  for (const name of names) {
    file.set(tensors.get(name)!.data, at);
    at += tensors.get(name)!.data.length;
  }
  return file;
}

/** A Float32Array as a stored tensor (copies nothing on little-endian machines, the only ones Node runs on). */
export function f32Tensor(shape: readonly number[], values: Float32Array): StoredTensor {
  return { dtype: 'F32', shape, data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

/** The values of an F32 tensor; copies, because the file's data need not be aligned. */
export function f32Values(tensor: StoredTensor): Float32Array {
  if (tensor.dtype !== 'F32') refuse(`expected dtype F32, got ${tensor.dtype}`);
  // not data.slice(): on a Buffer, as files are read, that is a view of a larger pool
  return new Float32Array(new Uint8Array(tensor.data).buffer);
}

function refuse(message: string): never {
  throw new AppError('TENSOR_FILE_INVALID', { message: `not a usable safetensors file: ${message}` });
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new AppError('TENSOR_FILE_INVALID', {
      message: 'not a usable safetensors file: the header is not JSON',
      cause,
    });
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    refuse('the header is not an object');
  return value as Record<string, unknown>;
}

interface Entry {
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function parseEntry(name: string, raw: unknown, dataBytes: number): Entry {
  const { dtype, shape, data_offsets: offsets } = (raw ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !Object.hasOwn(bytesPerElement, dtype))
    refuse(`tensor ${name} has dtype ${String(dtype)}`);
  if (!isExtents(shape) || shape.length > 8) refuse(`tensor ${name} has no usable shape`);
  if (!isExtents(offsets) || offsets.length !== 2) refuse(`tensor ${name} has no usable data_offsets`);
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > dataBytes)
    refuse(`tensor ${name} lies at ${begin}–${end} of ${dataBytes} data bytes`);
  let wanted = bytesPerElement[dtype as TensorDtype];
  for (const extent of shape) {
    wanted *= extent;
    if (!Number.isSafeInteger(wanted)) refuse(`tensor ${name}: the product of its shape overflows`);
  }
  if (wanted !== end - begin)
    refuse(`tensor ${name} of shape [${shape}] needs ${wanted} bytes, has ${end - begin}`);
  return { name, dtype: dtype as TensorDtype, shape, begin, end };
}

function isExtents(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);
}

function parseMetadata(raw: unknown): Record<string, string> {
  if (raw === undefined) return {};
  if (
    raw === null ||
    typeof raw !== 'object' ||
    !Object.values(raw).every((value) => typeof value === 'string')
  ) {
    refuse('__metadata__ is not a map of strings');
  }
  return raw as Record<string, string>;
}
