// A computed body for speed and memory: an ellipse of soft tissue with two lungs and noise, in air. Not a phantom: a CT of
// 512 × 512 × 400 takes a second and not minutes.
import type { Volume } from '@tomograph/imaging';

/** @param size voxels (x, y, z); @param spacing mm (x, y, z) */
export function plainBody(
  size: readonly [number, number, number],
  spacing: readonly [number, number, number],
): Volume {
  const [nx, ny, nz] = size;
  const voxels = new Int16Array(nx * ny * nz);
  let noise = 1;
  let at = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) {
      const y = (2 * j) / (ny - 1) - 1;
      for (let i = 0; i < nx; i++, at++) {
        const x = (2 * i) / (nx - 1) - 1;
        noise = (Math.imul(noise, 1_103_515_245) + 12_345) & 0x7fffffff;
        voxels[at] = huAt(x, y, k / nz) + (noise >> 25) - 32;
      }
    }
  const [sx, sy, sz] = spacing;
  return { size, affine: [sx, 0, 0, 0, 0, sy, 0, 0, 0, 0, sz, 0], voxels };
}

function huAt(x: number, y: number, z: number): number {
  if ((x / 0.85) ** 2 + (y / 0.6) ** 2 > 1) return -1000;
  const isLung = z > 0.45 && ((Math.abs(x) - 0.4) / 0.28) ** 2 + (y / 0.4) ** 2 < 1;
  return isLung ? -850 : 45;
}
