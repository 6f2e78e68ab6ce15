// Distances between the surfaces of two masks in mm: ASD, HD95, NSD. Surfaces are voxels, not meshes: NSD counts
// voxels and does not weight them by area.
import { type Extents, voxels } from '../arch/patches.js';
import { type SpacingMm, squaredDistances } from './distance-transform.js';
import { invalid } from './invalid-argument.js';
import { mean, percentile } from './summary-statistics.js';

export interface MaskGrid {
  readonly extents: Extents;
  readonly spacingMm: SpacingMm;
}

export type SurfaceScores =
  /** Both masks are empty: nothing to score. */
  | { readonly kind: 'excluded' }
  | {
      /** 'one-empty': the distances are the diagonal of the image and NSD is 0. */
      readonly kind: 'measured' | 'one-empty';
      /** Mean of both directed sets of distances, pooled. */
      readonly asdMm: number;
      /** 95th percentile of the pooled set (nnU-Net's convention, not the maximum of two percentiles). */
      readonly hd95Mm: number;
      /** Share of the pooled surface voxels within the tolerance of the other surface. */
      readonly nsd: number;
    };

/** Masks [d·h·w], non-zero is inside. */
export function surfaceScores(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  grid: MaskGrid,
  toleranceMm: number,
): SurfaceScores {
  const size = voxels(grid.extents);
  if (a.length !== size || b.length !== size) {
    invalid(`surface distances: masks of ${a.length} and ${b.length} voxels on ${grid.extents.join(' × ')}`);
  }
  if (!(toleranceMm >= 0)) invalid(`surface distances: a tolerance of ${toleranceMm} mm`);
  const box = boundingBox(a, b, grid.extents);
  if (box === undefined) return { kind: 'excluded' };
  // every surface lies in the box, so distances inside it are those of the whole image
  const extents = box.high.map((high, axis) => high - box.low[axis]! + 1) as unknown as Extents;
  const surfaces = [a, b].map((mask) => surfaceVoxels(crop(mask, grid.extents, box.low, extents), extents));
  const [fromA, fromB] = [0, 1].map((i) =>
    directed(surfaces[i]!, squaredDistances(surfaces[1 - i]!, extents, grid.spacingMm)),
  ) as [number[], number[]];
  if (fromA.length === 0 || fromB.length === 0) {
    const diagonal = Math.hypot(...grid.extents.map((extent, axis) => extent * grid.spacingMm[axis]!));
    return { kind: 'one-empty', asdMm: diagonal, hd95Mm: diagonal, nsd: 0 };
  }
  const pooled = Float64Array.from([...fromA, ...fromB]);
  const within = pooled.reduce((n, distance) => n + (distance <= toleranceMm ? 1 : 0), 0);
  return {
    kind: 'measured',
    asdMm: mean(pooled),
    hd95Mm: percentile(pooled, 0.95),
    nsd: within / pooled.length,
  };
}

/** The mask without its 6-neighbour erosion; what lies outside the grid counts as outside the mask. */
export function surfaceVoxels(mask: ArrayLike<number>, [d, h, w]: Extents): Uint8Array {
  const surface = new Uint8Array(d * h * w);
  for (let z = 0, i = 0; z < d; z++) {
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++, i++) {
        if (mask[i] === 0) continue;
        const onBorder = z === 0 || y === 0 || x === 0 || z === d - 1 || y === h - 1 || x === w - 1;
        const isInterior =
          !onBorder &&
          mask[i - 1] !== 0 &&
          mask[i + 1] !== 0 &&
          mask[i - w] !== 0 &&
          mask[i + w] !== 0 &&
          mask[i - h * w] !== 0 &&
          mask[i + h * w] !== 0;
        if (!isInterior) surface[i] = 1;
      }
    }
  }
  return surface;
}

function directed(surface: Uint8Array, squared: Float64Array): number[] {
  const distances: number[] = [];
  for (let i = 0; i < surface.length; i++) if (surface[i] !== 0) distances.push(Math.sqrt(squared[i]!));
  return distances;
}

interface IndexBox {
  readonly low: readonly number[];
  /** Inclusive. */
  readonly high: readonly number[];
}

function boundingBox(a: ArrayLike<number>, b: ArrayLike<number>, [d, h, w]: Extents): IndexBox | undefined {
  const low = [d, h, w];
  const high = [-1, -1, -1];
  for (let z = 0, i = 0; z < d; z++) {
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++, i++) {
        if (a[i] === 0 && b[i] === 0) continue;
        if (z < low[0]!) low[0] = z;
        if (y < low[1]!) low[1] = y;
        if (x < low[2]!) low[2] = x;
        if (z > high[0]!) high[0] = z;
        if (y > high[1]!) high[1] = y;
        if (x > high[2]!) high[2] = x;
      }
    }
  }
  return high[0] === -1 ? undefined : { low, high };
}

function crop(
  mask: ArrayLike<number>,
  [, h, w]: Extents,
  low: readonly number[],
  [cd, ch, cw]: Extents,
): Uint8Array {
  const out = new Uint8Array(cd * ch * cw);
  for (let z = 0, i = 0; z < cd; z++) {
    for (let y = 0; y < ch; y++) {
      const row = ((z + low[0]!) * h + y + low[1]!) * w + low[2]!;
      for (let x = 0; x < cw; x++, i++) out[i] = mask[row + x] === 0 ? 0 : 1;
    }
  }
  return out;
}
