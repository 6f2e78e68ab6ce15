// The map between a scan and its follow-up: inverse, folds, and whether the film of one is the film of the other, warped.
import {
  correlation,
  fieldAt,
  type Phantom,
  projectVolume,
  type RenderOptions,
  render,
} from '@tomograph/phantom';
import { bar } from '../evaluation.js';
import { type Part, seedsOf } from './part.js';

export function followUp(quick: boolean): Part {
  const seeds = seedsOf(quick, 2, 6);
  let [roundTrip, lowest, drr] = [0, Number.POSITIVE_INFINITY, 1];
  for (const seed of seeds) {
    const options: RenderOptions = { size: 64, fov: 'chest', findings: 'none' };
    const before = render(seed, options);
    const after = render(seed, { ...options, followUp: { breathingMm: 12 + 3 * seed, sliding: false } });
    const phi = after.phi!;
    lowest = Math.min(
      lowest,
      phi.determinant.reduce((m, v) => Math.min(m, v)),
    );
    const voxel = Math.max(...after.spacingMm);
    const a = after.volume.affine as number[];
    const warped = new Int16Array(before.volume.voxels.length).fill(-1000);
    const [nx, ny, nz] = after.volume.size;
    for (let at = 0; at < warped.length; at++) {
      const index = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))];
      const q = [0, 1, 2].map((k) => a[5 * k]! * index[k]! + a[4 * k + 3]!);
      const back = fieldAt(phi, phi.inverse, q);
      const p = [0, 1, 2].map((k) => q[k]! + back[k]!);
      const edge = index.some((v, k) => v < 6 || v > [nx, ny, nz][k]! - 7);
      if (!edge && at % 7 === 0) {
        const forth = fieldAt(phi, phi.forward, p);
        roundTrip = Math.max(
          roundTrip,
          Math.hypot(...[0, 1, 2].map((k) => p[k]! + forth[k]! - q[k]!)) / voxel,
        );
      }
      warped[at] = sampleLinear(before, p);
    }
    const project = (voxels: Int16Array) => {
      const { pixels, width, height } = projectVolume({ ...after.volume, voxels }, { view: 'AP' });
      return [...pixels].filter((_, i) => {
        const [x, y] = [i % width, Math.floor(i / width)];
        return x > 6 && x < width - 7 && y > 10 && y < height - 11;
      });
    };
    drr = Math.min(drr, correlation(project(warped), project(after.volume.voxels)));
  }
  return {
    bars: [
      bar('phi after its inverse, largest error, voxels', roundTrip, '≤', 0.1, seeds.length),
      bar('smallest determinant of phi', lowest, '≥', 0.05, seeds.length),
      bar(
        'DRR of the follow-up against projection of the warped baseline, lowest correlation',
        drr,
        '≥',
        0.99,
        seeds.length,
      ),
    ],
  };
}

function sampleLinear(p: Phantom, mm: readonly number[]): number {
  const { size, affine, voxels } = p.volume;
  const u = [0, 1, 2].map((k) => (mm[k]! - affine[4 * k + 3]!) / affine[5 * k]!);
  if (u.some((v, k) => v < 0 || v > size[k]! - 1.001)) return -1000;
  const [i, j, k] = u.map(Math.floor) as [number, number, number];
  let sum = 0;
  for (let c = 0; c < 8; c++) {
    const d = [c & 1, (c >> 1) & 1, c >> 2];
    const w = d.reduce((f, side, n) => f * (side ? u[n]! - [i, j, k][n]! : 1 - u[n]! + [i, j, k][n]!), 1);
    sum += w * voxels[i + d[0]! + size[0] * (j + d[1]! + size[1] * (k + d[2]!))]!;
  }
  return Math.round(sum);
}
