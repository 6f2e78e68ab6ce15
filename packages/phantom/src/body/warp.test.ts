import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { sampleSubject, toSubject } from './subject.js';
import { distance, type Vec3 } from './vector.js';
import { AffineMap, BumpMap, ChainMap, determinant, invert } from './warp.js';

const spots: Vec3[] = [
  [0, 0, 0],
  [-80, 30, -60],
  [60, -40, 40],
  [-100, 10, -220],
  [30, 60, -300],
];

describe('spatial maps', () => {
  it('are undone by their inverse to a hundredth of a millimetre', () => {
    const map = new ChainMap([
      new AffineMap([1.1, 0, 0, 0, 0.9, 0.05, 0, -0.05, 1], [0, 0, 0], [3, -2, 5]),
      new BumpMap([{ centre: [0, 0, -50], radii: [120, 120, 120], by: [8, -6, 14], gain: -0.1 }]),
    ]);
    for (const p of spots) {
      const image = { x: p[0], y: p[1], z: p[2] };
      map.pull(image);
      const { point } = invert(map, [image.x, image.y, image.z]);
      expect(distance(point, p)).toBeLessThan(0.01);
    }
  });

  it('leave volume alone where they only shift', () => {
    const shift = new AffineMap([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0, 0], [10, 20, 30]);
    expect(determinant(shift, [5, 5, 5])).toBeCloseTo(1, 9);
  });

  it('push at the centre by the whole displacement and nothing beyond the radius', () => {
    const map = new BumpMap([{ centre: [0, 0, 0], radii: [50, 50, 50], by: [0, 0, 9], gain: 0 }]);
    const [inside, outside] = [
      { x: 0, y: 0, z: 0 },
      { x: 51, y: 0, z: 0 },
    ];
    map.pull(inside);
    map.pull(outside);
    expect(inside.z).toBeCloseTo(9, 12);
    expect(outside).toEqual({ x: 51, y: 0, z: 0 });
  });
});

describe('a subject', () => {
  it('folds nowhere, whoever it is and however large its heart', () => {
    for (let seed = 0; seed < 40; seed++) {
      const { toCanonical } = sampleSubject(new Random(seed), {
        heart: 1.35,
        spleen: 1.4,
        hyperinflation: 1,
      });
      for (let z = -300; z <= 90; z += 30) {
        for (let x = -120; x <= 120; x += 40) {
          for (let y = -90; y <= 70; y += 40)
            expect(determinant(toCanonical, [x, y, z])).toBeGreaterThan(0.15);
        }
      }
    }
  });

  it('is found again from canonical coordinates', () => {
    const subject = sampleSubject(new Random(3));
    for (const p of spots) {
      const there = toSubject(subject, p);
      const back = { x: there[0], y: there[1], z: there[2] };
      subject.toCanonical.pull(back);
      expect(distance([back.x, back.y, back.z], p)).toBeLessThan(0.01);
    }
  });

  it('with an enlarged heart is wider around the heart', () => {
    const width = (heart: number) => {
      const subject = sampleSubject(new Random(5), { heart });
      return distance(toSubject(subject, [80, -50, -90]), toSubject(subject, [-45, -48, -74]));
    };
    expect(width(1.3)).toBeGreaterThan(width(1) * 1.1);
  });
});
