// Patch embedding and its inverse by moving values only: the product that follows is an ordinary Gemm.
// Tokens are rows [batch·d·h·w, c] in z, y, x order, x fastest, as voxels lie in a volume.
import type { Dim } from '../graph/dim.js';
import { product, refuse } from '../graph/dim.js';
import type { Val } from '../graph/graph.js';
import { reshape, transpose } from '../ops/build.js';

/** (d, h, w): extents along z, y, x. */
export type Extents = readonly [number, number, number];

export const voxels = ([d, h, w]: Extents): number => d * h * w;

/** The grid of patches of `p` voxels per axis. */
export function coarser(grid: Extents, p: number): Extents {
  if (grid.some((extent) => extent % p !== 0))
    refuse(`a grid of ${grid.join(' × ')} does not divide by ${p}`);
  return [grid[0] / p, grid[1] / p, grid[2] / p];
}

/** Rows [batch·d·h·w, c] -> [batch·(d/p)(h/p)(w/p), p³·c]. */
export function patchify(x: Val, batch: Dim, grid: Extents, p: number): Val {
  const c = x.extent(-1);
  const [d, h, w] = coarser(grid, p);
  const parts = reshape(x, [product([batch, d]), p, h, p, w, p * c]);
  return reshape(transpose(parts, [0, 2, 4, 1, 3, 5]), [product([batch, d * h * w]), p * p * p * c]);
}

/** Rows [batch·d·h·w, p³·c] -> [batch·(d·p)(h·p)(w·p), c]: the inverse of `patchify`. */
export function unpatchify(x: Val, batch: Dim, grid: Extents, p: number): Val {
  const c = x.extent(-1) / p ** 3;
  const [d, h, w] = grid;
  const parts = reshape(x, [product([batch, d]), h, w, p, p, p * c]);
  return reshape(transpose(parts, [0, 3, 1, 4, 2, 5]), [product([batch, voxels(grid) * p ** 3]), c]);
}
