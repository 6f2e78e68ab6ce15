// Tubes along smooth curves: vessels, bowel, oesophagus, muscles. Makes paints, one round cone per step.
import { label } from './labels.js';
import type { Paint } from './scene.js';
import { Capsule } from './shapes.js';
import { type TissueName, tissue } from './tissue.js';
import { smoothCurve, type Vec3 } from './vector.js';

/** x, y, z, radius (mm). */
export type Knot = readonly [x: number, y: number, z: number, radius: number];

export interface TubeStyle {
  readonly order: number;
  readonly tissue: TissueName;
  readonly label?: string;
  readonly core?: Paint['core'];
  readonly grow?: number;
  readonly smooth?: number;
  readonly clip?: Paint['clip'];
  readonly vessel?: 1 | 2;
  readonly steps?: number;
}

export function tube(knots: readonly Knot[], style: TubeStyle): Paint[] {
  const { steps = 4 } = style;
  const curve = smoothCurve(
    knots.map(([x, y, z]): Vec3 => [x, y, z]),
    steps,
  );
  return curve.slice(1).map((to, i) => {
    const radius = (at: number) => {
      const knot = Math.min(knots.length - 2, Math.floor(at / steps));
      return knots[knot]![3] + (knots[knot + 1]![3] - knots[knot]![3]) * (at / steps - knot);
    };
    return {
      order: style.order,
      shape: new Capsule(curve[i]!, to, radius(i), radius(i + 1)),
      tissue: tissue(style.tissue),
      ...(style.label === undefined ? {} : { label: label(style.label) }),
      ...(style.core === undefined ? {} : { core: style.core }),
      ...(style.grow === undefined ? {} : { grow: style.grow }),
      ...(style.smooth === undefined ? {} : { smooth: style.smooth }),
      ...(style.clip === undefined ? {} : { clip: style.clip }),
      ...(style.vessel === undefined ? {} : { vessel: style.vessel }),
    };
  });
}
