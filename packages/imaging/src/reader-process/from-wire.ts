// A checked answer of the reading process + its array files -> items. Array lengths must match their grids.
import { AppError, type Sha256 } from '@tomograph/kernel';
import type { ReadInputItem } from '../read/result.js';
import type { WireItem } from './protocol.js';

/** @throws AppError READER_CRASHED when an array is not as long as its grid says */
export async function itemFromWire(
  wire: WireItem,
  load: (name: string) => Promise<Buffer>,
): Promise<ReadInputItem> {
  const digest = wire.digest as Sha256;
  switch (wire.kind) {
    case 'CT': {
      const { array, ...rest } = wire;
      const { size, affine } = wire.facts;
      const bytes = exactly(await load(array), 2 * size[0] * size[1] * size[2]);
      return { ...rest, digest, volume: { size, affine, voxels: new Int16Array(bytes) } };
    }
    case 'LABEL': {
      const { array, ...rest } = wire;
      const { size, affine } = wire.facts;
      const bytes = exactly(await load(array), 2 * size[0] * size[1] * size[2]);
      return { ...rest, digest, labels: { size, affine, voxels: new Uint16Array(bytes) } };
    }
    case 'XRAY': {
      const { array, width, height, spacingMm, ...rest } = wire;
      const pixels = new Float32Array(exactly(await load(array), 4 * width * height));
      const image = { width, height, pixels, ...(spacingMm ? { spacingMm } : {}) };
      return { ...rest, digest, image };
    }
    case 'REPORT':
      return { ...wire, digest };
  }
}

function exactly(buffer: Buffer, bytes: number): ArrayBuffer {
  if (buffer.length !== bytes) {
    throw new AppError('READER_CRASHED', { message: 'the reading process left an array of another length' });
  }
  const isWhole = buffer.byteOffset === 0 && buffer.buffer.byteLength === bytes;
  return (
    isWhole ? buffer.buffer : buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + bytes)
  ) as ArrayBuffer;
}
