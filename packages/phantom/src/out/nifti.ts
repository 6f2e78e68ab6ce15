// Writes NIfTI-1 single files (.nii.gz), int16, uint16 or float32 with three components. World = RAS mm (LPS with x and y
// turned), sform and qform codes 1. Not a reader.

import { gzipSync } from 'node:zlib';
import type { Grid } from '@tomograph/imaging';

const INT16 = 4;
const FLOAT32 = 16;
const UINT16 = 512;

export function encodeNifti(
  grid: Grid,
  voxels: Int16Array | Uint16Array | Float32Array,
  components = 1,
): Uint8Array {
  const kind = voxels instanceof Int16Array ? INT16 : voxels instanceof Uint16Array ? UINT16 : FLOAT32;
  const head = new DataView(new ArrayBuffer(352));
  const [nx, ny, nz] = grid.size;
  const a = grid.affine as number[];
  const column = (k: number) => Math.hypot(a[k]!, a[4 + k]!, a[8 + k]!);
  head.setInt32(0, 348, true);
  const dims = components === 1 ? [3, nx, ny, nz, 1, 1, 1, 1] : [5, nx, ny, nz, 1, components, 1, 1];
  for (const [i, d] of dims.entries()) head.setInt16(40 + 2 * i, d, true);
  if (components > 1) head.setInt16(68, 1006, true); // intent: displacement vector
  head.setInt16(70, kind, true);
  head.setInt16(72, kind === FLOAT32 ? 32 : 16, true);
  // qfac is -1 where the axes are left-handed in RAS; ours never are: LPS axes turned by 180 degrees about z
  const steps = [1, column(0), column(1), column(2), 1, 1, 1, 1];
  for (const [i, d] of steps.entries()) head.setFloat32(76 + 4 * i, d, true);
  head.setFloat32(108, 352, true);
  head.setFloat32(112, 1, true);
  head.setUint8(123, 2); // mm
  head.setInt16(252, 1, true);
  head.setInt16(254, 1, true);
  // quaternion (0, 0, 0, 1): half a turn about z
  head.setFloat32(264, 1, true);
  head.setFloat32(268, -a[3]!, true);
  head.setFloat32(272, -a[7]!, true);
  head.setFloat32(276, a[11]!, true);
  for (let row = 0; row < 3; row++) {
    const sign = row < 2 ? -1 : 1;
    for (let k = 0; k < 4; k++) head.setFloat32(280 + 16 * row + 4 * k, sign * a[4 * row + k]!, true);
  }
  for (const [i, c] of [0x6e, 0x2b, 0x31].entries()) head.setUint8(344 + i, c); // "n+1"
  const planes = components === 1 ? voxels : planar(voxels as Float32Array, components);
  const body = new Uint8Array(planes.buffer, planes.byteOffset, planes.byteLength);
  return gzipSync(Buffer.concat([new Uint8Array(head.buffer), body]), { level: 6 });
}

/** NIfTI keeps each component as a volume of its own. */
function planar(values: Float32Array, components: number): Float32Array {
  const n = values.length / components;
  const out = new Float32Array(values.length);
  for (let i = 0; i < n; i++)
    for (let c = 0; c < components; c++) out[c * n + i] = values[i * components + c]!;
  return out;
}
