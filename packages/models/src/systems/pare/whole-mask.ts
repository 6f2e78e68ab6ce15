// The whole nodule in three dimensions: slabs stacked along z, each giving its two middle slices.
import { type Component, componentAtMiddle } from './component.js';
import type { NoduleMask } from './nodule-result.js';
import type { PareConfig } from './pare-config.js';
import { parseSlabs, type Runner } from './pare-member.js';
import { type CtVolume, sampleSlab, type Vec3 } from './patch.js';

/** Slabs per stack: 2 slices each, 48 mm at 1.5 mm. */
const slabs = 16;

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
  const component = atHalfHeight(coarse, hu, { patch, spacingMm }) ?? coarse;
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

/**
 * The network's mask ends a little outside the nodule. Its edge is taken where HU is half way between the nodule's median
 * and the median of the lung in the stack; vessels thinner than about a fifth of the nodule are opened away in the plane.
 * @returns undefined where there is no lung to compare with, or nothing is left
 */
function atHalfHeight(
  coarse: Component,
  hu: Float32Array,
  grid: { patch: readonly [number, number, number]; spacingMm: readonly [number, number, number] },
): Component | undefined {
  const lung = median(hu.filter((value, n) => coarse.mask[n] === 0 && value < lungBelowHu));
  // of the denser half: a mask that is too wide holds lung
  const inside = hu.filter((_, n) => coarse.mask[n] === 1).sort();
  const core = median(inside.subarray(inside.length >> 1));
  if (lung === undefined || core === undefined || core - lung < 100) return undefined;
  const limit = (core + lung) / 2;
  const kept = Float32Array.from(coarse.mask, (value, n) => (value === 1 && hu[n]! > limit ? 1 : 0));
  const [, py, px] = grid.patch;
  const widest = kept.subarray(coarse.widest * py * px, (coarse.widest + 1) * py * px);
  const radius = Math.sqrt(widest.reduce((area, value) => area + value, 0) / Math.PI);
  const opened = openedInPlane(kept, grid.patch, Math.max(1, Math.round(radius / 5)));
  return componentAtMiddle(opened, grid) ?? componentAtMiddle(kept, grid);
}

const lungBelowHu = -600;

function median(values: Float32Array): number | undefined {
  return values.length === 0 ? undefined : Float32Array.from(values).sort()[values.length >> 1];
}

/** Erosions, then as many dilations, by a cross of one voxel in each slice. */
function openedInPlane(
  mask: Float32Array,
  [, py, px]: readonly [number, number, number],
  times: number,
): Float32Array {
  const plane = py * px;
  const step = (source: Float32Array, isErosion: boolean): Float32Array =>
    source.map((value, n) => {
      const [x, y] = [n % px, Math.floor((n % plane) / px)];
      const near = [x > 0 ? n - 1 : n, x + 1 < px ? n + 1 : n, y > 0 ? n - px : n, y + 1 < py ? n + px : n];
      const all = [value, ...near.map((m) => source[m]!)];
      return isErosion ? Math.min(...all) : Math.max(...all);
    });
  let out = mask;
  for (let i = 0; i < 2 * times; i++) out = step(out, i < times);
  return out;
}
