// The two diameters that radiologists draw: the longest in one axial slice, and the width across it at a right angle in the
// same slice. From the outer edges of the mask's voxels, in the slice where the mask is largest.
import type { NoduleMask } from '@tomograph/models';

const directions = 72;

/** @param mask axes along LPS (as the model gives it) @returns mm; 0 for an empty mask */
export function axialDiameters({ size: [nx, ny, nz], affine, voxels }: NoduleMask): {
  longestMm: number;
  perpendicularMm: number;
} {
  const slice = largestSlice(voxels, nx * ny, nz);
  const column = (axis: number): [number, number] => [affine[axis]!, affine[4 + axis]!];
  const [u, v] = [column(0), column(1)];
  const points: [number, number][] = [];
  for (let j = 0; j < ny; j++)
    for (let i = 0; i < nx; i++)
      if (voxels[slice * nx * ny + j * nx + i] === 1)
        for (const [a, b] of [
          [-0.5, -0.5],
          [0.5, -0.5],
          [-0.5, 0.5],
          [0.5, 0.5],
        ] as const)
          points.push([(i + a) * u[0] + (j + b) * v[0], (i + a) * u[1] + (j + b) * v[1]]);
  if (points.length === 0) return { longestMm: 0, perpendicularMm: 0 };
  let [longestMm, best] = [0, 0];
  for (let k = 0; k < directions; k++) {
    const width = widthAlong(points, (Math.PI * k) / directions);
    if (width > longestMm) [longestMm, best] = [width, (Math.PI * k) / directions];
  }
  return { longestMm, perpendicularMm: widthAlong(points, best + Math.PI / 2) };
}

function largestSlice(voxels: Uint8Array, plane: number, count: number): number {
  const areas = new Array<number>(count).fill(0);
  voxels.forEach((inside, n) => {
    areas[Math.floor(n / plane)]! += inside;
  });
  return areas.indexOf(Math.max(...areas));
}

function widthAlong(points: readonly (readonly [number, number])[], angle: number): number {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [x, y] of points) {
    const p = c * x + s * y;
    low = Math.min(low, p);
    high = Math.max(high, p);
  }
  return high - low;
}
