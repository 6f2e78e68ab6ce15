// A nodule as the model gives it, made up: a flat ellipse of 9 × 5 voxels of 1 mm. For tests.
import type { NoduleAssessment, NoduleMask } from '@tomograph/models';

export type Assessed = Extract<NoduleAssessment, { kind: 'ASSESSED' }>;

/** In two slices at z = 100 and 102, along x; its middle at (14, 26). */
export const ellipse: NoduleMask = (() => {
  const size = [13, 13, 3] as const;
  const voxels = new Uint8Array(13 * 13 * 3);
  for (let n = 0; n < voxels.length; n++) {
    const [x, y, z] = [(n % 13) - 4, (Math.floor(n / 13) % 13) - 6, Math.floor(n / 169)];
    voxels[n] = Number(z > 0 && (x / 4.3) ** 2 + (y / 2.3) ** 2 <= 1);
  }
  return { size, affine: [1, 0, 0, 10, 0, 1, 0, 20, 0, 0, 2, 98], voxels };
})();

export const assessed: Assessed = {
  kind: 'ASSESSED',
  probability: 0.7,
  interval: [0.5, 0.8],
  diameterMm: 9,
  shortDiameterMm: 5,
  ballDiameterMm: 6,
  volumeMm3: 128,
  centre: [14, 26, 101],
  mask: ellipse,
  attributes: {
    calcification: 0.1,
    lobulation: 2,
    margin: 4,
    sphericity: 4,
    spiculation: 1,
    subtlety: 5,
    texture: 5,
  },
  prototypes: [
    { member: 0, index: 3, outcome: 'BENIGN', weight: 0.4, example: 1 },
    { member: 0, index: 4, outcome: 'BENIGN', weight: 0.1, example: undefined },
  ],
  nearest: [{ id: 0, outcome: 'MALIGNANT', distance: 0.2, diameterMm: 9 }],
  warnings: [{ code: 'THICK_SLICES', message: 'thick' }],
  embedding: new Float32Array(2),
};
