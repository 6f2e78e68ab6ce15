// A second safetensors reader, written from the format's description alone and sharing nothing with the house's own: if both
// read the same numbers from a file, others will too. Source: https://github.com/huggingface/safetensors (README, Format).

export interface ForeignTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** F32 only. @throws Error where the file is not what the description asks for */
export function readSafetensors(file: Uint8Array): {
  tensors: Map<string, ForeignTensor>;
  metadata: Record<string, string>;
} {
  const buffer = Buffer.from(file);
  const headerLength = Number(buffer.readBigUInt64LE(0));
  if (headerLength > 100_000_000) throw new Error('header too large');
  const text = buffer.toString('utf8', 8, 8 + headerLength);
  if (!text.startsWith('{')) throw new Error('the header must begin with {');
  const header = JSON.parse(text) as Record<string, never>;
  const begin = 8 + headerLength;
  const tensors = new Map<string, ForeignTensor>();
  const ranges: [number, number][] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const {
      dtype,
      shape,
      data_offsets: range,
    } = entry as {
      dtype: string;
      shape: number[];
      data_offsets: [number, number];
    };
    if (dtype !== 'F32') throw new Error(`dtype ${dtype}`);
    const [from, to] = range;
    ranges.push(range);
    const values: number[] = [];
    for (let at = begin + from; at < begin + to; at += 4) values.push(buffer.readFloatLE(at));
    if (values.length !== shape.reduce((a, b) => a * b, 1))
      throw new Error(`${name}: shape and bytes differ`);
    tensors.set(name, { dtype, shape, values });
  }
  // "byte buffer needs to be entirely indexed, and cannot contain holes"
  ranges.sort(([a], [b]) => a - b);
  let expected = 0;
  for (const [from, to] of ranges) {
    if (from !== expected) throw new Error(`a hole at ${expected}`);
    expected = to;
  }
  if (begin + expected !== buffer.length) throw new Error('bytes behind the last tensor');
  return { tensors, metadata: (header.__metadata__ ?? {}) as Record<string, string> };
}
