// Writes 8-bit grey PNG files (PNG specification, third edition). Not a reader.
import { crc32, deflateSync } from 'node:zlib';

/** @param pixels row-major, one byte each */
export function encodePng(width: number, height: number, pixels: Uint8Array): Uint8Array {
  const raw = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++) {
    raw[y * (width + 1)] = 1; // filter "sub": smooth images pack better
    for (let x = 0; x < width; x++) {
      raw[y * (width + 1) + 1 + x] = pixels[y * width + x]! - (x > 0 ? pixels[y * width + x - 1]! : 0);
    }
  }
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 8);
  const signature = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
  return Buffer.concat([
    signature,
    chunk('IHDR', new Uint8Array(header.buffer)),
    chunk('IDAT', deflateSync(raw, { level: 9 })),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const out = new DataView(new ArrayBuffer(12 + data.length));
  out.setUint32(0, data.length);
  const body = new Uint8Array(out.buffer, 4, 4 + data.length);
  body.set(Buffer.from(name, 'latin1'));
  body.set(data, 4);
  out.setUint32(8 + data.length, crc32(body));
  return new Uint8Array(out.buffer);
}
