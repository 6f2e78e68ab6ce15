// Point samples of a volume through an affine map of indices: the general, oblique case.
import type { Voxels } from '../geometry/reorient.js';
import type { Affine, Vec3 } from '../volume.js';

/** Trilinear; up to half a voxel outside the border voxel's value holds, beyond that `outside`. */
export function sampleLinear(
  source: Voxels,
  map: Affine,
  size: Vec3,
  into: Float32Array,
  outside: number,
): void {
  const [nx, ny, nz] = source.size;
  const data = source.voxels;
  const slice = nx * ny;
  forEachPosition(map, size, (at, x, y, z) => {
    if (!(x >= -0.5 && y >= -0.5 && z >= -0.5 && x <= nx - 0.5 && y <= ny - 0.5 && z <= nz - 0.5)) {
      into[at] = outside;
      return;
    }
    const cx = x < 0 ? 0 : Math.min(x, nx - 1);
    const cy = y < 0 ? 0 : Math.min(y, ny - 1);
    const cz = z < 0 ? 0 : Math.min(z, nz - 1);
    const [i, j, k] = [Math.floor(cx), Math.floor(cy), Math.floor(cz)] as const;
    const [fx, fy, fz] = [cx - i, cy - j, cz - k] as const;
    const a = i + nx * j + slice * k;
    const dx = i + 1 < nx ? 1 : 0;
    const dy = j + 1 < ny ? nx : 0;
    const b = a + (k + 1 < nz ? slice : 0);
    const near =
      (data[a]! * (1 - fx) + data[a + dx]! * fx) * (1 - fy) +
      (data[a + dy]! * (1 - fx) + data[a + dx + dy]! * fx) * fy;
    const far =
      (data[b]! * (1 - fx) + data[b + dx]! * fx) * (1 - fy) +
      (data[b + dy]! * (1 - fx) + data[b + dx + dy]! * fx) * fy;
    into[at] = near * (1 - fz) + far * fz;
  });
}

/** The voxel whose box holds the point. */
export function sampleNearest(
  source: Voxels,
  map: Affine,
  size: Vec3,
  into: Voxels['voxels'],
  outside: number,
): void {
  const [nx, ny, nz] = source.size;
  const data = source.voxels;
  forEachPosition(map, size, (at, x, y, z) => {
    // 1e-6: a point on a box's face, up to round-off, goes to the higher voxel everywhere alike
    const [i, j, k] = [
      Math.floor(x + 0.5 + 1e-6),
      Math.floor(y + 0.5 + 1e-6),
      Math.floor(z + 0.5 + 1e-6),
    ] as const;
    const isInside = i >= 0 && j >= 0 && k >= 0 && i < nx && j < ny && k < nz;
    into[at] = isInside ? data[i + nx * (j + ny * k)]! : outside;
  });
}

function forEachPosition(
  map: Affine,
  [nx, ny, nz]: Vec3,
  visit: (at: number, x: number, y: number, z: number) => void,
): void {
  const [a, b, c, tx, d, e, f, ty, g, h, l, tz] = map as number[];
  let at = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const x = b! * j + c! * k + tx!;
      const y = e! * j + f! * k + ty!;
      const z = h! * j + l! * k + tz!;
      for (let i = 0; i < nx; i++) visit(at++, x + a! * i, y + d! * i, z + g! * i);
    }
  }
}
