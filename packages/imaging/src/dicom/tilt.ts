// A sheared stack (gantry tilt) -> an upright one: each slice is moved inside its plane by linear
// interpolation, and the grid grows so that nothing is cut off. Not a general resampling.
import { checkedCount, type ReadLimits } from '../read/limits.js';
import type { Affine, Vec3, Volume } from '../volume.js';

/**
 * @param volume voxels of the stack as stored, affine as if upright (k = normal)
 * @param shear pixels (i, j) by which slice k+1 lies further than slice k
 * @param outside the value of voxels that no slice covers (air)
 */
export function uprightStack(
  volume: Volume,
  shear: readonly [number, number],
  outside: number,
  limits: ReadLimits,
): Volume {
  const [nx, ny, nz] = volume.size;
  const [growX, growY] = shear.map((step) => Math.ceil(Math.abs(step) * (nz - 1))) as [number, number];
  const size: Vec3 = [nx + growX, ny + growY, nz];
  checkedCount(size, limits.maxVoxels, 'upright volume');
  const startX = shear[0] < 0 ? -growX : 0;
  const startY = shear[1] < 0 ? -growY : 0;
  const voxels = new Int16Array(size[0] * size[1] * nz).fill(outside);
  for (let k = 0; k < nz; k++) {
    const shift = { x: shear[0] * k - startX, y: shear[1] * k - startY };
    moveSlice(volume.voxels.subarray(k * nx * ny, (k + 1) * nx * ny), [nx, ny], shift, {
      target: voxels.subarray(k * size[0] * size[1], (k + 1) * size[0] * size[1]),
      width: size[0],
      outside,
    });
  }
  return { size, affine: movedOrigin(volume.affine, startX, startY), voxels };
}

function moveSlice(
  source: Int16Array,
  [nx, ny]: readonly [number, number],
  shift: { x: number; y: number },
  out: { target: Int16Array; width: number; outside: number },
): void {
  const [wholeX, wholeY] = [Math.floor(shift.x), Math.floor(shift.y)];
  const [partX, partY] = [shift.x - wholeX, shift.y - wholeY];
  const at = (i: number, j: number) =>
    i < 0 || j < 0 || i >= nx || j >= ny ? out.outside : source[i + nx * j]!;
  const height = out.target.length / out.width;
  for (let j = 0; j <= ny && j + wholeY < height; j++) {
    for (let i = 0; i <= nx && i + wholeX < out.width; i++) {
      const upper = partX * at(i - 1, j - 1) + (1 - partX) * at(i, j - 1);
      const lower = partX * at(i - 1, j) + (1 - partX) * at(i, j);
      out.target[i + wholeX + out.width * (j + wholeY)] = Math.round(partY * upper + (1 - partY) * lower);
    }
  }
}

function movedOrigin(affine: Affine, i: number, j: number): Affine {
  return affine.map((value, at) =>
    at % 4 === 3 ? value + affine[at - 3]! * i + affine[at - 2]! * j : value,
  );
}
