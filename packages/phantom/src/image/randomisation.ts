// Domain randomisation: the same shapes with random contrast, texture, resolution and deformation, so that a network learns
// anatomy and not grey values. After SynthSeg (Billot et al., Med Image Anal 2023;86:102789).
import type { Random } from '@tomograph/kernel';
import { emptyTable, type TissueTable, tissueNames } from '../body/tissue.js';
import { type Bump, BumpMap, type SpatialMap } from '../body/warp.js';

export interface Randomisation {
  readonly contrast: boolean;
  readonly texture: boolean;
  readonly resolution: boolean;
  readonly deformation: boolean;
}

export const fullRandomisation: Randomisation = {
  contrast: true,
  texture: true,
  resolution: true,
  deformation: true,
};

/** Random means in -1000..1000 and textures of 5-80; what is not randomised keeps its value. */
export function randomTable(base: TissueTable, random: Random, what: Randomisation): TissueTable {
  const r = random.fork('contrast');
  const table = emptyTable();
  tissueNames.forEach((_name, i) => {
    const [mean, texture] = [r.uniform(-1000, 1000), r.uniform(5, 80)];
    table.mean[i] = what.contrast ? mean : base.mean[i]!;
    table.texture[i] = what.texture ? texture : base.texture[i]!;
    table.gradientY[i] = what.contrast ? 0 : base.gradientY[i]!;
  });
  return table;
}

/** Strong smooth warps, up to 22 mm, still without folds. */
export function randomWarp(random: Random): SpatialMap {
  const r = random.fork('deformation');
  return new BumpMap(
    Array.from({ length: 8 }, (): Bump => {
      const radius = r.uniform(90, 160);
      const reach = radius * 0.07;
      return {
        centre: [r.normal(0, 80), r.normal(-10, 60), r.uniform(-350, 100)],
        radii: [radius, radius, radius],
        by: [r.normal(0, reach), r.normal(0, reach), r.normal(0, reach)],
        gain: r.normal(0, 0.05),
      };
    }),
  );
}
