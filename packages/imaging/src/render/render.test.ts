import { AppError } from '@tomograph/kernel';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { affineFrom } from '../geometry/affine.js';
import { orientationCodes } from '../geometry/orientation.js';
import { reorient } from '../geometry/reorient.js';
import type { Vec3, Volume } from '../volume.js';
import { extractPlane, maximumProjection } from './planes.js';
import { renderImageThumbnail, renderThumbnails } from './thumbnails.js';
import { applyWindow, windowFromPercentiles, windowPresets } from './window.js';

/** 8 x 8 x 4 at 1 x 1 x 4 mm; the HU of a voxel spells its place: 100 i + 10 j + k. */
const spelled: Volume = (() => {
  const size: Vec3 = [8, 8, 4];
  const voxels = Int16Array.from(
    { length: 256 },
    (_, at) => 100 * (at % 8) + 10 * (Math.floor(at / 8) % 8) + Math.floor(at / 64),
  );
  return { size, affine: affineFrom([1, 1, 4]), voxels };
})();

describe('window and level', () => {
  it('maps the ends of each preset to 0 and 255 and its centre to the middle', () => {
    for (const { widthHu, centreHu } of Object.values(windowPresets)) {
      const ends = [centreHu - widthHu / 2, centreHu + widthHu / 2, -3024, 32767, Number.NaN];
      expect([...applyWindow(ends, { widthHu, centreHu })]).toEqual([0, 255, 0, 255, 0]);
      expect(Math.abs(applyWindow([centreHu], { widthHu, centreHu })[0]! - 127.5)).toBeLessThan(1);
    }
  });

  it('refuses a window without width', () => {
    expect(() => applyWindow([1], { widthHu: 0, centreHu: 40 })).toThrow(AppError);
  });

  it('finds a window by percentiles that outliers do not move, and survives constants', () => {
    const values = Array.from({ length: 1001 }, (_, i) => i);
    values[500] = 1e9;
    const { widthHu, centreHu } = windowFromPercentiles(values);
    expect(centreHu - widthHu / 2).toBeCloseTo(10, 0);
    expect(widthHu).toBeLessThan(1000);
    expect(windowFromPercentiles([7, 7, 7]).widthHu).toBe(1);
  });
});

describe('planes', () => {
  it('shows the patient right at column 0, anterior or cranial at row 0', () => {
    const axial = extractPlane(spelled, 'axial');
    expect([axial.values[0], axial.values[7], axial.values[56]]).toEqual([2, 702, 72]); // k = 2
    const coronal = extractPlane(spelled, 'coronal');
    expect([coronal.values[0], coronal.values[7], coronal.values[24]]).toEqual([43, 743, 40]); // j = 4
    const sagittal = extractPlane(spelled, 'sagittal');
    expect([sagittal.values[0], sagittal.values[7], sagittal.values[24]]).toEqual([403, 473, 400]); // i = 4
    expect(coronal.spacingMm).toEqual([1, 4]);
  });

  it('shows the same picture from each of the 48 storage orders', () => {
    for (const code of orientationCodes) {
      const stored = reorient({ ...spelled, size: [8, 8, 4] }, code);
      // the middle of an even stack is one of two slices: compare the projections, which have no such choice
      for (const plane of ['axial', 'coronal', 'sagittal'] as const) {
        expect(maximumProjection(stored, plane)).toEqual(maximumProjection(spelled, plane));
      }
    }
  });

  it('takes the maximum along the ray', () => {
    const image = maximumProjection(spelled, 'coronal');
    expect([image.width, image.height]).toEqual([8, 4]);
    expect(image.values[0]).toBe(73);
  });
});

describe('thumbnails', () => {
  it('are square images that keep the proportions of millimetres, not of voxels', async () => {
    // 40 x 20 x 10 mm of 100 HU in 8 x 8 x 4 voxels
    const slab: Volume = {
      size: [8, 8, 4],
      affine: affineFrom([5, 2.5, 2.5]),
      voxels: new Int16Array(256).fill(1000),
    };
    const shots = await renderThumbnails(slab, { sizePx: 64 });
    for (const [name, rows] of [
      ['axial', 32],
      ['coronal', 16],
      ['sagittal', 32],
      ['mip', 16],
    ] as const) {
      const { data, info } = await sharp(shots[name]).raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([64, 64]);
      let bright = 0;
      for (let row = 0; row < 64; row++) if (data[(row * 64 + 32) * info.channels]! > 100) bright++;
      expect([name, bright]).toEqual([name, rows]);
    }
  });

  it('come as PNG or WebP, of MR-like values too', async () => {
    expect((await sharp((await renderThumbnails(spelled)).axial).metadata()).format).toBe('png');
    const webp = await renderThumbnails(spelled, { format: 'webp', window: 'auto', sizePx: 32 });
    expect((await sharp(webp.mip).metadata()).format).toBe('webp');
    await expect(renderThumbnails(spelled, { sizePx: 1e6 })).rejects.toThrow(AppError);
  });

  it('stretch an X-ray in [0, 1] over the greys', async () => {
    const image = {
      width: 8,
      height: 4,
      pixels: Float32Array.from({ length: 32 }, (_, i) => 0.4 + (i % 8) * 0.01),
    };
    const { data, info } = await sharp(await renderImageThumbnail(image, { sizePx: 64 }))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const row = 32 * 64;
    expect(data[row * info.channels]).toBeLessThan(10);
    expect(data[(row + 63) * info.channels]).toBeGreaterThan(245);
    await expect(renderImageThumbnail({ ...image, width: 9 })).rejects.toThrow(/cannot hold/);
  });
});
