import { AppError } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { affineFrom, applyAffine } from '../geometry/affine.js';
import { orientationCodes } from '../geometry/orientation.js';
import { reorient } from '../geometry/reorient.js';
import type { Vec3, Volume } from '../volume.js';
import { bodyMask, boundingBox, cropToBody } from './body.js';

const inside = ([x, y]: Vec3, rx: number, ry: number, cx = 0, cy = 0) =>
  ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1;

function scan(size: Vec3, spacing: Vec3, hu: (p: Vec3) => number): Volume {
  const [nx, ny, nz] = size;
  const affine = affineFrom(spacing, [(-(nx - 1) / 2) * spacing[0], (-(ny - 1) / 2) * spacing[1], 0]);
  const voxels = new Int16Array(nx * ny * nz);
  for (let at = 0; at < voxels.length; at++) {
    voxels[at] = hu(applyAffine(affine, [at % nx, Math.floor(at / nx) % ny, Math.floor(at / nx / ny)]));
  }
  return { size, affine, voxels };
}

/** An elliptic trunk 300 x 200 mm with two lungs, lying on a 6 mm couch top that touches its back. */
const trunk = (p: Vec3) => {
  if (inside(p, 45, 60, 70) || inside(p, 45, 60, -70)) return -850;
  if (inside(p, 150, 100)) return 40;
  return p[1] > 99 && p[1] < 105 && Math.abs(p[0]) < 190 ? 100 : -1000;
};

describe('bodyMask', () => {
  const volume = scan([200, 140, 12], [2, 2, 5], trunk);

  it('is the body with its lungs, without the couch it lies on, to the pixel at its edge', () => {
    const mask = bodyMask(volume);
    let wrong = 0;
    let body = 0;
    mask.voxels.forEach((value, at) => {
      const p = applyAffine(volume.affine, [at % 200, Math.floor(at / 200) % 140, 0]);
      if (inside(p, 150, 100)) body++;
      if (value !== (inside(p, 150, 100) ? 1 : 0)) wrong++;
    });
    expect(wrong / body).toBeLessThan(0.01);
  });

  it('is the same in every storage order', () => {
    const truth = bodyMask(volume);
    for (const code of orientationCodes.filter((_, at) => at % 9 === 0)) {
      const turned = reorient(bodyMask(reorient(volume, code)), 'LPS');
      expect(Buffer.compare(Buffer.from(turned.voxels.buffer), Buffer.from(truth.voxels.buffer))).toBe(0);
    }
  });

  it('keeps both legs of a pair and drops a couch thinner than either', () => {
    const legs = scan([200, 120, 6], [2, 2, 5], (p) => {
      if (inside(p, 70, 70, 85) || inside(p, 65, 65, -85)) return 50;
      return p[1] > 80 && p[1] < 110 && Math.abs(p[0]) < 150 && Math.abs(p[1] - 95) > 8 ? 0 : -1000;
    });
    const box = boundingBox(bodyMask(legs))!;
    expect(legs.affine[3]! + 2 * box.low[0]).toBeCloseTo(-150, -1);
    expect(legs.affine[3]! + 2 * box.high[0]).toBeCloseTo(155, -1);
    expect(legs.affine[7]! + 2 * box.high[1]).toBeLessThan(75);
  });

  it('takes at most two seconds for 512 x 512 x 140', () => {
    const slice = scan([512, 512, 1], [0.75, 0.75, 2], trunk);
    const voxels = new Int16Array(512 * 512 * 140);
    for (let k = 0; k < 140; k++) voxels.set(slice.voxels, k * 512 * 512);
    const big: Volume = { size: [512, 512, 140], affine: slice.affine, voxels };
    const start = process.cpuUsage();
    const mask = bodyMask(big);
    const { user } = process.cpuUsage(start);
    expect(user / 1e3).toBeLessThan(4000); // measured 1.0 s on an idle core; a loaded one is slower in CPU time too
    expect(boundingBox(mask)).toBeDefined();
  });
});

describe('cropToBody', () => {
  const volume = scan([200, 140, 4], [2, 2, 5], trunk);

  it('cuts to the body box, with air where the couch was, at unchanged patient positions', () => {
    const cropped = cropToBody(volume);
    expect(cropped.size[0]).toBeGreaterThanOrEqual(148);
    expect(cropped.size[0]).toBeLessThanOrEqual(151);
    expect(cropped.size[1]).toBeLessThanOrEqual(102);
    expect(Math.abs(cropped.affine[3]! + 149)).toBeLessThanOrEqual(2);
    expect(cropped.voxels[0]).toBe(-1024);
    expect(cropToBody(volume, { marginMm: 10 }).size[0]).toBe(cropped.size[0] + 10);
    expect(cropToBody(volume, { outside: 'keep' }).voxels[0]).toBe(-1000);
  });

  it('refuses a volume without a body', () => {
    expect(() => cropToBody(scan([20, 20, 2], [2, 2, 2], () => -1000))).toThrow(AppError);
    expect(() => cropToBody(scan([20, 20, 2], [2, 2, 2], () => -1000))).toThrow(/no body found/);
  });
});
