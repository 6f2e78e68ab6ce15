// Small statistics for the self-tests: AUC, correlation, mutual information, a ridge probe.
import type { DisplacementField } from '../body/follow-up.js';

/** Area under the ROC curve; ties count half. */
export function areaUnderRoc(scores: readonly number[], truth: readonly boolean[]): number {
  const order = scores.map((score, i) => ({ score, positive: truth[i]! })).sort((a, b) => a.score - b.score);
  let rankSum = 0;
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j < order.length && order[j]!.score === order[i]!.score) j++;
    for (let k = i; k < j; k++) if (order[k]!.positive) rankSum += (i + j + 1) / 2;
    i = j;
  }
  const positives = truth.filter(Boolean).length;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (truth.length - positives));
}

export function correlation(a: readonly number[], b: readonly number[]): number {
  const n = a.length;
  const [ma, mb] = [a.reduce((s, v) => s + v, 0) / n, b.reduce((s, v) => s + v, 0) / n];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    ab += (a[i]! - ma) * (b[i]! - mb);
    aa += (a[i]! - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Mutual information in nats over a joint histogram of 32 x 32 bins between the extremes. */
export function mutualInformation(a: readonly number[], b: readonly number[]): number {
  const bins = 32;
  const index = (values: readonly number[]) => {
    const low = values.reduce((m, v) => Math.min(m, v));
    const high = values.reduce((m, v) => Math.max(m, v));
    return values.map((v) => Math.min(bins - 1, Math.floor(((v - low) / (high - low || 1)) * bins)));
  };
  const [u, v] = [index(a), index(b)];
  const joint = new Float64Array(bins * bins);
  u.forEach((i, n) => {
    joint[i * bins + v[n]!]!++;
  });
  const [p, q] = [new Float64Array(bins), new Float64Array(bins)];
  joint.forEach((c, n) => {
    p[Math.floor(n / bins)]! += c / a.length;
    q[n % bins]! += c / a.length;
  });
  return joint.reduce((sum, c, n) => {
    const f = c / a.length;
    return f > 0 ? sum + f * Math.log(f / (p[Math.floor(n / bins)]! * q[n % bins]!)) : sum;
  }, 0);
}

/** Scores of a ridge regression of ±1 on features, fitted on the first half and given for the second half. */
export function linearProbe(
  features: readonly (readonly number[])[],
  truth: readonly boolean[],
  ridge: number,
): number[] {
  const half = Math.floor(features.length / 2);
  const train = features.slice(0, half);
  const width = features[0]!.length;
  const mean = Array.from({ length: width }, (_, k) => train.reduce((s, f) => s + f[k]!, 0) / half);
  const sd = mean.map((m, k) => Math.sqrt(train.reduce((s, f) => s + (f[k]! - m) ** 2, 0) / half) || 1);
  const norm = (f: readonly number[]) => f.map((v, k) => (v - mean[k]!) / sd[k]!);
  const rows = train.map(norm);
  const target = truth.slice(0, half).map((t) => (t ? 1 : -1));
  const bias = target.reduce<number>((s, t) => s + t, 0) / half;
  // dual form: (K + ridge I) a = y, as many unknowns as cases
  const kernel = rows.map((r, i) =>
    rows.map((s, j) => r.reduce((sum, v, k) => sum + v * s[k]!, 0) + (i === j ? ridge : 0)),
  );
  const alpha = solve(
    kernel,
    target.map((t) => t - bias),
  );
  const weights = Array.from({ length: width }, (_, k) => rows.reduce((s, r, i) => s + alpha[i]! * r[k]!, 0));
  return features.slice(half).map((f) => norm(f).reduce((s, v, k) => s + v * weights[k]!, bias));
}

/** Gaussian elimination with partial pivoting. */
function solve(matrix: number[][], right: number[]): number[] {
  const a = matrix.map((row, i) => [...row, right[i]!]);
  const n = a.length;
  for (let c = 0; c < n; c++) {
    let best = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(a[r]![c]!) > Math.abs(a[best]![c]!)) best = r;
    [a[c], a[best]] = [a[best]!, a[c]!];
    for (let r = c + 1; r < n; r++) {
      const f = a[r]![c]! / a[c]![c]!;
      for (let k = c; k <= n; k++) a[r]![k]! -= f * a[c]![k]!;
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let r = n - 1; r >= 0; r--) {
    let sum = a[r]![n]!;
    for (let k = r + 1; k < n; k++) sum -= a[r]![k]! * x[k]!;
    x[r] = sum / a[r]![r]!;
  }
  return x;
}

/** Displacement (trilinear) of a sampled field at a point, mm. */
export function fieldAt(
  field: DisplacementField,
  values: Float32Array,
  p: readonly number[],
): [number, number, number] {
  const [nx, ny, nz] = field.grid.size;
  const m = field.grid.affine as number[];
  const u = [nx, ny, nz].map((n, k) =>
    Math.min(n - 1.0001, Math.max(0, (p[k]! - m[4 * k + 3]!) / m[5 * k]!)),
  );
  const [i, j, k] = u.map(Math.floor) as [number, number, number];
  const out: [number, number, number] = [0, 0, 0];
  for (let c = 0; c < 8; c++) {
    const [di, dj, dk] = [c & 1, (c >> 1) & 1, c >> 2];
    const w =
      (di ? u[0]! - i : 1 - u[0]! + i) * (dj ? u[1]! - j : 1 - u[1]! + j) * (dk ? u[2]! - k : 1 - u[2]! + k);
    const at = 3 * (i + di + nx * (j + dj + ny * (k + dk)));
    for (let a = 0; a < 3; a++) out[a]! += w * values[at + a]!;
  }
  return out;
}
