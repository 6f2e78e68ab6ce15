import { decodePng } from '@tomograph/imaging';
import { noduleAnswerSchema } from '@tomograph/kernel';
import { expect, test } from 'vitest';
import { assessed } from './assessed.test-data.js';
import { axialDiameters } from './axial-diameter.js';
import { noduleAnswer } from './nodule-answer.js';

const picture = (grey: number) => new Uint8Array(1024).fill(grey);
const stored = {
  embeddings: [new Float32Array(2), new Float32Array(2)],
  malignant: Uint8Array.of(1, 0),
  diametersMm: Float32Array.of(9, 5),
  thumbnails: [picture(200), picture(51)],
};

test('an assessment fits the schema of the wire, without its embedding and its mask', async () => {
  const answer = await noduleAnswer(assessed, { stored });
  expect(noduleAnswerSchema.parse(answer)).toEqual(answer);
  expect(answer).not.toHaveProperty('embedding');
  expect(answer).not.toHaveProperty('mask');
  expect(answer).toMatchObject({ prototypes: [{ example: 1 }, { example: null }] });
});

test('an example of a prototype is told with its own outcome, whatever the class of the prototype', async () => {
  const malignant = assessed.prototypes.map((each) => ({ ...each, outcome: 'MALIGNANT' as const }));
  const answer = await noduleAnswer({ ...assessed, prototypes: malignant }, { stored });
  expect(answer).toMatchObject({ examples: { 1: { outcome: 'BENIGN', diameterMm: 5 } } });
});

test('every stored nodule that it names has its picture as a small PNG, and no other has one', async () => {
  const answer = await noduleAnswer(assessed, { stored });
  if (answer.kind !== 'ASSESSED') throw new Error(answer.reason);
  expect(Object.keys(answer.pictures)).toEqual(['0', '1']);
  const { width, height, pixels } = await decodePng(Buffer.from(answer.pictures[1]!, 'base64'));
  expect([width, height]).toEqual([32, 32]);
  expect(pixels[500]).toBeCloseTo(0.2, 2);
});

test('a refusal crosses as it is, with its reason and without any number', async () => {
  const refused = { kind: 'REFUSED', reason: 'OUTSIDE_LUNG', message: 'no lung' } as const;
  const answer = await noduleAnswer(refused, { stored });
  expect(noduleAnswerSchema.parse(answer)).toEqual(refused);
});

test('the perpendicular diameter lies across the longest one, between outer edges of voxels', () => {
  const { longestMm, perpendicularMm } = axialDiameters(assessed.mask);
  expect(longestMm).toBeGreaterThanOrEqual(9);
  expect(longestMm).toBeLessThan(9.6);
  expect(perpendicularMm).toBeGreaterThanOrEqual(4.9);
  expect(perpendicularMm).toBeLessThan(5.7);
});

test('a diagonal nodule is measured along its diagonal', () => {
  const voxels = new Uint8Array(100);
  for (let n = 0; n < 10; n++) voxels[11 * n] = 1;
  const { longestMm, perpendicularMm } = axialDiameters({
    size: [10, 10, 1],
    affine: [0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 1, 0],
    voxels,
  });
  expect(longestMm).toBeCloseTo(5 * Math.SQRT2, 2);
  expect(perpendicularMm).toBeCloseTo(0.5 * Math.SQRT2, 2);
});

test('an empty mask has no size', () => {
  const empty = { ...assessed.mask, voxels: new Uint8Array(assessed.mask.voxels.length) };
  expect(axialDiameters(empty)).toEqual({ longestMm: 0, perpendicularMm: 0 });
});
