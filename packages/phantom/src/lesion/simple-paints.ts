// The two paints that many lesions are made of: a ball and a short line of one tissue.
import type { Random } from '@tomograph/kernel';
import type { Paint } from '../body/scene.js';
import { Capsule, ellipsoid } from '../body/shapes.js';
import { tissue } from '../body/tissue.js';
import { add, scale, type Vec3 } from '../body/vector.js';
import { direction } from './nodule.js';

/** A round thing of one tissue. */
export function ball(
  order: number,
  centre: Vec3,
  radius: number,
  name: Parameters<typeof tissue>[0],
  extra: Partial<Paint> = {},
): Paint {
  return { order, shape: ellipsoid(centre, [radius, radius, radius]), tissue: tissue(name), ...extra };
}

/** A short line of one tissue. */
export function streak(
  order: number,
  from: Vec3,
  mm: number,
  radius: number,
  name: Parameters<typeof tissue>[0],
  r: Random,
  extra: Partial<Paint> = {},
): Paint {
  return {
    order,
    shape: new Capsule(from, add(from, scale(direction(r), mm)), radius, radius * 0.7),
    tissue: tissue(name),
    ...extra,
  };
}
