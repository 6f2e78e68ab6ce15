import { assessNoduleResultSchema, newId } from '@tomograph/kernel';
import type { NoduleAssessment } from '@tomograph/models';
import { expect, test } from 'vitest';
import { noduleAnswer } from './nodule-answer.js';

const stored = {
  embeddings: [new Float32Array(2)],
  malignant: Uint8Array.of(1),
  diametersMm: Float32Array.of(9),
  thumbnails: [Uint8Array.of(1, 2, 3)],
};
const assessed: NoduleAssessment = {
  kind: 'ASSESSED',
  probability: 0.7,
  interval: [0.5, 0.8],
  diameterMm: 9,
  shortDiameterMm: 7,
  ballDiameterMm: 8,
  volumeMm3: 268,
  centre: [1, 2, 3],
  mask: {
    size: [3, 3, 1],
    affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0],
    voxels: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 1, 1),
  },
  attributes: {
    calcification: 0.1,
    lobulation: 2,
    margin: 4,
    sphericity: 4,
    spiculation: 1,
    subtlety: 5,
    texture: 5,
  },
  prototypes: [{ member: 0, index: 3, outcome: 'BENIGN', weight: 0.4, example: undefined }],
  nearest: [{ id: 0, outcome: 'MALIGNANT', distance: 0.2, diameterMm: 9 }],
  warnings: [{ code: 'THICK_SLICES', message: 'thick' }],
  embedding: new Float32Array(2),
};

const result = (assessment: unknown) => ({
  seriesId: newId(),
  studyId: newId(),
  model: `sha256:${'0'.repeat(64)}`,
  assessment,
  seconds: 0.1,
});

test('an assessment fits the schema of the wire, with pictures of the nearest nodules and without its embedding', () => {
  const answer = noduleAnswer(assessed, { stored });
  expect(assessNoduleResultSchema.parse(result(answer)).assessment).toEqual(answer);
  expect(answer).not.toHaveProperty('embedding');
  expect(answer).toMatchObject({ nearest: [{ id: 0, thumbnail: 'AQID' }], prototypes: [{ example: null }] });
});

test('a mask is packed into bits from the lowest on', () => {
  const answer = noduleAnswer(assessed, { stored });
  if (answer.kind !== 'ASSESSED') throw new Error(answer.reason);
  expect([...Buffer.from(answer.mask.bits, 'base64')]).toEqual([0b1000_0001, 1]);
});

test('a refusal crosses as it is, with its reason and without any number', () => {
  const refused = { kind: 'REFUSED', reason: 'OUTSIDE_LUNG', message: 'no lung' } as const;
  const answer = noduleAnswer(refused, { stored });
  expect(assessNoduleResultSchema.parse(result(answer)).assessment).toEqual(refused);
});
