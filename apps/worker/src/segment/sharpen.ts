// Labels of a coarse grid on the slices of a fine one. Borders are drawn by linear interpolation of every structure's
// mask, not by repeating voxels; a voxel goes to the structure with the most, or to background when that has more.
// One slice at a time: nothing of the fine grid is held here.
import { composeAffine, type Grid, invertAffine, type Vec3 } from '@tomograph/imaging';

export interface CoarseLabels extends Grid {
  readonly labels: ArrayLike<number>;
}

interface Box {
  readonly label: number;
  readonly low: Vec3;
  readonly high: Vec3;
}

interface Axis {
  /** Index below, weight of the one above. */
  readonly below: Int32Array;
  readonly weight: Float32Array;
}

/**
 * @param fine axes parallel to the coarse ones, in the same order and direction (both LPS)
 * @param onSlice gets labels [ny·nx] of slice k, overwritten by the next; awaited
 */
export async function sharpen(
  coarse: CoarseLabels,
  fine: Grid,
  onSlice: (k: number, labels: Uint16Array) => void | Promise<void>,
): Promise<void> {
  const axes = axesOf(coarse, fine);
  const boxes = boxesOf(coarse);
  const [nx, ny, nz] = fine.size;
  const labels = new Uint16Array(nx * ny);
  const best = new Float32Array(nx * ny);
  const sum = new Float32Array(nx * ny);
  for (let k = 0; k < nz; k++) {
    labels.fill(0);
    best.fill(0);
    sum.fill(0);
    const z = axes[2].below[k]!;
    for (const box of boxes)
      if (z + 1 >= box.low[2] && z <= box.high[2]) draw(coarse, box, axes, k, { labels, best, sum, fine });
    for (let i = 0; i < labels.length; i++) if (best[i]! < 1 - sum[i]!) labels[i] = 0;
    await onSlice(k, labels);
  }
}

function axesOf(coarse: Grid, fine: Grid): [Axis, Axis, Axis] {
  const map = composeAffine(invertAffine(coarse.affine), fine.affine);
  return ([0, 1, 2] as const).map((a) => {
    const below = new Int32Array(fine.size[a]);
    const weight = new Float32Array(fine.size[a]);
    for (let i = 0; i < fine.size[a]; i++) {
      const at = Math.min(coarse.size[a] - 1, Math.max(0, map[4 * a + 3]! + map[5 * a]! * i));
      below[i] = Math.floor(at);
      weight[i] = at - below[i]!;
    }
    return { below, weight };
  }) as [Axis, Axis, Axis];
}

/** Of every label that is there, in coarse voxels, both ends included. */
function boxesOf({ labels, size: [nx, ny, nz] }: CoarseLabels): Box[] {
  const found = new Map<number, { low: number[]; high: number[] }>();
  let at = 0;
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, at++) {
        const label = labels[at]!;
        if (label === 0) continue;
        const box = found.get(label);
        if (box === undefined) {
          found.set(label, { low: [x, y, z], high: [x, y, z] });
          continue;
        }
        [x, y, z].forEach((v, a) => {
          if (v < box.low[a]!) box.low[a] = v;
          if (v > box.high[a]!) box.high[a] = v;
        });
      }
  return [...found]
    .sort(([a], [b]) => a - b)
    .map(([label, { low, high }]) => ({ label, low: low as unknown as Vec3, high: high as unknown as Vec3 }));
}

function draw(
  { labels: source, size }: CoarseLabels,
  { label, low, high }: Box,
  [ax, ay, az]: readonly [Axis, Axis, Axis],
  k: number,
  into: { labels: Uint16Array; best: Float32Array; sum: Float32Array; fine: Grid },
): void {
  const [cx, cy, cz] = size;
  const z0 = az.below[k]!;
  const z1 = Math.min(cz - 1, z0 + 1);
  const wz = az.weight[k]!;
  const plane = cx * cy;
  const mask = (x: number, y: number): number => {
    const at = x + cx * y;
    const a = source[at + z0 * plane] === label ? 1 - wz : 0;
    return source[at + z1 * plane] === label ? a + wz : a;
  };
  const column = new Float32Array(high[0] - low[0] + 3);
  const [nx, ny] = into.fine.size;
  const firstX = ax.below.findIndex((below) => below + 1 >= low[0]);
  for (let j = 0; j < ny; j++) {
    const y0 = ay.below[j]!;
    if (y0 + 1 < low[1] || y0 > high[1]) continue;
    const y1 = Math.min(cy - 1, y0 + 1);
    const wy = ay.weight[j]!;
    let isEmpty = true;
    for (let x = low[0] - 1; x <= high[0] + 1; x++) {
      const isInside = x >= 0 && x < cx;
      const value = isInside ? (1 - wy) * mask(x, y0) + wy * mask(x, y1) : 0;
      column[x - low[0] + 1] = value;
      if (value !== 0) isEmpty = false;
    }
    if (isEmpty) continue;
    for (let i = firstX; i < nx && ax.below[i]! <= high[0]; i++) {
      const c = ax.below[i]! - low[0] + 1;
      const value = (1 - ax.weight[i]!) * column[c]! + ax.weight[i]! * (column[c + 1] ?? 0);
      if (value === 0) continue;
      const at = i + nx * j;
      into.sum[at]! += value;
      if (value > into.best[at]!) {
        into.best[at] = value;
        into.labels[at] = label;
      }
    }
  }
}
