// Measures on masks and labels that the self-tests and the bench share: Dice between grids, components, Euler number,
// centreline coverage. Not the evaluators of the systems (those live with the systems).
import type { Grid, LabelVolume } from '@tomograph/imaging';
import { Capsule } from '../body/shapes.js';
import { distance, dot, mix, subtract, type Vec3 } from '../body/vector.js';
import type { AirwayBranch } from '../truth.js';

/** Volume in ml and mean of `values` of every label. */
export function labelStatistics(
  labels: LabelVolume,
  values: ArrayLike<number>,
): Map<number, { ml: number; mean: number; sd: number }> {
  const a = labels.affine;
  const voxelMl = Math.abs(a[0]! * a[5]! * a[10]!) / 1000;
  const sums = new Map<number, [n: number, sum: number, squares: number]>();
  labels.voxels.forEach((id, i) => {
    const s = sums.get(id) ?? [0, 0, 0];
    s[0]++;
    s[1] += values[i]!;
    s[2] += values[i]! ** 2;
    sums.set(id, s);
  });
  return new Map(
    [...sums].map(([id, [n, sum, squares]]) => {
      const mean = sum / n;
      return [id, { ml: n * voxelMl, mean, sd: Math.sqrt(Math.max(0, squares / n - mean * mean)) }];
    }),
  );
}

/**
 * Dice of every label of `a` against `b` on another grid: both are looked up at the points of the finer of the two grids, by
 * the label that has the most trilinear weight there.
 */
export function diceAcrossGrids(a: LabelVolume, b: LabelVolume): Map<number, number> {
  const fine = a.voxels.length >= b.voxels.length ? a : b;
  const counts = new Map<number, [inA: number, inB: number, both: number]>();
  const [nx, ny, nz] = fine.size;
  const m = fine.affine as number[];
  const bump = (id: number, k: 0 | 1 | 2) => {
    const c = counts.get(id) ?? [0, 0, 0];
    c[k]++;
    counts.set(id, c);
  };
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const p: Vec3 = [m[0]! * i + m[3]!, m[5]! * j + m[7]!, m[10]! * k + m[11]!];
        const [u, v] = [labelAt(a, p), labelAt(b, p)];
        bump(u, 0);
        bump(v, 1);
        if (u === v) bump(u, 2);
      }
    }
  }
  return new Map([...counts].map(([id, [p, q, both]]) => [id, (2 * both) / (p + q)]));
}

/** The label with the most trilinear weight at a point, mm. */
function labelAt(volume: LabelVolume, p: Vec3): number {
  const m = volume.affine as number[];
  const [nx, ny] = volume.size;
  const u = [0, 1, 2].map((k) =>
    Math.min(volume.size[k]! - 1.0001, Math.max(0, (p[k]! - m[4 * k + 3]!) / m[5 * k]!)),
  );
  const [i, j, k] = u.map(Math.floor) as [number, number, number];
  const first = volume.voxels[i + nx * (j + ny * k)]!;
  const weights = new Map<number, number>();
  for (let c = 0; c < 8; c++) {
    const [di, dj, dk] = [c & 1, (c >> 1) & 1, c >> 2];
    const w =
      (di ? u[0]! - i : 1 - u[0]! + i) * (dj ? u[1]! - j : 1 - u[1]! + j) * (dk ? u[2]! - k : 1 - u[2]! + k);
    const id = volume.voxels[i + di + nx * (j + dj + ny * (k + dk))]!;
    weights.set(id, (weights.get(id) ?? 0) + w);
  }
  let [best, most] = [first, -1];
  for (const [id, w] of weights) if (w > most) [best, most] = [id, w];
  return best;
}

/**
 * Labels that a grid resolves: at least a fifth of their voxels have six neighbours of the same label. The others are shells,
 * tubes and plates of one or two voxels, whose overlap says more about the grid than about the shape.
 */
