// Places where one structure meets another or the skin, as rendered: faults here once changed labels with the voxel size.
import { describe, expect, it } from 'vitest';
import { type Phantom, render } from '../render.js';
import { label } from './labels.js';

const bodies = [31, 32].map((seed) => render(seed, { size: [64, 48, 76], findings: 'none' }));

/** Calls `see` with every voxel of a structure and its neighbours inside the field. */
function around(p: Phantom, name: string, see: (at: number, neighbours: number[]) => void): void {
  const [nx, ny, nz] = p.labels.size;
  const id = label(name);
  p.labels.voxels.forEach((voxel, at) => {
    if (voxel !== id) return;
    const place = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))];
    const steps = [1, nx, nx * ny];
    const neighbours = steps.flatMap((step, k) => [
      ...(place[k]! > 0 ? [at - step] : []),
      ...(place[k]! < [nx, ny, nz][k]! - 1 ? [at + step] : []),
    ]);
    see(at, neighbours);
  });
}

describe('the raised arm', () => {
  it('wraps the humerus: no air touches it, at any voxel size', () => {
    for (const p of [...bodies, render(31, { size: 40, findings: 'none' })]) {
      for (const name of ['humerus_right', 'humerus_left']) {
        let lowest = Number.POSITIVE_INFINITY;
        around(p, name, (_, neighbours) => {
          for (const n of neighbours) lowest = Math.min(lowest, p.volume.voxels[n]!);
        });
        expect(lowest).toBeGreaterThan(-200);
        expect(lowest).toBeLessThan(Number.POSITIVE_INFINITY);
      }
    }
  });

  it('has a humeral head of adult size above and beside the scapula', () => {
    for (const p of bodies) {
      const a = p.labels.affine;
      const [nx, ny] = p.labels.size;
      const mean = (name: string) => {
        let [x, z, n] = [0, 0, 0];
        around(p, name, (at) => {
          x += a[0]! * (at % nx) + a[3]!;
          z += a[10]! * Math.floor(at / (nx * ny)) + a[11]!;
          n++;
        });
        return { x: x / n, z: z / n, ml: (n * a[0]! * a[5]! * a[10]!) / 1000 };
      };
      const [humerus, scapula] = [mean('humerus_left'), mean('scapula_left')];
      expect(humerus.x).toBeGreaterThan(scapula.x);
      expect(humerus.z).toBeGreaterThan(scapula.z);
      expect(humerus.ml).toBeGreaterThan(30);
    }
  });
});

describe('the left atrium', () => {
  it('is blood through and through: the pulmonary veins end at its wall', () => {
    const [atrium, vein] = [label('heart_atrium_left'), label('pulmonary_vein')];
    for (const p of bodies) {
      let enclosed = 0;
      around(p, 'pulmonary_vein', (_, neighbours) => {
        const labels = neighbours.map((n) => p.labels.voxels[n]);
        if (labels.every((id) => id === atrium || id === vein) && labels.includes(atrium)) enclosed++;
      });
      expect(enclosed).toBeLessThanOrEqual(2);
    }
  });

  it('has a volume between the published smallest and largest of the heartbeat', () => {
    for (const p of bodies) {
      const a = p.labels.affine;
      let n = 0;
      around(p, 'heart_atrium_left', () => n++);
      const ml = (n * a[0]! * a[5]! * a[10]!) / 1000;
      expect(ml).toBeGreaterThan(41);
      expect(ml).toBeLessThan(163);
    }
  });
});
