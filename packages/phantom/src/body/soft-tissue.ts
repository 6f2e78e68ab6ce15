// Breast glands: strands of connective tissue in the fat of the breast. Drawn only where the subject has breasts.
import type { Paint } from './scene.js';
import { axes, ellipsoid } from './shapes.js';
import { tissue } from './tissue.js';

export function breastGlands(size: number): Paint[] {
  if (size <= 0) return [];
  return [-1, 1].flatMap((side) =>
    [0, 1, 2].map(
      (i): Paint => ({
        order: 2,
        shape: ellipsoid(
          [side * (70 + 12 * i), -112 - 4 * size + 3 * i, -68 + 11 * i],
          [20, 5 + 4 * size, 17],
          axes([1, side * 0.35, 0.2 * (i - 1)]),
        ),
        tissue: tissue('connective'),
        strength: 0.75,
        patchy: 0.9,
        softMm: 7,
      }),
    ),
  );
}
