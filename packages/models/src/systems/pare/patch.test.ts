import { describe, expect, it } from 'vitest';
import { pareConfig } from './pare-config.js';
import { applyAffine, type CtVolume, inverseAffine, sampleSlab, slabToLps, windows } from './patch.js';

/** HU = 10·x - 5·y + 3·z of the LPS position, on an oblique grid with a flipped axis. */
function ramp(): CtVolume {
  const size = [40, 40, 30] as const;
  const affine = [0.8, 0.1, 0, -15, -0.1, 0.8, 0, -16, 0, 0, -1.5, 22];
  const voxels = new Float32Array(size[0] * size[1] * size[2]);
  for (let n = 0; n < voxels.length; n++) {
    const [x, y, z] = applyAffine(affine, [n % 40, Math.floor(n / 40) % 40, Math.floor(n / 1600)]);
    voxels[n] = 10 * x - 5 * y + 3 * z;
  }
  return { size, affine, voxels };
}
const config = { ...pareConfig, patch: [4, 8, 8] as const };

describe('a slab', () => {
  it('is trilinear in LPS millimetres, whatever the axes of the volume', () => {
    const pose = { centre: [2, 1, 0] as const, turn: 0.7, zoom: 1.2, mirror: [-1, 1, 1] as const };
    const slab = sampleSlab(ramp(), config, pose);
    let n = 0;
    for (let z = 0; z < 4; z++)
      for (let y = 0; y < 8; y++)
        for (let x = 0; x < 8; x++) {
          const [px, py, pz] = slabToLps(config, pose, z, y, x);
          expect(slab[n++]).toBeCloseTo(10 * px - 5 * py + 3 * pz, 2);
        }
  });

  it('reads padding as air, and repeats the border beyond the scan', () => {
    const volume: CtVolume = {
      size: [2, 1, 1],
      affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0],
      voxels: [-3024, 50],
    };
    const slab = sampleSlab(volume, config, { centre: [0, 0, 0] });
    expect(Math.min(...slab)).toBe(-1000);
    expect(Math.max(...slab)).toBe(50);
  });

  it('takes the nearest class of a label volume', () => {
    const labels: CtVolume = {
      size: [2, 1, 1],
      affine: [4, 0, 0, -2, 0, 1, 0, 0, 0, 0, 1, 0],
      voxels: [0, 2],
    };
    expect(new Set(sampleSlab(labels, config, { centre: [0, 0, 0] }, 'nearest'))).toEqual(new Set([0, 2]));
  });
});

describe('matrices', () => {
  it('an inverse brings every point back', () => {
    const { affine } = ramp();
    const there = applyAffine(affine, [3, 7, 11]);
    expect(applyAffine(inverseAffine(affine), there).map((v) => Math.round(v * 1e6) / 1e6)).toEqual([
      3, 7, 11,
    ]);
  });
});

describe('windows', () => {
  it('scale soft tissue to -1…1 and calcium to 0…2', () => {
    const out = new Float32Array(8);
    windows(Float32Array.from([-2000, -300, 400, 900]), out, 0);
    expect([...out]).toEqual([-1, 0, 1, 1, 0, 0, 0.75, 2]);
  });
});