export function resolvedLabels(labels: LabelVolume): Set<number> {
  const [nx, ny, nz] = labels.size;
  const v = labels.voxels;
  const counts = new Map<number, [all: number, core: number]>();
  const steps = [1, nx, nx * ny];
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const at = i + nx * (j + ny * k);
        const id = v[at]!;
        if (id === 0) continue;
        const inside = i > 0 && j > 0 && k > 0 && i < nx - 1 && j < ny - 1 && k < nz - 1;
        const core = inside && steps.every((s) => v[at - s] === id && v[at + s] === id);
        const c = counts.get(id) ?? [0, 0];
        c[0]++;
        if (core) c[1]++;
        counts.set(id, c);
      }
    }
  }
  return new Set([...counts].filter(([, [all, core]]) => core / all >= 0.2).map(([id]) => id));
}

/** Number of 26-connected components of a mask. */
export function countComponents(mask: Uint8Array, size: Vec3): number {
  const [nx, ny, nz] = size;
  const seen = new Uint8Array(mask.length);
  const stack: number[] = [];
  let components = 0;
  for (let start = 0; start < mask.length; start++) {
    if (mask[start] === 0 || seen[start] === 1) continue;
    components++;
    seen[start] = 1;
    stack.push(start);
    while (stack.length > 0) {
      const at = stack.pop()!;
      const [i, j, k] = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))];
      for (let c = Math.max(0, k - 1); c <= Math.min(nz - 1, k + 1); c++) {
        for (let b = Math.max(0, j - 1); b <= Math.min(ny - 1, j + 1); b++) {
          for (let a = Math.max(0, i - 1); a <= Math.min(nx - 1, i + 1); a++) {
            const next = a + nx * (b + ny * c);
            if (mask[next] === 1 && seen[next] === 0) {
              seen[next] = 1;
              stack.push(next);
            }
          }
        }
      }
    }
  }
  return components;
}

/** Euler number of the union of the voxels as closed cubes: components - tunnels + cavities. A tree has 1. */
export function eulerNumber(mask: Uint8Array, size: Vec3): number {
  const [nx, ny, nz] = size;
  const at = (i: number, j: number, k: number) =>
    i >= 0 && j >= 0 && k >= 0 && i < nx && j < ny && k < nz && mask[i + nx * (j + ny * k)] === 1;
  // a cell of the cubical complex is present when any cube that it bounds is
  const present = (i: number, j: number, k: number, di: number, dj: number, dk: number) => {
    for (let c = dk === 1 ? 0 : -1; c <= 0; c++) {
      for (let b = dj === 1 ? 0 : -1; b <= 0; b++) {
        for (let a = di === 1 ? 0 : -1; a <= 0; a++) if (at(i + a, j + b, k + c)) return true;
      }
    }
    return false;
  };
  let euler = 0;
  for (let k = 0; k <= nz; k++) {
    for (let j = 0; j <= ny; j++) {
      for (let i = 0; i <= nx; i++) {
        if (!present(i, j, k, 0, 0, 0)) continue;
        for (let cell = 0; cell < 8; cell++) {
          const [di, dj, dk] = [cell & 1, (cell >> 1) & 1, cell >> 2];
          if (present(i, j, k, di, dj, dk)) euler += (di + dj + dk) % 2 === 0 ? 1 : -1;
        }
      }
    }
  }
  return euler;
}

/**
 * The lumen of the airway branches on a grid, straight from their centrelines. Carinas are blunt: where a branch has not yet
 * parted from its sister, aunt or grandparent by a voxel's diagonal, the gap between them is drawn too, or the grid would
 * show pinholes in about one fork in fifty. Branches that are no such relatives are never joined.
 */
export function airwayMask(branches: readonly AirwayBranch[], grid: Grid, minRadiusMm: number): Uint8Array {
  const mask = new Uint8Array(grid.size[0] * grid.size[1] * grid.size[2]);
  for (const b of branches) {
    const r = Math.max(minRadiusMm, b.radiusMm);
    fillCapsule(mask, grid, new Capsule(b.fromMm, b.toMm, r, r));
  }
  for (const carina of carinas(branches, grid.affine[0]!, minRadiusMm)) fillCapsule(mask, grid, carina);
  return mask;
}

