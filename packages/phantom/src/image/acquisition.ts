// What the scanner adds: slice profile, reconstruction kernel, noise, table, streaks, a truncated field. Works on rendered
// values; anatomy is never changed here.
import type { Grid, Vec3 } from '@tomograph/imaging';
import type { Random } from '@tomograph/kernel';

export interface Acquisition {
  /** Standard deviation of the noise in the middle of the body, HU. 8 (high dose) to 70 (ultra-low). */
  readonly noiseHu: number;
  /** Share of the noise variance in low frequencies, 0..1. */
  readonly lowFrequency: number;
  /** Gaussian of the reconstruction kernel, mm; negative sharpens. */
  readonly kernelSigmaMm: number;
  /** Slice thickness, mm: a box along z. 0 = that of the grid. */
  readonly sliceMm: number;
  readonly table: boolean;
  /** Streaks from metal and from the shoulders. */
  readonly streaks: boolean;
  /** Radius of the reconstruction circle, mm: outside is padding. 0 = none. */
  readonly circleMm: number;
  /** Value of the padding. */
  readonly padding: number;
  /** A rescale intercept applied twice, as in CT-RATE v2: the values are wrong by -1024. For testing guards. */
  readonly wrongRescale: boolean;
}

/** Nothing added: the values of the anatomy alone. */
export const idealAcquisition: Acquisition = {
  noiseHu: 0,
  lowFrequency: 0,
  kernelSigmaMm: 0,
  sliceMm: 0,
  table: false,
  streaks: false,
  circleMm: 0,
  padding: -1024,
  wrongRescale: false,
};

export function sampleAcquisition(random: Random): Acquisition {
  const r = random.fork('acquisition');
  return {
    noiseHu: Math.min(70, Math.max(8, Math.exp(r.normal(Math.log(16), 0.45)))),
    lowFrequency: r.uniform(0.1, 0.5),
    kernelSigmaMm: r.pick([-0.5, 0, 0, 0.5, 0.8, 1.2]),
    sliceMm: r.pick([0, 0, 0, 3, 5]),
    table: r.chance(0.8),
    streaks: r.chance(0.7),
    circleMm: 0,
    padding: r.pick([-1024, -1024, -2000, -3024]),
    wrongRescale: false,
  };
}

export function acquire(
  values: Float32Array,
  grid: Grid,
  spacingMm: Vec3,
  a: Acquisition,
  random: Random,
): void {
  const r = random.fork('scanner');
  if (a.table) addTable(values, grid);
  if (a.streaks) addStreaks(values, grid, r.fork('streaks'));
  if (a.kernelSigmaMm > 0) blur(values, grid.size, spacingMm, a.kernelSigmaMm);
  if (a.kernelSigmaMm < 0) sharpen(values, grid.size, spacingMm, -a.kernelSigmaMm);
  if (a.noiseHu > 0) addNoise(values, grid, a, r.fork('noise'));
  if (a.circleMm > 0) truncate(values, grid, a);
  if (a.wrongRescale) for (let i = 0; i < values.length; i++) values[i]! -= 1024;
}

/** A curved couch under the most posterior skin. */
function addTable(values: Float32Array, grid: Grid): void {
  const [nx, ny, nz] = grid.size;
  const a = grid.affine as number[];
  let back = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < nz; k++) {
    for (let j = ny - 1; j >= 0; j--) {
      const y = a[5]! * j + a[7]!;
      if (y <= back) break;
      if (values[Math.floor(nx / 2) + nx * (j + ny * k)]! > -400) back = y;
    }
  }
  if (!Number.isFinite(back)) return;
  const half = Math.max(5, a[5]!);
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      const x = a[0]! * i + a[3]!;
      const y = a[5]! * j + a[7]!;
      // the couch is a shallow trough; the patient's skin touches it along the middle
      const top = back + 7 - 0.0011 * x * x;
      const cover = Math.min(1, Math.max(0, 0.5 - (Math.abs(y - top - half) - half) / a[5]!));
      if (cover <= 0) continue;
      const inside = y - top > 3 && y - top < 2 * half - 3 ? -880 : -150;
      for (let k = 0; k < nz; k++) {
        const at = i + nx * (j + ny * k);
        if (values[at]! < -600) values[at] = Math.max(values[at]!, -1000 + (inside + 1000) * cover);
      }
    }
  }
}

