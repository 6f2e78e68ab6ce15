import { AppError, Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import type { Affine, Vec3, Volume } from '../volume.js';
import {
  affineFrom,
  applyAffine,
  applyLinear,
  composeAffine,
  determinant,
  directionCosines,
  flipRasLps,
  identityAffine,
  invertAffine,
  spacingMm,
} from './affine.js';
import { assertVolume, boundsThrough, geometryDigest, gridCentreLps, sameGeometry } from './grid.js';
import { axisAssignment, orientationCode, orientationCodes, parseOrientationCode } from './orientation.js';
import { axisView, reorient } from './reorient.js';

const rotation = (degrees: number): readonly [Vec3, Vec3, Vec3] => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  // about (1, 1, 1)/sqrt(3), by Rodrigues' formula
  const [p, q, r] = [c + (1 - c) / 3, (1 - c) / 3 - s / Math.sqrt(3), (1 - c) / 3 + s / Math.sqrt(3)];
  return [
    [p, r, q],
    [q, p, r],
    [r, q, p],
  ];
};
const oblique: Affine = affineFrom([0.7, 0.9, 2.5], [-120.5, 33.25, -910.125], rotation(17));

function numbered(size: Vec3, affine: Affine): Volume {
  return { size, affine, voxels: Int16Array.from({ length: size[0] * size[1] * size[2] }, (_, i) => i) };
}

describe('affines', () => {
  it('inverts: index -> mm -> index comes back to 1e-4 of a millimetre over a thousand random points', () => {
    const random = new Random(1);
    const back = invertAffine(oblique);
    for (let n = 0; n < 1000; n++) {
      const p: Vec3 = [random.uniform(0, 512), random.uniform(0, 512), random.uniform(0, 800)];
      const q = applyAffine(oblique, applyAffine(back, applyAffine(oblique, p)));
      const truth = applyAffine(oblique, p);
      expect(Math.hypot(q[0] - truth[0], q[1] - truth[1], q[2] - truth[2])).toBeLessThan(1e-4);
    }
  });

  it('composes inner first, and an affine after its inverse is the identity', () => {
    const inner = affineFrom([2, 3, 4], [10, 20, 30]);
    const both = applyAffine(composeAffine(oblique, inner), [1, 2, 3]);
    applyAffine(oblique, applyAffine(inner, [1, 2, 3])).forEach((value, axis) => {
      expect(both[axis]).toBeCloseTo(value, 9);
    });
    composeAffine(oblique, invertAffine(oblique)).forEach((value, at) => {
      expect(value).toBeCloseTo(identityAffine[at]!, 9);
    });
  });

  it('reads spacing, direction cosines and the signed voxel volume back', () => {
    const spacing = spacingMm(oblique);
    expect(spacing[0]).toBeCloseTo(0.7, 12);
    expect(spacing[2]).toBeCloseTo(2.5, 12);
    expect(determinant(oblique)).toBeCloseTo(0.7 * 0.9 * 2.5, 9);
    expect(determinant(affineFrom([-1, 1, 1]))).toBe(-1);
    directionCosines(oblique).forEach((axis, i) => {
      axis.forEach((value, r) => {
        expect(value).toBeCloseTo(rotation(17)[i as 0][r as 0], 12);
      });
    });
    expect(applyLinear(oblique, [0, 0, 0])).toEqual([0, 0, 0]);
  });

  it('turns RAS into LPS by changing x and y, and back by the same step', () => {
    expect(flipRasLps(identityAffine)).toEqual([-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0]);
    expect(flipRasLps(flipRasLps(oblique))).toEqual(oblique);
    expect(orientationCode(flipRasLps(identityAffine))).toBe('RAS');
  });

  it('refuses axes that do not span space, in words', () => {
    for (const bad of [
      affineFrom([1, 0, 1]),
      affineFrom([1, 1, Number.NaN]),
      [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0],
    ]) {
      expect(() => invertAffine(bad)).toThrow(AppError);
      expect(() => orientationCode(bad)).toThrow(/do not span space/);
    }
  });
});

