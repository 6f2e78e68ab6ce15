import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { fieldAt } from '../check/statistics.js';
import { type DisplacementField, followUpMap, sampleField } from './follow-up.js';
import { distance, type Vec3 } from './vector.js';
import { determinant, invert } from './warp.js';

const grid = {
  size: [24, 20, 30] as const,
  affine: [14, 0, 0, -161, 0, 12, 0, -125, 0, 0, 14, -310],
};

/** Largest |phi(phi^-1(q)) - q| in mm over points inside, from the sampled arrays alone. */
function roundTrip(field: DisplacementField): number {
  const r = new Random(1, 'points');
  let worst = 0;
  for (let i = 0; i < 2000; i++) {
    const q: Vec3 = [r.uniform(-110, 110), r.uniform(-90, 70), r.uniform(-240, 60)];
    const back = fieldAt(field, field.inverse, q);
    const p: Vec3 = [q[0] + back[0], q[1] + back[1], q[2] + back[2]];
    const forth = fieldAt(field, field.forward, p);
    worst = Math.max(worst, distance([p[0] + forth[0], p[1] + forth[1], p[2] + forth[2]], q));
  }
  return worst;
}

describe('the map of a follow-up', () => {
  it('is inverted exactly as a function', () => {
    for (let seed = 0; seed < 6; seed++) {
      const map = followUpMap(new Random(seed), { sliding: seed % 2 === 0 }, [1, 1, 1]);
      const r = new Random(seed, 'points');
      for (let i = 0; i < 60; i++) {
        const q: Vec3 = [r.uniform(-130, 130), r.uniform(-100, 80), r.uniform(-300, 90)];
        const image = { x: q[0], y: q[1], z: q[2] };
        map.pull(image);
        expect(distance(invert(map, [image.x, image.y, image.z]).point, q)).toBeLessThan(0.01);
      }
    }
  });

  it('folds nowhere, with 30 mm of breathing either way, sliding or not', () => {
    for (const breathingMm of [-30, 30]) {
      for (const sliding of [false, true]) {
        const map = followUpMap(new Random(4), { breathingMm, sliding }, [1, 1, 1]);
        for (let z = -420; z <= 120; z += 12) {
          for (let x = -160; x <= 160; x += 16) {
            for (let y = -120; y <= 100; y += 20) expect(determinant(map, [x, y, z])).toBeGreaterThan(0.2);
          }
        }
      }
    }
  });

  it('comes back to a tenth of a 5 mm voxel when it is read from its sampled arrays', () => {
    const fine = {
      size: [68, 50, 86] as const,
      affine: [5, 0, 0, -168, 0, 5, 0, -125, 0, 0, 5, -320],
    };
    expect(
      roundTrip(sampleField(followUpMap(new Random(2), { breathingMm: 20 }, [1, 1, 1]), fine)),
    ).toBeLessThan(0.5);
  });

  it('moves the diaphragm by what was asked and the apex by next to nothing', () => {
    const map = followUpMap(new Random(9), { breathingMm: 24, pose: false }, [1, 1, 1]);
    const shiftAt = (p: Vec3) => {
      const q = { x: p[0], y: p[1], z: p[2] };
      map.pull(q);
      return p[2] - q.z;
    };
    expect(shiftAt([-60, -20, -120])).toBeGreaterThan(17);
    expect(shiftAt([-60, -20, -120])).toBeLessThan(31);
    expect(Math.abs(shiftAt([-40, 15, 90]))).toBeLessThan(6);
  });

  it('slides: inside the chest it moves, at the chest wall it does not', () => {
    const shiftAt = (sliding: boolean, x: number) => {
      const q = { x, y: -10, z: -130 };
      followUpMap(new Random(9), { breathingMm: 24, pose: false, sliding }, [1, 1, 1]).pull(q);
      return -130 - q.z;
    };
    expect(shiftAt(true, -110) - shiftAt(true, -150)).toBeGreaterThan(12);
    expect(shiftAt(false, -110) - shiftAt(false, -150)).toBeLessThan(12);
  });

  it('stores the determinant of the map that it stores', () => {
    const map = followUpMap(new Random(3), {}, [1, 1, 1]);
    const field = sampleField(map, grid);
    const at: Vec3 = [-161 + 14 * 10, -125 + 12 * 9, -310 + 14 * 14];
    expect(field.determinant[10 + 24 * (9 + 20 * 14)]).toBeCloseTo(determinant(map, at), 5);
  });
});
