import { AppError, Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { affineFrom, applyAffine } from '../geometry/affine.js';
import { orientationCodes } from '../geometry/orientation.js';
import { reorient } from '../geometry/reorient.js';
import type { Image2d, Vec3, Volume } from '../volume.js';
import { displayLineIntegrals } from './display.js';
import { muWaterPerMm, projectLineIntegrals, renderDrr } from './drr.js';

function scan(size: Vec3, spacing: Vec3, hu: (p: Vec3) => number, shift: Vec3 = [0, 0, 0]): Volume {
  const [nx, ny, nz] = size;
  const origin = size.map((n, a) => shift[a]! - ((n - 1) / 2) * spacing[a]!) as unknown as Vec3;
  const affine = affineFrom(spacing, origin);
  const voxels = new Int16Array(nx * ny * nz);
  for (let at = 0; at < voxels.length; at++) {
    voxels[at] = hu(applyAffine(affine, [at % nx, Math.floor(at / nx) % ny, Math.floor(at / nx / ny)]));
  }
  return { size, affine, voxels };
}

const at = (image: Image2d, column: number, row: number) => image.pixels[column + image.width * row]!;
const centreOf = (image: Image2d) => at(image, image.width >> 1, image.height >> 1);
/** Ball of water with radius 40 mm at `c`; voxels on its surface are weighed by how much of them is inside. */
const ball =
  (c: Vec3, r = 40) =>
  (p: Vec3) => {
    const depth = r - Math.hypot(p[0] - c[0], p[1] - c[1], p[2] - c[2]);
    return Math.round(-1000 + 1000 * Math.min(Math.max(depth + 0.5, 0), 1));
  };
const parallelChord = (distance: number, r = 40) => 2 * Math.sqrt(Math.max(r * r - distance * distance, 0));

describe('line integrals, parallel beam', () => {
  it('through a water slab is its thickness times the attenuation of water, in every view', () => {
    const slab = scan([30, 20, 10], [2, 3, 5], () => 0);
    for (const [view, mm] of [
      ['AP', 60],
      ['PA', 60],
      ['LATERAL', 60],
    ] as const) {
      const image = projectLineIntegrals(slab, { view, voxelMm: 10 });
      expect(centreOf(image)).toBeCloseTo(mm * muWaterPerMm, 5);
    }
    expect(
      centreOf(
        projectLineIntegrals(
          scan([30, 20, 10], [2, 1, 5], () => 1000),
          { view: 'AP' },
        ),
      ),
    ).toBeCloseTo(20 * 2 * muWaterPerMm, 5);
  });

  it('through air, and through the scanner padding below air, is zero', () => {
    const image = projectLineIntegrals(
      scan([10, 10, 10], [2, 2, 2], ([x]) => (x < 0 ? -3024 : -1000)),
      { view: 'AP' },
    );
    expect(Math.max(...image.pixels)).toBe(0);
  });

  it('through a ball is the chord, everywhere on the detector, straight and posed', () => {
    const volume = scan([60, 60, 60], [2, 2, 2], ball([0, 0, 0]));
    for (const pose of [{}, { rotationDegrees: [20, -15, 30] as Vec3 }]) {
      const image = projectLineIntegrals(volume, { view: 'AP', pose, pixelMm: 2 });
      let worst = 0;
      for (let row = 0; row < image.height; row++) {
        for (let column = 0; column < image.width; column++) {
          const r = Math.hypot((column - (image.width - 1) / 2) * 2, (row - (image.height - 1) / 2) * 2);
          if (r > 36) continue; // the rim is a voxel's blur
          worst = Math.max(worst, Math.abs(at(image, column, row) / muWaterPerMm - parallelChord(r)));
        }
      }
      expect(worst).toBeLessThan(1.5); // mm of 80, with 2 mm voxels
    }
  });

  it('keeps the total over the detector when the volume is shrunk first', () => {
    const volume = scan([61, 53, 47], [1, 1, 1], ball([3, -2, 1], 20));
    const total = (voxelMm: number) =>
      projectLineIntegrals(volume, { view: 'AP', voxelMm, pixelMm: 1 }).pixels.reduce((sum, v) => sum + v, 0);
    expect(total(3) / total(1)).toBeCloseTo(1, 2);
  });

  it('shows the patient right at column 0, cranial at row 0, anterior at column 0 of the lateral', () => {
    const volume = scan([40, 40, 40], [4, 4, 4], ball([-40, -30, 50], 15)); // right, anterior, cranial
    const peak = (view: 'AP' | 'PA' | 'LATERAL') => {
      const image = projectLineIntegrals(volume, { view, pixelMm: 4 });
      const total = image.pixels.reduce((sum, v) => sum + v, 0);
      const mean = (of: (pixel: number) => number) =>
        image.pixels.reduce((sum, v, i) => sum + v * of(i), 0) / total;
      const column = mean((i) => i % image.width);
      const row = mean((i) => Math.floor(i / image.width));
      return [(column - 19.5) * 4, (19.5 - row) * 4] as const;
    };
    for (const view of ['AP', 'PA'] as const) {
      expect(peak(view)[0]).toBeCloseTo(-40, 0);
      expect(peak(view)[1]).toBeCloseTo(50, 0);
    }
    expect(peak('LATERAL')[0]).toBeCloseTo(-30, 0);
  });

  it('does not depend on the storage order of the voxels', () => {
    const volume = scan([20, 24, 16], [3, 2, 4], ball([6, -5, 8], 15));
    const truth = projectLineIntegrals(volume, { view: 'LATERAL' }).pixels;
    for (const code of orientationCodes) {
      const image = projectLineIntegrals(reorient(volume, code), { view: 'LATERAL' });
      expect(image.pixels.every((value, i) => Math.abs(value - truth[i]!) < 1e-4)).toBe(true);
    }
  });
});

describe('line integrals, cone beam', () => {
  const beam = { kind: 'cone', sourceToDetectorMm: 1000, sourceToCentreMm: 800 } as const;

  it('magnifies by source-to-detector over source-to-object', () => {
    // two small balls, 60 mm apart, 50 mm nearer the detector than the centre
    const pair = (p: Vec3) => Math.max(ball([-30, 50, 0], 6)(p), ball([30, 50, 0], 6)(p));
    const image = projectLineIntegrals(scan([60, 60, 10], [2, 2, 2], pair), {
      view: 'AP',
      beam,
      pixelMm: 1,
      voxelMm: 2,
    });
    const row = Array.from({ length: image.width }, (_, column) => at(image, column, image.height >> 1));
    const centroid = (values: number[]) =>
      values.reduce((sum, v, i) => sum + v * i, 0) / values.reduce((sum, v) => sum + v, 0);
    const half = image.width >> 1;
    const apart = centroid(row.slice(half)) + half - centroid(row.slice(0, half));
    expect(apart).toBeCloseTo((60 * 1000) / 850, 0);
  });

  it('gives the slanted chord of a slab: thickness over the cosine of the ray', () => {
    const slab = scan([100, 10, 100], [4, 4, 4], () => 0);
    const image = projectLineIntegrals(slab, { view: 'AP', beam, pixelMm: 4, voxelMm: 4 });
    for (const column of [0.25, 0.5, 0.7].map((f) => Math.round(f * image.width))) {
      const off = (column - (image.width - 1) / 2) * 4;
      const row = image.height >> 1;
      const offRow = (row - (image.height - 1) / 2) * 4;
      const cosine = 1000 / Math.hypot(1000, off, offRow);
      expect(at(image, column, row) / muWaterPerMm / (40 / cosine)).toBeCloseTo(1, 4);
    }
  });

  it('of a far source equals the parallel beam', () => {
    const volume = scan([40, 40, 40], [2, 2, 2], ball([5, 3, -4], 20));
    const far = { kind: 'cone', sourceToDetectorMm: 1e6 + 10, sourceToCentreMm: 1e6 } as const;
    const size = [40, 40] as const;
    const a = projectLineIntegrals(volume, { view: 'LATERAL', size }).pixels;
    const b = projectLineIntegrals(volume, { view: 'LATERAL', size, beam: far }).pixels;
    expect(Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))).toBeLessThan(5e-3);
  });

  it('is refused with the source inside the patient', () => {
    const volume = scan([100, 100, 4], [4, 4, 4], () => 0);
    expect(() =>
      projectLineIntegrals(volume, {
        view: 'AP',
        beam: { kind: 'cone', sourceToDetectorMm: 500, sourceToCentreMm: 100 },
      }),
    ).toThrow(AppError);
    expect(() => projectLineIntegrals(volume, { view: 'AP', pixelMm: 0 })).toThrow(AppError);
    expect(() => projectLineIntegrals(volume, { view: 'AP', pose: { scale: -1 } })).toThrow(AppError);
  });
});

