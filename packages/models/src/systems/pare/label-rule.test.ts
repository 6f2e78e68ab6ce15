import { describe, expect, it } from 'vitest';
import { classOf, type NoduleRating, softTarget } from './label-rule.js';

const rated = (diagnosis: NoduleRating['diagnosis'], malignancy: number): NoduleRating => ({
  diagnosis,
  malignancy,
});

describe('the label rule', () => {
  it.each([
    ['BENIGN', 1, 'BENIGN'],
    ['BENIGN', 2, 'BENIGN'],
    ['MALIGNANT', 4, 'MALIGNANT'],
    ['MALIGNANT', 5, 'MALIGNANT'],
    ['BENIGN', 3, 'INDETERMINATE'],
    ['MALIGNANT', 3, 'INDETERMINATE'],
    ['MALIGNANT', 1, 'CONTRADICTORY'],
    ['MALIGNANT', 2, 'CONTRADICTORY'],
    ['BENIGN', 4, 'CONTRADICTORY'],
    ['BENIGN', 5, 'CONTRADICTORY'],
  ] as const)('class %s with rating %i is %s', (diagnosis, malignancy, expected) => {
    expect(classOf(rated(diagnosis, malignancy))).toBe(expected);
  });

  it('trains towards half the class and half the rating, from 0 to 1', () => {
    expect(softTarget(rated('BENIGN', 1))).toBe(0);
    expect(softTarget(rated('MALIGNANT', 5))).toBe(1);
    expect(softTarget(rated('BENIGN', 3))).toBe(0.25);
    expect(softTarget(rated('MALIGNANT', 3))).toBe(0.75);
  });

  it('keeps a contradiction away from both ends', () => {
    expect(softTarget(rated('MALIGNANT', 1))).toBe(0.5);
    expect(softTarget(rated('BENIGN', 5))).toBe(0.5);
  });
});
