// A heat map over the regions of a CT: in the address, and as a small volume that the viewer lays over the slices. Pure.
// Regions are cells in the API's order: from the feet up, front to back, right to left.

export interface HeatMap {
  /** One number per cell; only their order and distances are shown. */
  readonly values: readonly number[];
  readonly cell: number;
  /** What is shown, in words. */
  readonly label: string;
}

/** The box that the cells divide, mm along R, A, S. */
export interface RegionBox {
  readonly lowMm: readonly number[];
  readonly highMm: readonly number[];
}

const maxCells = 512;
const maxLabel = 200;

export const cellOf = (region: string): number => Number(/^cell-(\d+)$/.exec(region)?.[1] ?? 0);

/** Whole thousandths, so that an address stays short. */
export function heatParams({ values, cell, label }: HeatMap): Record<'heat' | 'cell' | 'shows', string> {
  return {
    heat: values.map((value) => Math.round(value * 1000)).join('.'),
    cell: String(cell),
    shows: label.slice(0, maxLabel),
  };
}

/** Undefined for anything that `heatParams` did not write. */
export function parseHeat(params: URLSearchParams): HeatMap | undefined {
  const text = params.get('heat') ?? '';
  if (!/^-?\d{1,5}(\.-?\d{1,5})*$/.test(text)) return undefined;
  const values = text.split('.').map((part) => Number(part) / 1000);
  const cell = Number(params.get('cell'));
  const isCube = Math.round(Math.cbrt(values.length)) ** 3 === values.length && values.length <= maxCells;
  if (!isCube || !Number.isInteger(cell) || cell < 0 || cell >= values.length) return undefined;
  return { values, cell, label: (params.get('shows') ?? '').slice(0, maxLabel) };
}

/** Cells along each axis. */
export const cellsAlong = (values: readonly number[]): number => Math.round(Math.cbrt(values.length));

/** 0 for the cooler half of the regions, 1 for the hottest: one cold region must not make all others look hot. */
export function normalized(values: readonly number[]): number[] {
  const middle = values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
  const range = Math.max(...values) - middle || 1;
  return values.map((value) => Math.max(0, (value - middle) / range));
}

const places: readonly (readonly [string, string, string])[] = [
  ['lower', 'front', 'right'],
  ['middle', 'centre', 'midline'],
  ['upper', 'back', 'left'],
];

/** `upper, back, left` of three cells an axis; else the number. */
export function regionWords(cell: number, along: number): string {
  if (along !== 3) return `region ${cell}`;
  const [x, y, z] = [cell % 3, Math.floor(cell / 3) % 3, Math.floor(cell / 9)];
  return [places[z]![0], places[y]![1], places[x]![2]].join(', ');
}

/** Middle of a cell, RAS mm. */
export function cellMiddle(
  { lowMm, highMm }: RegionBox,
  cell: number,
  along: number,
): [number, number, number] {
  const lps = [cell % along, Math.floor(cell / along) % along, Math.floor(cell / along ** 2)];
  const at = (axis: number): number => {
    const index = axis < 2 ? along - 1 - lps[axis]! : lps[axis]!;
    return lowMm[axis]! + ((index + 0.5) / along) * (highMm[axis]! - lowMm[axis]!);
  };
  return [at(0), at(1), at(2)];
}

export interface HeatVolume {
  /** x fastest, along R, A, S; 0 to 1. */
  readonly voxels: Float32Array;
  readonly size: number;
  readonly spacingMm: readonly [number, number, number];
  /** Row-major 4 × 4, voxel to mm. */
  readonly affine: readonly number[];
}

/** Smooth between the cells' middles, flat beyond them. */
export function heatVolume(values: readonly number[], box: RegionBox, size = 30): HeatVolume {
  const along = cellsAlong(values);
  const heat = normalized(values);
  const spacing = [0, 1, 2].map((axis) => (box.highMm[axis]! - box.lowMm[axis]!) / size);
  const voxels = new Float32Array(size ** 3);
  const place = (index: number, isTurned: boolean) => {
    const at = ((index + 0.5) / size) * along - 0.5;
    const inside = Math.min(along - 1, Math.max(0, isTurned ? along - 1 - at : at));
    const low = Math.min(along - 1, Math.floor(inside));
    return { low, high: Math.min(along - 1, low + 1), share: inside - low };
  };
  let n = 0;
  for (let k = 0; k < size; k++)
    for (let j = 0; j < size; j++)
      for (let i = 0; i < size; i++) {
        const [x, y, z] = [place(i, true), place(j, true), place(k, false)];
        let sum = 0;
        for (const [cz, wz] of [
          [z.low, 1 - z.share],
          [z.high, z.share],
        ] as const)
          for (const [cy, wy] of [
            [y.low, 1 - y.share],
            [y.high, y.share],
          ] as const)
            for (const [cx, wx] of [
              [x.low, 1 - x.share],
              [x.high, x.share],
            ] as const)
              sum += wx * wy * wz * heat[cx + along * (cy + along * cz)]!;
        voxels[n++] = sum;
      }
  const origin = [0, 1, 2].map((axis) => box.lowMm[axis]! + spacing[axis]! / 2);
  const row = (axis: number) =>
    [0, 1, 2].map((other) => (other === axis ? spacing[axis]! : 0)).concat(origin[axis]!);
  return {
    ...{ voxels, size, spacingMm: [spacing[0]!, spacing[1]!, spacing[2]!] as const },
    affine: [...row(0), ...row(1), ...row(2), 0, 0, 0, 1],
  };
}
