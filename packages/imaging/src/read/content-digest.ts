// Digests of content: equal voxels on an equal grid are one study, whatever file they came in.
import { createHash } from 'node:crypto';
import type { Sha256 } from '@tomograph/kernel';
import type { Image2d, LabelVolume, Volume } from '../volume.js';

/** sha256 over the grid (size, affine in micrometres) and the voxels, little endian. */
export function volumeDigest(volume: Volume | LabelVolume): Sha256 {
  const hash = createHash('sha256');
  hash.update(`${volume.voxels instanceof Int16Array ? 'int16' : 'uint16'}\0${volume.size.join(',')}\0`);
  hash.update(volume.affine.map((value) => String(Math.round(value * 1000) + 0)).join(','));
  hash.update(bytesOf(volume.voxels));
  return `sha256:${hash.digest('hex')}` as Sha256;
}

/** sha256 over the size and the float pixels, little endian. */
export function imageDigest(image: Image2d): Sha256 {
  const hash = createHash('sha256').update(`image\0${image.width},${image.height}\0`);
  return `sha256:${hash.update(bytesOf(image.pixels)).digest('hex')}` as Sha256;
}

function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