function carinas(branches: readonly AirwayBranch[], voxelMm: number, minRadiusMm: number): Capsule[] {
  const byId = new Map(branches.map((b) => [b.id, b]));
  const children = new Map<number, AirwayBranch[]>();
  for (const b of branches) children.set(b.parent, [...(children.get(b.parent) ?? []), b]);
  return branches.flatMap((b) => {
    const parent = byId.get(b.parent);
    const grandparent = parent && byId.get(parent.parent);
    const relatives = [
      ...(parent ? (children.get(parent.id) ?? []).filter((s) => s.id !== b.id) : []),
      ...(grandparent ? [grandparent, ...(children.get(grandparent.id) ?? [])] : []).filter(
        (a) => a !== parent,
      ),
    ];
    return relatives.flatMap((relative) => carina(b, relative, voxelMm, minRadiusMm));
  });
}

function carina(b: AirwayBranch, relative: AirwayBranch, voxelMm: number, minRadiusMm: number): Capsule[] {
  const [r, s] = [Math.max(minRadiusMm, b.radiusMm), Math.max(minRadiusMm, relative.radiusMm)];
  const steps = Math.ceil(distance(b.fromMm, b.toMm) / (0.4 * voxelMm));
  const web: Capsule[] = [];
  for (let i = 0; i <= steps; i++) {
    const p = mix(b.fromMm, b.toMm, i / steps);
    const q = nearestOn(relative.fromMm, relative.toMm, p);
    if (distance(p, q) > r + s + Math.sqrt(3) * voxelMm) break;
    web.push(new Capsule(p, q, Math.min(r, s), Math.min(r, s)));
  }
  return web;
}

function nearestOn(a: Vec3, b: Vec3, p: Vec3): Vec3 {
  const ab = subtract(b, a);
  const t = dot(subtract(p, a), ab) / Math.max(1e-9, dot(ab, ab));
  return mix(a, b, Math.min(1, Math.max(0, t)));
}

function fillCapsule(mask: Uint8Array, grid: Grid, capsule: Capsule): void {
  const [nx, ny] = grid.size;
  const m = grid.affine as number[];
  const range = (axis: 0 | 1 | 2) => {
    const [step, start] = [m[5 * axis]!, m[4 * axis + 3]!];
    const low = Math.max(0, Math.floor((capsule.box.low[axis] - start) / step));
    return [low, Math.min(grid.size[axis] - 1, Math.ceil((capsule.box.high[axis] - start) / step))] as const;
  };
  const [x, y, z] = [range(0), range(1), range(2)];
  for (let k = z[0]; k <= z[1]; k++) {
    for (let j = y[0]; j <= y[1]; j++) {
      for (let i = x[0]; i <= x[1]; i++) {
        if (capsule.signed(m[0]! * i + m[3]!, m[5]! * j + m[7]!, m[10]! * k + m[11]!) <= 0)
          mask[i + nx * (j + ny * k)] = 1;
      }
    }
  }
}

/** Tree length and branches detected (a branch counts from 80 % of its length), in %, of centrelines inside the mask. */
export function treeCoverage(
  branches: readonly AirwayBranch[],
  mask: ArrayLike<number>,
  grid: Grid,
): { td: number; bd: number } {
  const [nx, ny] = grid.size;
  const m = grid.affine as number[];
  let [length, found, branchesFound, counted] = [0, 0, 0, 0];
  for (const b of branches) {
    let [inside, all] = [0, 0];
    for (let s = 0; s <= 8; s++) {
      const p = [0, 1, 2].map((k) => b.fromMm[k]! + ((b.toMm[k]! - b.fromMm[k]!) * s) / 8);
      const index = [0, 1, 2].map((k) => Math.round((p[k]! - m[4 * k + 3]!) / m[5 * k]!)) as [
        number,
        number,
        number,
      ];
      if (index.some((n, k) => n < 0 || n >= grid.size[k]!)) continue;
      all++;
      if (mask[index[0] + nx * (index[1] + ny * index[2])] !== 0) inside++;
    }
    if (all === 0) continue;
    const mm = Math.hypot(b.toMm[0] - b.fromMm[0], b.toMm[1] - b.fromMm[1], b.toMm[2] - b.fromMm[2]);
    length += mm;
    found += (mm * inside) / all;
    counted++;
    if (inside / all >= 0.8) branchesFound++;
  }
  return { td: (100 * found) / length, bd: (100 * branchesFound) / counted };
}
