import { describe, expect, it } from 'vitest';
import { affineFrom, applyAffine } from '../geometry/affine.js';
import { asLabels, maskOnGrid, type SmallMask } from './mask-on-grid.js';

/** A ball of radius 5 mm round (10, 20, 30), 1 mm voxels. */
const ball: SmallMask = (() => {
  const affine = affineFrom([1, 1, 1], [0, 10, 20]);
  const voxels = new Uint8Array(21 ** 3);
  for (let n = 0; n < voxels.length; n++) {
    const [x, y, z] = applyAffine(affine, [n % 21, Math.floor(n / 21) % 21, Math.floor(n / 441)]);
    voxels[n] = Number(Math.hypot(x - 10, y - 20, z - 30) <= 5);
  }
  return { size: [21, 21, 21], affine, voxels };
})();
const ballMm3 = (4 / 3) * Math.PI * 125;

describe('a mask on another grid', () => {
  it('keeps its place and, to a tenth, its volume, whatever way the axes run', () => {
    for (const affine of [
      affineFrom([0.7, 0.7, 1.25], [-30, -20, 0]),
      [0, 0.8, 0, -20, -0.8, 0, 0, 60, 0, 0, -1.5, 70],
    ]) {
      const drawn = maskOnGrid(ball, { size: [90, 100, 60], affine })!;
      const voxelMm3 = affine[2] === 0 && affine[0] !== 0 ? 0.7 * 0.7 * 1.25 : 0.8 * 0.8 * 1.5;
      expect(Math.abs((drawn.count * voxelMm3) / ballMm3 - 1)).toBeLessThan(0.1);
      const middle = [0, 0, 0];
      drawn.voxels.forEach((inside, n) => {
        if (inside === 0) return;
        const [nx, ny] = drawn.size;
        const at = applyAffine(drawn.affine, [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))]);
        at.forEach((value, axis) => {
          middle[axis]! += value / drawn.count;
        });
      });
      expect(Math.hypot(middle[0]! - 10, middle[1]! - 20, middle[2]! - 30)).toBeLessThan(0.5);
      expect(applyAffine(affine, drawn.low)).toEqual(applyAffine(drawn.affine, [0, 0, 0]));
    }
  });

  it('is cut where the grid ends', () => {
    const drawn = maskOnGrid(ball, { size: [50, 50, 31], affine: affineFrom([1, 1, 1], [0, 0, 0]) })!;
    expect(drawn.low[2] + drawn.size[2]).toBe(31);
    expect(drawn.count).toBeLessThan(0.7 * ballMm3);
  });

  it('is nothing outside the grid and between slices too far apart', () => {
    expect(maskOnGrid(ball, { size: [9, 9, 9], affine: affineFrom([1, 1, 1], [500, 0, 0]) })).toBeUndefined();
    expect(
      maskOnGrid(ball, { size: [50, 50, 3], affine: affineFrom([1, 1, 30], [0, 0, 15]) }),
    ).toBeUndefined();
  });

  it('becomes a label map with the value that is asked for', () => {
    expect(new Set(asLabels(ball, 3).voxels)).toEqual(new Set([0, 3]));
  });

  it('refuses to draw more than its cap', () => {
    const fine = {
      size: [30_000, 30_000, 30_000],
      affine: affineFrom([0.01, 0.01, 0.01], [0, 10, 20]),
    } as const;
    expect(() => maskOnGrid(ball, fine)).toThrowError(/at most/);
  });
});
