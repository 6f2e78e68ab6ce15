import type { Volume } from '@tomograph/imaging';
import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { displayXray, MU_WATER_PER_MM, plainLook, projectVolume } from './drr.js';

/** A 40 mm cube of water in air, a little to the patient's left and high. */
function cube(): Volume {
  const size = [50, 40, 30] as const;
  const voxels = new Int16Array(50 * 40 * 30).fill(-1000);
  for (let k = 18; k < 28; k++)
    for (let j = 10; j < 20; j++) for (let i = 30; i < 40; i++) voxels[i + 50 * (j + 40 * k)] = 0;
  return { size, affine: [4, 0, 0, -98, 0, 4, 0, -78, 0, 0, 4, -58], voxels };
}

describe('the projector', () => {
  it('integrates water to mu times thickness', () => {
    const { pixels, width } = projectVolume(cube(), { view: 'AP' });
    expect(pixels[35 + width * (29 - 22)]).toBeCloseTo(40 * MU_WATER_PER_MM, 5);
    expect(pixels[10 + width * (29 - 22)]).toBe(0);
  });

  it('shows the patient’s left at the right of an AP image, cranial at the top', () => {
    const { pixels, width, height } = projectVolume(cube(), { view: 'AP' });
    let [x, y, sum] = [0, 0, 0];
    pixels.forEach((v, i) => {
      x += v * (i % width);
      y += v * Math.floor(i / width);
      sum += v;
    });
    expect(x / sum).toBeGreaterThan(width / 2);
    expect(y / sum).toBeLessThan(height / 2);
  });

  it('shows anterior at the left of a lateral image', () => {
    const { pixels, width } = projectVolume(cube(), { view: 'LATERAL' });
    const sum = pixels.reduce((s, v) => s + v, 0);
    const x = pixels.reduce((s, v, i) => s + v * (i % width), 0) / sum;
    expect(x).toBeLessThan(width / 2);
  });

  it('magnifies what stands nearer to the source of a cone beam', () => {
    const cone = { sourceToDetectorMm: 1800, sourceToCentreMm: 900 };
    const { pixels } = projectVolume(cube(), { view: 'AP', cone });
    const parallel = projectVolume(cube(), { view: 'AP' }).pixels;
    const count = (values: Float32Array) => values.filter((v) => v > 0.2).length;
    expect(count(pixels)).toBeGreaterThanOrEqual(count(parallel));
  });

  it('displays between 0 and 1, and blacks out beyond the collimator', () => {
    const line = projectVolume(cube(), { view: 'AP', width: 80, height: 60 });
    const { pixels } = displayXray(line, { ...plainLook, noise: 0.02, collimation: 0.9 }, new Random(1));
    expect(pixels[0]).toBe(0);
    for (const v of pixels) {
      expect(v).toBeGreaterThanOrEqual(0);
      expect(v).toBeLessThanOrEqual(1);
    }
  });
});
