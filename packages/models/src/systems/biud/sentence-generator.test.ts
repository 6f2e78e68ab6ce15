import { findFindings, Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { biudFindings, chestFindingCodes } from './phrases.js';
import {
  affirmedFacts,
  drawReportFacts,
  type Facts,
  factOverlap,
  writeSentence,
} from './sentence-generator.js';

const present = (code: string, side?: 'left' | 'right'): Facts => [
  { code, isPresent: true, ...(side ? { side } : {}) },
];
const absent = (code: string): Facts => [{ code, isPresent: false }];

describe('the generator of sentences with known facts', () => {
  it('writes presence and absence so that the rules for reports read most of them the same way', () => {
    const random = new Random(1);
    let [agreed, of] = [0, 0];
    for (const code of chestFindingCodes) {
      for (const isPresent of [true, false]) {
        for (let i = 0; i < 10; i++) {
          const sentence = writeSentence([{ code, isPresent }], random);
          const mention = findFindings(sentence).find((one) => one.code === code);
          if (mention === undefined) continue;
          of++;
          if ((mention.polarity === 'ABSENT') === !isPresent) agreed++;
        }
      }
    }
    expect(of).toBeGreaterThan(200);
    expect(agreed / of).toBeGreaterThan(0.95);
  });

  it('names the side that the fact has', () => {
    const random = new Random(2);
    for (let i = 0; i < 30; i++)
      expect(writeSentence(present('PLEURAL_EFFUSION', 'left'), random).toLowerCase()).toContain('left');
  });

  it('leaves no slot unfilled', () => {
    const random = new Random(3);
    for (let i = 0; i < 200; i++)
      for (const facts of drawReportFacts(random, 5))
        expect(writeSentence(facts, random)).not.toMatch(/[{}]/);
  });

  it('draws reports with nothing affirmed among the others', () => {
    const random = new Random(4);
    const affirmed = Array.from({ length: 300 }, () => affirmedFacts(drawReportFacts(random, 5)).length);
    const normals = affirmed.filter((n) => n === 0).length / affirmed.length;
    expect(normals).toBeGreaterThan(0.2);
    expect(normals).toBeLessThan(0.4);
  });

  it('is the same for the same stream', () => {
    const write = () => drawReportFacts(new Random(5), 5).map((facts) => writeSentence(facts, new Random(6)));
    expect(write()).toEqual(write());
  });
});

describe('the overlap of facts', () => {
  it('is whole for equal facts and for two reports without findings', () => {
    expect(factOverlap(present('EMPHYSEMA'), present('EMPHYSEMA'))).toBe(1);
    expect(factOverlap([], [])).toBe(1);
  });

  it('is nothing between presence and absence', () => {
    expect(factOverlap(present('EMPHYSEMA'), absent('EMPHYSEMA'))).toBe(0);
    expect(factOverlap(present('EMPHYSEMA'), [])).toBe(0);
  });

  it('counts another side by half', () => {
    const overlap = factOverlap(present('PLEURAL_EFFUSION', 'left'), present('PLEURAL_EFFUSION', 'right'));
    expect(overlap).toBeCloseTo(0.5 / 1.5);
  });
});

it('asks for eighteen chest findings and nine of the abdomen, each with words', () => {
  expect(chestFindingCodes).toHaveLength(18);
  expect(biudFindings).toHaveLength(27);
  for (const { nouns } of biudFindings) expect(nouns.length).toBeGreaterThanOrEqual(3);
});