describe('pose', () => {
  it('scales and shifts the shadow', () => {
    const volume = scan([60, 60, 60], [2, 2, 2], ball([0, 0, 0], 20));
    const total = (image: Image2d) => image.pixels.reduce((sum, v) => sum + v, 0);
    const plain = projectLineIntegrals(volume, { view: 'AP', pixelMm: 1 });
    const large = projectLineIntegrals(volume, { view: 'AP', pixelMm: 1, pose: { scale: 1.25 } });
    expect(total(large) / total(plain)).toBeCloseTo(1.25 ** 3, 2); // thickness times area
    const moved = projectLineIntegrals(volume, { view: 'AP', pixelMm: 1, pose: { shiftMm: [10, 0, 0] } });
    expect(at(moved, 70, 60)).toBeCloseTo(at(plain, 60, 60), 4);
  });
});

describe('display', () => {
  const ramp: Image2d = {
    width: 101,
    height: 1,
    pixels: Float32Array.from({ length: 101 }, (_, i) => i / 20),
    spacingMm: [1, 1],
  };

  it('is linear in the integral for log response, 1 - exp for film, and keeps to [0, 1]', () => {
    const log = displayLineIntegrals(ramp);
    expect(at(log, 0, 0)).toBe(0);
    expect(at(log, 50, 0) / at(log, 25, 0)).toBeCloseTo(2, 5);
    expect(Math.max(...log.pixels)).toBe(1);
    expect(at(displayLineIntegrals(ramp, { response: 'transmission' }), 20, 0)).toBeCloseTo(
      1 - Math.exp(-1),
      6,
    );
    expect(at(displayLineIntegrals(ramp, { gamma: 2 }), 50, 0)).toBeCloseTo(at(log, 50, 0) ** 2, 6);
  });

  it('has counting noise: relative noise grows with the integral, and one seed gives one image', () => {
    const flat = (value: number) => ({ width: 100, height: 100, pixels: new Float32Array(1e4).fill(value) });
    const spread = (value: number) => {
      const image = displayLineIntegrals(flat(value), {
        response: 'transmission',
        noise: { random: new Random(3), photons: 1e4 },
      });
      const mean = image.pixels.reduce((s, v) => s + v, 0) / 1e4;
      return Math.sqrt(image.pixels.reduce((s, v) => s + (v - mean) ** 2, 0) / 1e4);
    };
    // sd of exp(-I) measured with N photons is sqrt(exp(-I) / N)
    expect(spread(1)).toBeCloseTo(Math.sqrt(Math.exp(-1) / 1e4), 3);
    expect(spread(3)).toBeCloseTo(Math.sqrt(Math.exp(-3) / 1e4), 3);
    expect(spread(1)).toBe(spread(1));
  });

  it('blacks out collimated strips and leaves the rest', () => {
    const shown = displayLineIntegrals(ramp, { collimation: { leftMm: 30, rightMm: 10 } });
    expect([at(shown, 29, 0), at(shown, 91, 0)]).toEqual([0, 0]);
    expect(at(shown, 30, 0)).toBe(at(displayLineIntegrals(ramp), 30, 0));
  });

  it('of nothing is black, not NaN; nonsense is refused', () => {
    const nothing = { width: 4, height: 4, pixels: new Float32Array(16) };
    expect([...displayLineIntegrals(nothing).pixels]).toEqual(Array(16).fill(0));
    expect(() => displayLineIntegrals(nothing, { gamma: 0 })).toThrow(AppError);
    expect(
      renderDrr(
        scan([4, 4, 4], [2, 2, 2], () => 0),
        { view: 'AP' },
      ).display.width,
    ).toBe(4);
  });
});

describe('speed', () => {
  it('projects 128³ at AP in at most 150 ms on an idle core', () => {
    const volume = scan([128, 128, 128], [2, 2, 2], ball([0, 0, 0], 90));
    projectLineIntegrals(volume, { view: 'AP' });
    const start = process.cpuUsage();
    projectLineIntegrals(volume, { view: 'AP' });
    expect(process.cpuUsage(start).user / 1e3).toBeLessThan(450); // measured 45 ms on an idle core
  });
});
