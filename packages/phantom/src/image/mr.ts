// MR-like images of the same body: spin-echo signal from (T1, T2, proton density), bias field, chemical shift of fat, Rician
// noise. Not monotone in HU: bone, air and flowing blood are dark, fat is bright, fluid changes sides with the weighting.
import type { Grid, Vec3 } from '@tomograph/imaging';
import type { Random } from '@tomograph/kernel';
import { emptyTable, relaxation, type TissueTable, tissue, tissueNames } from '../body/tissue.js';
import type { SpatialMap } from '../body/warp.js';
import type { Body } from '../build-body.js';
import { type Raster, rasterise } from './rasterise.js';

export interface MrProtocol {
  /** Repetition and echo time, ms. */
  readonly repetitionMs: number;
  readonly echoMs: number;
  /** Peak-to-peak of the receive bias, relative. */
  readonly bias: number;
  /** Standard deviation of the complex noise, in signal units (soft tissue is 50-250). */
  readonly noise: number;
  /** Fat relative to a plain spin echo: fast spin echo trains keep it brighter (J-coupling), fat saturation darker. */
  readonly fatShare: number;
  /** Shift of fat along x, mm. */
  readonly chemicalShiftMm: number;
}

export const mrProtocols = {
  'mr-t1': { repetitionMs: 350, echoMs: 15, bias: 0.5, noise: 7, fatShare: 1.5, chemicalShiftMm: 2.2 },
  'mr-t2': { repetitionMs: 3600, echoMs: 85, bias: 0.5, noise: 7, fatShare: 1.35, chemicalShiftMm: 2.2 },
} as const satisfies Record<string, MrProtocol>;

const FULL_SIGNAL = 1000;
/** What is left of blood that flows out of the slice between excitation and echo. */
const FLOW_VOID = 0.1;

/** Signal of every tissue under a protocol; no signal from air and gas. */
export function mrTable(protocol: MrProtocol): TissueTable {
  const table = emptyTable();
  tissueNames.forEach((name, id) => {
    const { t1, t2, pd } = relaxation(id);
    const recovery = 1 - Math.exp(-protocol.repetitionMs / t1);
    table.mean[id] = FULL_SIGNAL * pd * recovery * Math.exp(-protocol.echoMs / t2);
    if (name.startsWith('blood')) table.mean[id]! *= FLOW_VOID;
    if (name === 'fat') table.mean[id]! *= protocol.fatShare;
    table.texture[id] = table.mean[id]! * 0.05;
  });
  return table;
}

/** Renders signal and labels; values are ≥ 0. */
export function renderMr(
  body: Body,
  grid: Grid & { readonly spacingMm: Vec3 },
  random: Random,
  protocol: MrProtocol,
  pull?: SpatialMap,
): Raster {
  const water = mrTable(protocol);
  const fat = emptyTable();
  const id = tissue('fat');
  fat.mean[id] = water.mean[id]!;
  fat.texture[id] = water.texture[id]!;
  water.mean[id] = 0;
  water.texture[id] = 0;
  const options = { spacingMm: grid.spacingMm, ...(pull === undefined ? {} : { pull }) };
  const raster = rasterise(body, grid, random, { table: water, ...options });
  const m = grid.affine as number[];
  const moved = [...m];
  moved[3] = m[3]! - protocol.chemicalShiftMm;
  const shifted = rasterise(body, { size: grid.size, affine: moved }, random, { table: fat, ...options });
  const r = random.fork('mr');
  const bias = biasField(r.fork('bias'), protocol.bias);
  const noise = r.fork('noise');
  const [nx, ny, nz] = grid.size;
  const { values } = raster;
  let at = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, at++) {
        const gain = bias((2 * i) / nx - 1, (2 * j) / ny - 1, (2 * k) / nz - 1);
        const real = gain * Math.max(0, values[at]! + shifted.values[at]!) + noise.normal(0, protocol.noise);
        const imaginary = noise.normal(0, protocol.noise);
        values[at] = Math.sqrt(real * real + imaginary * imaginary);
      }
    }
  }
  return raster;
}

/** A quadratic gain over the unit cube, about 1 in the middle. */
function biasField(r: Random, strength: number): (x: number, y: number, z: number) => number {
  const c = Array.from({ length: 6 }, () => r.uniform(-0.5, 0.5) * strength * 0.5);
  return (x, y, z) =>
    Math.max(
      0.2,
      1 +
        c[0]! * x +
        c[1]! * y +
        c[2]! * z +
        c[3]! * (x * x - 0.3) +
        c[4]! * (y * y - 0.3) +
        c[5]! * (z * z - 0.3),
    );
}
