import { beforeAll, describe, expect, it } from 'vitest';
import { correlation, fieldAt } from './check/statistics.js';
import { projectVolume } from './image/drr.js';
import { type Phantom, render } from './render.js';

const options = { size: 64, fov: 'chest', findings: 'none' } as const;
let baseline: Phantom;
let followUp: Phantom;
beforeAll(() => {
  baseline = render(6, options);
  followUp = render(6, { ...options, followUp: { breathingMm: 18 } });
});

/** The baseline image at phi^-1 of every follow-up voxel, trilinear. */
function warpBaseline(): Float32Array {
  const { size, affine, voxels } = baseline.volume;
  const [nx, ny, nz] = size;
  const out = new Float32Array(voxels.length);
  const a = affine as number[];
  const phi = followUp.phi!;
  let at = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, at++) {
        const q = [a[0]! * i + a[3]!, a[5]! * j + a[7]!, a[10]! * k + a[11]!];
        const d = fieldAt(phi, phi.inverse, q);
        const u = [0, 1, 2].map((n) => (q[n]! + d[n]! - a[4 * n + 3]!) / a[5 * n]!);
        if (u.some((v, n) => v < 0 || v > size[n]! - 1.001)) {
          out[at] = -1000;
          continue;
        }
        const [p, r, s] = u.map(Math.floor) as [number, number, number];
        let sum = 0;
        for (let c = 0; c < 8; c++) {
          const [di, dj, dk] = [c & 1, (c >> 1) & 1, c >> 2];
          const w =
            (di ? u[0]! - p : 1 - u[0]! + p) *
            (dj ? u[1]! - r : 1 - u[1]! + r) *
            (dk ? u[2]! - s : 1 - u[2]! + s);
          sum += w * voxels[p + di + nx * (r + dj + ny * (s + dk))]!;
        }
        out[at] = sum;
      }
    }
  }
  return out;
}

describe('a follow-up', () => {
  it('has another image, no folds, and the same organs', () => {
    expect(followUp.volume.voxels).not.toEqual(baseline.volume.voxels);
    expect(followUp.phi!.determinant.reduce((m, v) => Math.min(m, v))).toBeGreaterThan(0);
    expect(new Set(followUp.labels.voxels).size).toBeGreaterThan(50);
  });

  it('is the baseline warped by phi, and its X-ray is the projection of the warped volume', () => {
    const warped = warpBaseline();
    const known = (values: ArrayLike<number>) => Array.from(values).filter((_, i) => warped[i] !== -1000);
    expect(correlation(known(warped), known(followUp.volume.voxels))).toBeGreaterThan(0.96);
    const volume = { ...baseline.volume, voxels: Int16Array.from(warped, Math.round) };
    const a = projectVolume(volume, { view: 'AP' }).pixels;
    const b = projectVolume(followUp.volume, { view: 'AP' }).pixels;
    const inner = (pixels: Float32Array) =>
      [...pixels].filter((_, i) => {
        const [x, y] = [i % 64, Math.floor(i / 64)];
        return x > 6 && x < 57 && y > 10 && y < 54;
      });
    expect(correlation(inner(a), inner(b))).toBeGreaterThan(0.99);
  });

  it('carries landmarks by phi: the follow-up’s point is baseline + forward(baseline)', () => {
    const after = new Map(followUp.landmarks.map((l) => [l.name, l]));
    for (const l of baseline.landmarks) {
      const twin = after.get(l.name)!;
      if (!l.insideField || !twin.insideField) continue;
      const d = fieldAt(followUp.phi!, followUp.phi!.forward, l.pointMm);
      const error = Math.hypot(...[0, 1, 2].map((k) => l.pointMm[k]! + d[k]! - twin.pointMm[k]!));
      expect(error, l.name).toBeLessThan(0.5);
    }
  });

  it('has new, grown and vanished nodules, and the report says so', () => {
    const nodule = {
      name: 'lung_nodule',
      lobe: 'RUL',
      side: 'right',
      sizeMm: 9,
      count: 3,
      severity: 2,
      visibleOnXray: false,
    } as const;
    const changes = new Set<string>();
    for (let seed = 0; seed < 6; seed++) {
      const p = render(seed, {
        size: 16,
        findings: [nodule],
        followUp: { newLesions: 1, vanishedShare: 0.4, days: 400 },
      });
      for (const l of p.lesions) if (l.kind === 'nodule') changes.add(l.change!);
      expect(p.report.impression).toContain('Compared with the study 13 months earlier');
      expect(p.lesions.filter((l) => l.change === 'new')).toHaveLength(1);
    }
    expect(changes).toEqual(new Set(['new', 'grown', 'stable', 'vanished']));
  });
});
