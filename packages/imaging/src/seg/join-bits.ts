// Bit-packed frames one after the other without gaps between them, as one-bit pixel data is stored (PS3.5 8.1.1).

/**
 * @param frames each of ceil(bitsPerFrame / 8) bytes, first pixel in the lowest bit
 * @returns an even number of bytes
 */
export function joinBits(frames: readonly Uint8Array[], bitsPerFrame: number): Uint8Array<ArrayBuffer> {
  const bytes = Math.ceil((frames.length * bitsPerFrame) / 8);
  const out = new Uint8Array(bytes + (bytes % 2));
  frames.forEach((frame, at) => {
    const first = at * bitsPerFrame;
    const shift = first % 8;
    const from = (first - shift) / 8;
    if (shift === 0) {
      out.set(frame, from);
      return;
    }
    for (let i = 0; i < frame.length; i++) {
      out[from + i]! |= (frame[i]! << shift) & 0xff;
      const rest = frame[i]! >> (8 - shift);
      if (rest !== 0) out[from + i + 1]! |= rest;
    }
  });
  return out;
}

/** Bits of the voxels that hold `wanted`; undefined when none does. */
export function packBits(labels: ArrayLike<number>, wanted: number): Uint8Array | undefined {
  let bits: Uint8Array | undefined;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== wanted) continue;
    bits ??= new Uint8Array(Math.ceil(labels.length / 8));
    bits[i >> 3]! |= 1 << (i & 7);
  }
  return bits;
}
