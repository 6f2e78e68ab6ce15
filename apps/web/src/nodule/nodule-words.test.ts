import { describe, expect, it } from 'vitest';
import {
  assessmentLine,
  attributeText,
  chanceText,
  type NoduleAssessment,
  placeText,
  refusalWords,
  targetPlace,
  warningTitle,
} from './nodule-words';

const finding = { probability: 0.62, interval: { low: 0.41, high: 0.78 }, ballDiameterMm: 15.53 };
const assessment = (part: object) =>
  ({ finding: null, refusal: null, ...part }) as unknown as NoduleAssessment;

describe('nodules in words', () => {
  it('never give a certainty', () => {
    expect([0, 0.004, 0.2, 0.996, 1].map(chanceText)).toEqual(['< 1 %', '< 1 %', '20 %', '> 99 %', '> 99 %']);
  });

  it('give an answer with its interval and size in one line, a refusal with its reason', () => {
    expect(assessmentLine(assessment({ finding }))).toBe('62 % (41 % to 78 %) · 15.5 mm');
    const refusal = { reason: 'OUTSIDE_LUNG', message: 'no lung within 20 mm' };
    expect(assessmentLine(assessment({ refusal }))).toBe('Outside the lung');
  });

  it('say every reason and what to do about it', () => {
    for (const { title, todo } of Object.values(refusalWords)) {
      expect(title.length).toBeGreaterThan(5);
      expect(todo).toMatch(/\.$/);
    }
  });

  it('name places as LPS millimetres, of a box its middle', () => {
    expect(placeText({ x: -57.4, y: 131.2, z: -0.01 })).toBe('−57.4, 131.2, 0.0');
    const target = { point: null, low: { x: 0, y: 2, z: 4 }, high: { x: 2, y: 4, z: 8 } };
    expect(targetPlace({ target })).toEqual({ x: 1, y: 3, z: 6 });
  });

  it('tell what lowers confidence, also for a code that came later', () => {
    expect(warningTitle('THICK_SLICES')).toMatch(/lower confidence/);
    expect(warningTitle('SOMETHING_NEW')).toBe('Lower confidence');
  });

  it('give ratings on their scale', () => {
    expect(attributeText({ name: 'spiculation', value: 4.21, least: 1, most: 5 })).toBe('4.2 of 5');
    expect(attributeText({ name: 'calcification', value: 0.08, least: 0, most: 1 })).toBe('8 %');
  });
});
