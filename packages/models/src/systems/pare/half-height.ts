// Where a nodule ends in HU, given roughly where it lies. Plain numbers: no network, no files.
import { type Component, componentAtMiddle } from './component.js';
import type { PareConfig } from './pare-config.js';

/**
 * The network's mask ends a little outside the nodule. Its edge is taken where HU is half way between the nodule's median
 * and the median of the lung around it; vessels thinner than about a fifth of the nodule are opened away in the plane.
 * @param height share of the way from lung to nodule, 0…1
 * @returns undefined where there is no lung to compare with, or nothing is left
 */
export function atHalfHeight(
  coarse: Component,
  hu: Float32Array,
  grid: Pick<PareConfig, 'patch' | 'spacingMm'>,
  height = 0.5,
): Component | undefined {
  const lung = median(hu.filter((value, n) => coarse.mask[n] === 0 && value < lungBelowHu));
  // of the denser half: a mask that is too wide holds lung
  const inside = hu.filter((_, n) => coarse.mask[n] === 1).sort();
  const core = median(inside.subarray(inside.length >> 1));
  if (lung === undefined || core === undefined || core - lung < 100) return undefined;
  const limit = lung + height * (core - lung);
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
  const step = (source: Float32Array, isErosion: boolean): Float32Array => {
    const pick = isErosion ? Math.min : Math.max;
    const out = new Float32Array(source.length);
    for (let n = 0; n < source.length; n++) {
      const [x, y] = [n % px, Math.floor((n % plane) / px)];
      let best = source[n]!;
      if (x > 0) best = pick(best, source[n - 1]!);
      if (x + 1 < px) best = pick(best, source[n + 1]!);
      if (y > 0) best = pick(best, source[n - px]!);
      if (y + 1 < py) best = pick(best, source[n + px]!);
      out[n] = best;
    }
    return out;
  };
  let out = mask;
  for (let i = 0; i < 2 * times; i++) out = step(out, i < times);
  return out;
}