/** Metal throws bright and dark rays in its slice; the shoulders throw a faint lateral pattern. */
function addStreaks(values: Float32Array, grid: Grid, r: Random): void {
  const [nx, ny, nz] = grid.size;
  for (let k = 0; k < nz; k++) {
    const metal: [number, number][] = [];
    let dense = 0;
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const v = values[i + nx * (j + ny * k)]!;
        if (v > 1700) metal.push([i, j]);
        if (v > 250) dense++;
      }
    }
    const lateral = Math.max(0, dense / (nx * ny) - 0.035) * 260;
    const rows = lateral > 0.5 ? Array.from({ length: ny }, () => r.normal(0, lateral)) : undefined;
    const [ci, cj] = [mean(metal, 0), mean(metal, 1)];
    const rays = 3 + r.int(4);
    const turn = r.uniform(0, 6.28);
    const strength = Math.min(160, 30 * Math.sqrt(metal.length));
    if (metal.length === 0 && rows === undefined) continue;
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const at = i + nx * (j + ny * k);
        let add = rows?.[j] ?? 0;
        if (metal.length > 0) {
          const [dx, dy] = [i - ci, j - cj];
          const d = Math.sqrt(dx * dx + dy * dy) + 1;
          add += (strength * Math.cos(2 * rays * Math.atan2(dy, dx) + turn)) / (1 + d * 0.12);
        }
        if (values[at]! > -950) values[at]! += add;
      }
    }
  }
}

const mean = (points: readonly (readonly [number, number])[], k: 0 | 1): number =>
  points.length === 0 ? 0 : points.reduce((s, p) => s + p[k], 0) / points.length;

/** Normal noise, part of it smooth, stronger in the middle of the body than at its edge. */
function addNoise(values: Float32Array, grid: Grid, a: Acquisition, r: Random): void {
  const [nx, ny, nz] = grid.size;
  const plane = nx * ny;
  const white = new Float32Array(plane);
  const smooth = new Float32Array(plane);
  // a 3x3 box of white noise has a third of its standard deviation
  const fine = a.noiseHu * Math.sqrt(1 - a.lowFrequency);
  const coarse = a.noiseHu * 3 * Math.sqrt(a.lowFrequency);
  for (let k = 0; k < nz; k++) {
    for (let i = 0; i < plane; i++) white[i] = r.normal();
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        let sum = 0;
        for (let dj = -1; dj <= 1; dj++) {
          const row = Math.min(ny - 1, Math.max(0, j + dj)) * nx;
          for (let di = -1; di <= 1; di++) sum += white[row + Math.min(nx - 1, Math.max(0, i + di))]!;
        }
        smooth[i + nx * j] = sum / 9;
      }
    }
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const [u, v] = [(2 * i) / nx - 1, (2 * j) / ny - 1];
        const middle = 1.1 - 0.45 * (u * u + v * v);
        const at = i + nx * j;
        values[at + k * plane]! += middle * (fine * white[at]! + coarse * smooth[at]!);
      }
    }
  }
}

function truncate(values: Float32Array, grid: Grid, a: Acquisition): void {
  const [nx, ny, nz] = grid.size;
  const m = grid.affine as number[];
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      const [x, y] = [m[0]! * (i - (nx - 1) / 2), m[5]! * (j - (ny - 1) / 2)];
      if (x * x + y * y <= a.circleMm * a.circleMm) continue;
      for (let k = 0; k < nz; k++) values[i + nx * (j + ny * k)] = a.padding;
    }
  }
}

/** Separable Gaussian, in place, edges repeated. */
export function blur(values: Float32Array, size: Vec3, spacingMm: Vec3, sigmaMm: number): void {
  const [nx, ny, nz] = size;
  const strides = [1, nx, nx * ny];
  for (let axis = 0; axis < 3; axis++) {
    const sigma = sigmaMm / spacingMm[axis]!;
    const n = size[axis]!;
    if (sigma < 0.15 || n < 2) continue;
    const half = Math.min(n, Math.ceil(3 * sigma));
    const weights = Array.from({ length: 2 * half + 1 }, (_, i) =>
      Math.exp(-0.5 * ((i - half) / sigma) ** 2),
    );
    const total = weights.reduce((s, w) => s + w, 0);
    const line = new Float64Array(n);
    const stride = strides[axis]!;
    for (let start = 0; start < nx * ny * nz; start++) {
      if (Math.floor(start / stride) % n !== 0) continue;
      for (let i = 0; i < n; i++) line[i] = values[start + i * stride]!;
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let w = -half; w <= half; w++)
          sum += weights[w + half]! * line[Math.min(n - 1, Math.max(0, i + w))]!;
        values[start + i * stride] = sum / total;
      }
    }
  }
}

function sharpen(values: Float32Array, size: Vec3, spacingMm: Vec3, amount: number): void {
  const soft = values.slice();
  blur(soft, size, spacingMm, Math.max(spacingMm[0], spacingMm[1]) * 0.8);
  for (let i = 0; i < values.length; i++) values[i]! += amount * (values[i]! - soft[i]!);
}
