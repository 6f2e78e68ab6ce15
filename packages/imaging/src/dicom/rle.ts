// RLE lossless (PS3.5 annex G): PackBits segments, one per byte plane, most significant first.
import { corrupt } from '../read/refuse.js';

/**
 * @param pixels rows x columns; @param samples per pixel; @param bytesPerSample 1 or 2
 * @returns little-endian samples, interleaved by pixel
 */
export function decodeRle(
  frame: Uint8Array,
  pixels: number,
  samples: number,
  bytesPerSample: number,
): Uint8Array {
  if (frame.length < 64) return corrupt('an RLE frame is shorter than its header');
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const planes = samples * bytesPerSample;
  const count = view.getUint32(0, true);
  if (count !== planes) return corrupt(`an RLE frame has ${count} segments, expected ${planes}`);
  const out = new Uint8Array(pixels * planes);
  for (let segment = 0; segment < count; segment++) {
    const start = view.getUint32(4 + 4 * segment, true);
    const end = segment + 1 < count ? view.getUint32(8 + 4 * segment, true) : frame.length;
    if (start < 64 || end > frame.length || start > end)
      return corrupt('an RLE segment lies outside its frame');
    const sample = Math.floor(segment / bytesPerSample);
    const byte = bytesPerSample - 1 - (segment % bytesPerSample);
    unpack(frame.subarray(start, end), out, sample * bytesPerSample + byte, planes, pixels);
  }
  return out;
}

function unpack(packed: Uint8Array, out: Uint8Array, offset: number, stride: number, pixels: number): void {
  let at = 0;
  let done = 0;
  while (done < pixels) {
    if (at >= packed.length) corrupt('an RLE segment is cut short');
    const control = packed[at++]!;
    if (control === 128) continue;
    const run = control < 128 ? control + 1 : 257 - control;
    if (at + (control < 128 ? run : 1) > packed.length) corrupt('an RLE segment is cut short');
    for (let i = 0; i < run && done < pixels; i++, done++) {
      out[offset + done * stride] = packed[control < 128 ? at + i : at]!;
    }
    at += control < 128 ? run : 1;
  }
}
