// Calcium in the aorta and the coronary arteries.
import type { Random } from '@tomograph/kernel';
import { aortaKnots } from '../body/heart-vessels.js';
import type { Paint } from '../body/scene.js';
import {
  add,
  cross,
  normalise,
  perpendicular,
  scale,
  smoothCurve,
  subtract,
  type Vec3,
} from '../body/vector.js';
import type { Finding } from './finding.js';
import type { PlaceContext } from './place.js';
import { ball } from './simple-paints.js';

/** Courses of the coronary arteries over the heart, canonical mm. */
export const coronaryCourses: Readonly<Record<string, readonly Vec3[]>> = {
  LAD: [
    [10, -56, -44],
    [26, -72, -52],
    [44, -84, -72],
    [62, -86, -94],
  ],
  circumflex: [
    [12, -50, -44],
    [36, -28, -46],
    [52, -12, -64],
    [58, -6, -86],
  ],
  RCA: [
    [-6, -62, -50],
    [-16, -78, -64],
    [-22, -78, -88],
    [-12, -60, -112],
  ],
};

export function vascularFindings(f: Finding, { subject }: PlaceContext, r: Random): Paint[] {
  if (f.name === 'arterial_wall_calcification') {
    const curve = smoothCurve(
      aortaKnots.map(([x, y, z]): Vec3 => [x, y, z]),
      4,
    );
    return Array.from({ length: 5 + 9 * f.severity + Math.round(6 * subject.calcification) }, () => {
      const i = 6 + r.int(curve.length - 8);
      const at = curve[i]!;
      const along = normalise(subtract(curve[i + 1]!, at));
      const u = perpendicular(along);
      const v = cross(along, u);
      const angle = r.uniform(0, 2 * Math.PI);
      const radius = aortaKnots[Math.floor(i / 4)]![3] - 1;
      const spot = add(at, add(scale(u, Math.cos(angle) * radius), scale(v, Math.sin(angle) * radius)));
      return ball(130, spot, r.uniform(1, 1.6 + 0.5 * f.severity), 'calcium');
    });
  }
  if (f.name === 'coronary_artery_wall_calcification') {
    return Object.values(coronaryCourses).flatMap((course, k) => {
      if (k >= f.severity) return [];
      const curve = smoothCurve(course, 5);
      return Array.from({ length: 2 + 2 * f.severity }, () =>
        ball(130, r.pick(curve), r.uniform(1, 2), 'calcium'),
      );
    });
  }
  return [];
}
