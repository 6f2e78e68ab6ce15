// Where along the body a slice lies, told by the base's own organs: mm above a point that the base's manifest fixes.
// A task speaks only where its training scans were (six-systems §1.5, point 1). A straight ruler, not a regression network.
import type { TaskMask } from '@tomograph/models';
import type { BaseManifest, Metric } from '@tomograph/registry';

/** Metric of a base: mean height of an organ's centre. Metrics of a task: lowest and highest slice it was taught on. */
export const bodyHeightMetric = 'body-height';
export const lowestMetric = 'body-height-lowest';
export const highestMetric = 'body-height-highest';

export interface Ruler {
  /** Height of slice 0, mm. */
  readonly offsetMm: number;
  readonly stepMm: number;
  /** Organs that it was laid by. */
  readonly organs: readonly string[];
}

export interface HeightRange {
  readonly lowMm: number;
  readonly highMm: number;
}

/** Bodies differ by about this much in how far apart their organs lie. */
const toleranceMm = 50;

/** Fewer voxels than this say nothing about where an organ is. */
const minVoxels = 100;

/** @returns undefined unless two organs of the base lie wholly inside the scan and most of them agree: nothing is known */
export function layRuler(
  mask: Pick<TaskMask, 'classes' | 'labels'>,
  size: readonly [z: number, y: number, x: number],
  stepMm: number,
  base: Pick<BaseManifest, 'metrics'>,
): Ruler | undefined {
  const heights = new Map(
    base.metrics.flatMap(({ name, structure, value }) =>
      name === bodyHeightMetric && structure !== null ? [[structure, value] as const] : [],
    ),
  );
  const plane = size[1] * size[2];
  const found = mask.classes.flatMap((organ, label) => {
    const height = heights.get(organ);
    if (label === 0 || height === undefined) return [];
    const perSlice = countPerSlice(mask.labels, label, size[0], plane);
    const total = perSlice.reduce((sum, n) => sum + n, 0);
    // an organ that is cut has its centre elsewhere
    const isCut = perSlice[0]! + perSlice[size[0] - 1]! > 0.02 * total;
    if (total < minVoxels || isCut) return [];
    const centre = perSlice.reduce((sum, n, z) => sum + n * z, 0) / total;
    return [{ organ, offset: height - centre * stepMm }];
  });
  const offsets = found.map(({ offset }) => offset).sort((a, b) => a - b);
  const middle = offsets[Math.floor((offsets.length - 1) / 2)]!;
  const agreeing = found.filter(({ offset }) => Math.abs(offset - middle) <= toleranceMm);
  // one organ, or organs that contradict each other, may be anything: a base sees things on scans that are new to it
  if (agreeing.length < 2 || 2 * agreeing.length <= found.length) return undefined;
  return { offsetMm: middle, stepMm, organs: agreeing.map(({ organ }) => organ) };
}

function countPerSlice(labels: Uint8Array, label: number, slices: number, plane: number): number[] {
  return Array.from({ length: slices }, (_, z) => {
    let n = 0;
    for (let i = z * plane; i < (z + 1) * plane; i++) if (labels[i] === label) n++;
    return n;
  });
}

/** The range of a task, a quarter of its length longer at both ends, 40 mm at least. */
export function rangeOf(metrics: readonly Metric[]): HeightRange | undefined {
  const value = (name: string): number | undefined => metrics.find((metric) => metric.name === name)?.value;
  const [low, high] = [value(lowestMetric), value(highestMetric)];
  if (low === undefined || high === undefined) return undefined;
  const margin = Math.max(40, 0.25 * (high - low));
  return { lowMm: low - margin, highMm: high + margin };
}

/** @returns first and last slice of the range; undefined when the scan has none of it */
export function slicesOf(
  { lowMm, highMm }: HeightRange,
  { offsetMm, stepMm }: Ruler,
  slices: number,
): readonly [number, number] | undefined {
  const first = Math.max(0, Math.ceil((lowMm - offsetMm) / stepMm));
  const last = Math.min(slices - 1, Math.floor((highMm - offsetMm) / stepMm));
  return first <= last ? [first, last] : undefined;
}