describe('orientation', () => {
  it('knows 48 different orders and parses each code it prints', () => {
    expect(new Set(orientationCodes).size).toBe(48);
    for (const code of orientationCodes) {
      const view = axisView({ size: [3, 4, 5], affine: identityAffine }, code);
      expect(orientationCode(view.affine)).toBe(code);
      expect(axisAssignment(view.affine)).toEqual(parseOrientationCode(code));
    }
  });

  it('names an oblique image by its closest axes and never one axis twice', () => {
    for (let degrees = 0; degrees < 360; degrees += 7) {
      const code = orientationCode(affineFrom([1, 1, 1], [0, 0, 0], rotation(degrees)));
      expect(orientationCodes).toContain(code);
    }
  });

  it('refuses codes that are none of the 48', () => {
    for (const bad of ['LPX', 'LRS', 'LP', 'LPSI', ''])
      expect(() => parseOrientationCode(bad)).toThrow(AppError);
  });
});

describe('reorient', () => {
  it('keeps every voxel at its patient position in all 48 orders, straight and oblique', () => {
    for (const affine of [affineFrom([0.7, 0.9, 2.5], [1, 2, 3]), oblique]) {
      const volume = numbered([3, 4, 5], affine);
      for (const code of orientationCodes) {
        const turned = reorient(volume, code);
        expect(orientationCode(turned.affine)).toBe(code);
        turned.voxels.forEach((value, at) => {
          const [nx, ny] = turned.size;
          const here = applyAffine(turned.affine, [
            at % nx,
            Math.floor(at / nx) % ny,
            Math.floor(at / nx / ny),
          ]);
          const there = applyAffine(affine, [value % 3, Math.floor(value / 3) % 4, Math.floor(value / 12)]);
          expect(Math.hypot(...here.map((x, i) => x - there[i]!))).toBeLessThan(1e-4);
        });
      }
    }
  });

  it('is lossless there and back through each of the 48', () => {
    const volume = numbered([3, 4, 5], identityAffine);
    for (const code of orientationCodes) {
      const back = reorient(reorient(volume, code), 'LPS');
      expect(back.voxels).toEqual(volume.voxels);
      expect(back.affine).toEqual(volume.affine);
    }
  });

  it('returns the same object when nothing changes, and works on labels alike', () => {
    const volume = numbered([3, 4, 5], identityAffine);
    expect(reorient(volume, 'LPS')).toBe(volume);
    const labels = { ...volume, voxels: Uint16Array.from(volume.voxels) };
    expect(reorient(labels, 'RAI').voxels).toBeInstanceOf(Uint16Array);
  });
});

describe('grid facts', () => {
  it('gives equal geometries one digest, and another for half a millimetre', () => {
    const grid = { size: [3, 4, 5] as Vec3, affine: oblique };
    const nearly = { ...grid, affine: oblique.map((value) => value + 1e-8) };
    const shifted = { ...grid, affine: oblique.map((value, at) => (at === 3 ? value + 0.5 : value)) };
    expect(geometryDigest(nearly)).toBe(geometryDigest(grid));
    expect(geometryDigest(shifted)).not.toBe(geometryDigest(grid));
    expect(geometryDigest({ ...grid, affine: flipRasLps(identityAffine) })).toBe(
      geometryDigest({ ...grid, affine: [-1, -0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0] }),
    );
    expect(sameGeometry(grid, nearly)).toBe(true);
    expect(sameGeometry(grid, shifted)).toBe(false);
    expect(sameGeometry(grid, { ...grid, size: [3, 4, 6] })).toBe(false);
  });

  it('finds the centre and the outer faces of the field of view', () => {
    const grid = { size: [2, 2, 2] as Vec3, affine: affineFrom([1, 2, 3], [10, 20, 30]) };
    expect(gridCentreLps(grid)).toEqual([10.5, 21, 31.5]);
    expect(boundsThrough(grid.affine, grid.size)).toEqual({ low: [9.5, 19, 28.5], high: [11.5, 23, 34.5] });
  });

  it('refuses a volume whose size and voxels disagree', () => {
    const volume = numbered([3, 4, 5], identityAffine);
    expect(() => assertVolume(volume)).not.toThrow();
    expect(() => assertVolume({ ...volume, size: [3, 4, 6] })).toThrow(/must agree/);
    expect(() => assertVolume({ ...volume, size: [-3, -4, 5] })).toThrow(AppError);
  });
});
