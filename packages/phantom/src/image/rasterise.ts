// Evaluates a body on a grid: values and label volumes. Supersamples 2x2x2 where a surface crosses the voxel (option), and
// along z where slices are thick. No acquisition effects here.
import type { Grid, Vec3 } from '@tomograph/imaging';
import type { Random } from '@tomograph/kernel';
import { label } from '../body/labels.js';
import type { TissueTable } from '../body/tissue.js';
import { lobeNames } from '../body/torso.js';
import type { Point, SpatialMap } from '../body/warp.js';
import type { Body } from '../build-body.js';
import { Sampler } from './sampler.js';
import { ValueNoise } from './value-noise.js';

export interface Raster {
  /** Values before rounding: HU for CT, signal for MR-like. Voxel (i, j, k) at i + nx*(j + ny*k), as in all of these. */
  readonly values: Float32Array;
  readonly labels: Uint16Array;
  /** Airway branch number + 1. */
  readonly airways: Uint16Array;
  /** 1 artery, 2 vein. */
  readonly vessels: Uint16Array;
  readonly instances: Uint16Array;
}

export interface RasterOptions {
  readonly table: TissueTable;
  readonly spacingMm: Vec3;
  /** Follow-up mm -> baseline mm, applied before the subject's own map. */
  readonly pull?: SpatialMap;
  /** 1 = one evaluation with analytic coverage; 2 = 2x2x2 near surfaces. */
  readonly supersample?: 1 | 2;
  /** Evaluations along z per voxel (slice profile). */
  readonly zSamples?: number;
  /** Slice thickness as a multiple of the slice distance. */
  readonly sliceProfile?: number;
  readonly onSlice?: (done: number, of: number) => void;
}

const lobeLabels = lobeNames.map((name) =>
  label(
    {
      RUL: 'lung_upper_lobe_right',
      RML: 'lung_middle_lobe_right',
      RLL: 'lung_lower_lobe_right',
      LUL: 'lung_upper_lobe_left',
      LLL: 'lung_lower_lobe_left',
    }[name],
  ),
);

export function rasterise(body: Body, grid: Grid, random: Random, options: RasterOptions): Raster {
  const [nx, ny, nz] = grid.size;
  const count = nx * ny * nz;
  const out: Raster = {
    values: new Float32Array(count),
    labels: new Uint16Array(count),
    airways: new Uint16Array(count),
    vessels: new Uint16Array(count),
    instances: new Uint16Array(count),
  };
  const sampler = new Sampler(
    body.scene,
    body.subject.torso,
    options.table,
    new ValueNoise(random.fork('texture')),
    lobeLabels,
  );
  const a = grid.affine as number[];
  const [sx, sy, sz] = options.spacingMm;
  const h = Math.cbrt(sx * sy * Math.min(sz, 2 * Math.sqrt(sx * sy)));
  const zSamples = options.zSamples ?? Math.max(1, Math.min(4, Math.round(sz / (2 * Math.sqrt(sx * sy)))));
  const inPlane = options.supersample ?? 1;
  const offsets = subVoxels(inPlane, Math.max(inPlane, zSamples), options.sliceProfile ?? 1);
  const reach = 0.5 * Math.sqrt(sx * sx + sy * sy + (sz * (options.sliceProfile ?? 1)) ** 2);
  const { pull } = options;
  const { toCanonical } = body.subject;
  const p: Point = { x: 0, y: 0, z: 0 };
  const evaluate = (i: number, j: number, k: number, width: number) => {
    p.x = a[0]! * i + a[1]! * j + a[2]! * k + a[3]!;
    p.y = a[4]! * i + a[5]! * j + a[6]! * k + a[7]!;
    p.z = a[8]! * i + a[9]! * j + a[10]! * k + a[11]!;
    pull?.pull(p);
    toCanonical.pull(p);
    sampler.at(p.x, p.y, p.z, width);
  };
  let index = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, index++) {
        evaluate(i, j, k, h);
        out.labels[index] = sampler.label;
        out.airways[index] = sampler.airway;
        out.vessels[index] = sampler.vessel;
        out.instances[index] = sampler.instance;
        let value = sampler.value;
        if (offsets.length > 1 && sampler.nearest < reach) {
          value = 0;
          for (const [di, dj, dk] of offsets) {
            evaluate(i + di, j + dj, k + dk, h / inPlane);
            value += sampler.value;
          }
          value /= offsets.length;
        }
        out.values[index] = value;
      }
    }
    options.onSlice?.(k + 1, nz);
  }
  return out;
}

function subVoxels(inPlane: number, alongZ: number, profile: number): [number, number, number][] {
  const steps = (n: number) => Array.from({ length: n }, (_, i) => (i + 0.5) / n - 0.5);
  return steps(alongZ).flatMap((dk) =>
    steps(inPlane).flatMap((dj) =>
      steps(inPlane).map((di): [number, number, number] => [di, dj, dk * profile]),
    ),
  );
}
