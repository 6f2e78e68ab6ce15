// A volume on a base's grid, by the base's preprocessing contract, and patches of it for the network.
import { type Affine, reorient, resampleToSpacing, type Vec3, type Volume } from '@tomograph/imaging';
import { AppError } from '@tomograph/kernel';
import type { Extents, PatchSource } from '@tomograph/models';
import type { BaseManifest } from '@tomograph/registry';

export type Preprocessing = BaseManifest['preprocessing'];

/** Voxel (i, j, k) at i + nx·(j + ny·k), LPS: the network's (z, y, x) as it stands. */
export interface BaseGrid {
  readonly size: Vec3;
  readonly affine: Affine;
  readonly spacingMm: Vec3;
  /** HU. */
  readonly voxels: Int16Array;
}

/** More voxels than a body at 1 mm would need. */
const maxVoxels = 500_000_000;

/** @throws AppError GEOMETRY_UNSUPPORTED, LIMIT_EXCEEDED */
export function toBaseGrid(volume: Volume, { spacingMmXyz }: Preprocessing): BaseGrid {
  const upright = reorient(volume, 'LPS');
  if (spacingMmXyz === null) {
    throw new AppError('MANIFEST_INVALID', { message: 'a base for segmentation names its spacing' });
  }
  const { size, affine, voxels } = resampleToSpacing(upright, spacingMmXyz);
  if (voxels.length > maxVoxels) {
    throw new AppError('LIMIT_EXCEEDED', {
      message: `the scan has ${voxels.length} voxels on the base's grid, at most ${maxVoxels} are segmented`,
      facts: { got: voxels.length, limit: maxVoxels },
    });
  }
  return { size, affine, spacingMm: spacingMmXyz, voxels };
}

export function zyx([x, y, z]: Vec3): Extents {
  return [z, y, x];
}

/** Patches in network intensities; beyond the scan there is air. */
export function patchSource(
  grid: Pick<BaseGrid, 'size' | 'voxels'>,
  preprocessing: Preprocessing,
): PatchSource {
  const { clip, normalise } = preprocessing;
  const scale = (hu: number): number =>
    (Math.min(Math.max(hu, clip.low), clip.high) - normalise.mean) / normalise.sd;
  const air = scale(-1024);
  const [nx, ny, nz] = grid.size;
  return {
    size: zyx(grid.size),
    read([z0, y0, x0], [d, h, w], out) {
      let to = 0;
      for (let z = z0; z < z0 + d; z++)
        for (let y = y0; y < y0 + h; y++) {
          const isInside = z >= 0 && z < nz && y >= 0 && y < ny;
          const row = nx * (y + ny * z);
          for (let x = x0; x < x0 + w; x++, to++)
            out[to] = isInside && x >= 0 && x < nx ? scale(grid.voxels[row + x]!) : air;
        }
    },
  };
}
