// Volumes and label maps -> NIfTI-1 files (.nii, .nii.gz): int16 or uint16, LPS turned to NIfTI's RAS.
// Source: nifti1.h. The orientation is written as sform, and as qform too where the axes are at right angles.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { AppError } from '@tomograph/kernel';
import type { Affine, LabelVolume, Volume } from '../volume.js';

const headerBytes = 352;
const gzipAsync = promisify(gzip);

/**
 * @param volume voxels i fastest, affine LPS mm; Int16Array is written as int16, Uint16Array as uint16
 * @returns the bytes of a .nii file; the affine is stored in 32-bit floats (below 1e-4 mm within 1 m)
 * @throws AppError INVALID_ARGUMENT for extents NIfTI-1 cannot hold or voxels that do not fill the grid
 */
export function writeNifti(volume: Volume | LabelVolume): Uint8Array {
  const { size, affine, voxels } = volume;
  if (size.some((extent) => extent < 1 || extent > 32_767) || voxels.length !== size[0] * size[1] * size[2]) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `${voxels.length} voxels on a ${size.join(' x ')} grid cannot be written as NIfTI-1`,
    });
  }
  const isLabels = voxels instanceof Uint16Array;
  const bytes = new Uint8Array(headerBytes + voxels.byteLength);
  const view = new DataView(bytes.buffer);
  const ras = affine.map((value, at) => (at < 8 ? -value : value));
  view.setInt32(0, 348, true);
  [3, ...size, 1, 1, 1, 1].forEach((extent, i) => {
    view.setInt16(40 + 2 * i, extent, true);
  });
  if (isLabels) view.setInt16(68, 1002, true); // NIFTI_INTENT_LABEL
  view.setInt16(70, isLabels ? 512 : 4, true);
  view.setInt16(72, 16, true);
  view.setFloat32(108, headerBytes, true);
  view.setFloat32(112, 1, true);
  view.setUint8(123, 2); // mm
  writeText(bytes, 148, isLabels ? 'Tomograph labels, research use only' : 'Tomograph, research use only');
  writeOrientation(view, ras);
  writeText(bytes, 344, 'n+1');
  bytes.set(new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength), headerBytes);
  return bytes;
}

/** `writeNifti`, gzipped (.nii.gz). */
export async function writeNiftiGz(volume: Volume | LabelVolume): Promise<Uint8Array> {
  return new Uint8Array(await gzipAsync(writeNifti(volume), { level: 6 }));
}

function writeOrientation(view: DataView, ras: Affine): void {
  const column = (axis: number) => [ras[axis]!, ras[axis + 4]!, ras[axis + 8]!] as const;
  const lengths = [0, 1, 2].map((axis) => Math.hypot(...column(axis)));
  const unit = [0, 1, 2].map((axis) => column(axis).map((value) => value / lengths[axis]!));
  const determinant = det(unit);
  writeFloats(view, 80, lengths);
  view.setInt16(254, 1, true); // sform: scanner coordinates
  writeFloats(view, 280, ras);
  if (Math.abs(Math.abs(determinant) - 1) > 1e-5) return; // a sheared grid has no quaternion
  const flip = determinant < 0 ? -1 : 1;
  view.setFloat32(76, flip, true);
  view.setInt16(252, 1, true);
  const [b, c, d] = quaternion(unit.map((axis, i) => (i === 2 ? axis.map((value) => value * flip) : axis)));
  writeFloats(view, 256, [b, c, d, ras[3]!, ras[7]!, ras[11]!]);
}

function det([a, b, c]: readonly (readonly number[])[]): number {
  return (
    a![0]! * (b![1]! * c![2]! - b![2]! * c![1]!) -
    a![1]! * (b![0]! * c![2]! - b![2]! * c![0]!) +
    a![2]! * (b![0]! * c![1]! - b![1]! * c![0]!)
  );
}

/** (b, c, d) of a rotation given by its columns; the sign is chosen so that a >= 0, as the format demands. */
function quaternion(columns: readonly (readonly number[])[]): readonly [number, number, number] {
  const m = (row: number, column: number) => columns[column]![row]!;
  const squares = [
    1 + m(0, 0) + m(1, 1) + m(2, 2),
    1 + m(0, 0) - m(1, 1) - m(2, 2),
    1 - m(0, 0) + m(1, 1) - m(2, 2),
    1 - m(0, 0) - m(1, 1) + m(2, 2),
  ];
  const largest = squares.indexOf(Math.max(...squares));
  const s = 2 * Math.sqrt(squares[largest]!);
  const [x, y, z] = [m(2, 1) - m(1, 2), m(0, 2) - m(2, 0), m(1, 0) - m(0, 1)];
  const [xy, xz, yz] = [m(0, 1) + m(1, 0), m(0, 2) + m(2, 0), m(1, 2) + m(2, 1)];
  const q = [
    [s / 4, x / s, y / s, z / s],
    [x / s, s / 4, xy / s, xz / s],
    [y / s, xy / s, s / 4, yz / s],
    [z / s, xz / s, yz / s, s / 4],
  ][largest]!;
  const sign = q[0]! < 0 ? -1 : 1;
  return [q[1]! * sign, q[2]! * sign, q[3]! * sign];
}

function writeFloats(view: DataView, at: number, values: readonly number[]): void {
  for (const [i, value] of values.entries()) view.setFloat32(at + 4 * i, value, true);
}

function writeText(bytes: Uint8Array, at: number, text: string): void {
  bytes.set(new TextEncoder().encode(text), at);
}
