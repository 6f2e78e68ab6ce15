// The whole nodule in three dimensions: slabs stacked along z, each giving its two middle slices.
import { type Component, componentAtMiddle } from './component.js';
import { atHalfHeight } from './half-height.js';
import type { NoduleMask } from './nodule-result.js';
import type { PareConfig } from './pare-config.js';
import { parseSlabs, type Runner } from './pare-member.js';
import { type CtVolume, sampleSlab, type Vec3 } from './patch.js';

/** Slabs per stack: 2 slices each, 48 mm at 1.5 mm. */
const slabs = 16;

/**
 * Readers draw outside half height. On left-out training nodules masks that end here overlap best with theirs (Dice 0.78,
 * at half height 0.74), while diameters at half height rank better: measures are read there.
 */
const drawnAt = 0.25;

export interface WholeMask {
  readonly component: Component;
  readonly patch: readonly [number, number, number];
  readonly spacingMm: readonly [number, number, number];
  readonly mask: NoduleMask;
}

/** Mean of the networks; at twice the spacing where the nodule reaches the edge. undefined where nothing is found. */
export async function wholeMask(
  runners: readonly Runner[],
  volume: CtVolume,
  centre: Vec3,
  config: PareConfig,
): Promise<WholeMask | undefined> {
  const fine = await stack(runners, volume, centre, config, 1);
  const needsMore = fine?.component.touchesEdge === true;
  return needsMore ? ((await stack(runners, volume, centre, config, 2)) ?? fine) : fine;
}

async function stack(
  runners: readonly Runner[],
  volume: CtVolume,
  centre: Vec3,
  config: PareConfig,
  zoom: number,
): Promise<WholeMask | undefined> {
  const [pz, py, px] = config.patch;
  const [sz, sy, sx] = config.spacingMm.map((mm) => mm * zoom) as [number, number, number];
  const plane = py * px;
  const images = Array.from({ length: slabs }, (_, s) => {
    const z = centre[2] + (2 * s - (slabs - 1)) * sz;
    return sampleSlab(volume, config, { centre: [centre[0], centre[1], z], zoom });
  });
  const probability = new Float32Array(2 * slabs * plane);
  const first = pz / 2 - 1;
  for (const runner of runners) {
    const parsing = await parseSlabs(runner, images, config);
    const perSlab = config.parsed.length * pz * plane;
    for (let s = 0; s < slabs; s++)
      for (let n = 0; n < 2 * plane; n++)
        probability[2 * s * plane + n]! +=
          parsing[s * perSlab + pz * plane + first * plane + n]! / runners.length;
  }
  const patch = [2 * slabs, py, px] as const;
  const spacingMm = [sz, sy, sx] as const;
  const coarse = componentAtMiddle(probability, { patch, spacingMm });
  if (coarse === undefined) return undefined;
  const hu = new Float32Array(probability.length);
  for (const [s, image] of images.entries())
    hu.set(image.subarray(first * plane, (first + 2) * plane), 2 * s * plane);
  const component = atHalfHeight(coarse, hu, { patch, spacingMm }, drawnAt) ?? coarse;
  const start = (middle: number, n: number, mm: number): number => middle - ((n - 1) / 2) * mm;
  const mask: NoduleMask = {
    size: [px, py, 2 * slabs],
    affine: [
      ...[sx, 0, 0, start(centre[0], px, sx)],
      ...[0, sy, 0, start(centre[1], py, sy)],
      ...[0, 0, sz, start(centre[2], 2 * slabs, sz)],
    ],
    voxels: component.mask,
  };
  return { component, patch, spacingMm, mask };
}
