import { describe, expect, it } from 'vitest';
import { draftReport } from './draft-report.js';
import { heatOf, lateInteraction } from './late-interaction.js';
import { reportSentences, unit, weightedMean } from './text-reader.js';
import {
  bestF1,
  calibrateFinding,
  findingProbability,
  promptEnsemble,
  singlePrompts,
  zeroShotScore,
} from './zero-shot.js';

const v = (...values: number[]): Float32Array => unit(Float32Array.from(values));
const prompt = (code: string, present: Float32Array, absent: Float32Array) => ({
  code,
  prompts: { present: ['yes'], absent: ['no'] },
  present,
  absent,
});
/** 27 cells that say nothing, but for one. */
const regionsWith = (cell: number, vector: Float32Array): Float32Array[] =>
  Array.from({ length: 27 }, (_, i) => (i === cell ? vector : v(0, 0, 1)));

describe('zero-shot', () => {
  it('is larger where the vectors are closer to presence, and names the cell', () => {
    const ask = prompt('EMPHYSEMA', v(1, 0, 0), v(0, 1, 0));
    const ill = zeroShotScore({ study: v(1, 0, 0), regions: regionsWith(5, v(1, 0, 0)) }, ask);
    const well = zeroShotScore({ study: v(0, 1, 0), regions: regionsWith(5, v(0, 1, 0)) }, ask);
    expect(ill.score).toBeGreaterThan(well.score);
    expect(ill.cell).toBe(5);
  });

  it('asks in at least five ways, and in the two of the public protocol', () => {
    expect(promptEnsemble('PLEURAL_EFFUSION').present.length).toBeGreaterThanOrEqual(5);
    expect(promptEnsemble('PLEURAL_EFFUSION').absent.length).toBeGreaterThanOrEqual(5);
    expect(singlePrompts('CARDIOMEGALY')).toEqual({
      present: ['cardiomegaly is present.'],
      absent: ['cardiomegaly is not present.'],
    });
    expect(() => singlePrompts('NOT_A_CODE')).toThrow(/no words|no finding/);
  });

  it('gives probabilities that grow with the score and match the rate of the cases', () => {
    const scores = Array.from({ length: 200 }, (_, i) => i / 200);
    const labels = scores.map((score, i) => score + ((i * 7) % 10) / 40 > 0.8);
    const calibration = calibrateFinding('EMPHYSEMA', scores, labels);
    const p = scores.map((score) => findingProbability(calibration, score));
    expect(p[199]!).toBeGreaterThan(p[0]!);
    const rate = labels.filter(Boolean).length / 200;
    expect(p.reduce((a, x) => a + x, 0) / 200).toBeCloseTo(rate, 1);
    expect(calibration.threshold).toBeGreaterThan(p[100]!);
  });

  it('never calls a finding that validation has no case of', () => {
    const calibration = calibrateFinding('ASCITES', [0.1, 0.2, 0.3], [false, false, false]);
    expect(findingProbability(calibration, 5)).toBeLessThan(calibration.threshold);
  });

  it('cuts where F1 is best, between two values', () => {
    expect(bestF1([0.9, 0.8, 0.3, 0.1], [true, true, false, false])).toBeCloseTo(0.55);
  });
});

describe('late interaction', () => {
  const sentences = [
    { text: 'a', vector: v(1, 0, 0), weight: 2 },
    { text: 'b', vector: v(0, 1, 0), weight: 1 },
  ];
  const regions = regionsWith(4, v(1, 0, 0));

  it('explains its score: the parts sum to it, and each names its region', () => {
    const { score, parts } = lateInteraction(sentences, regions);
    expect(parts.reduce((sum, { part }) => sum + part, 0)).toBeCloseTo(score);
    expect(parts[0]).toMatchObject({ sentence: 'a', cell: 4, cosine: 1 });
  });

  it('changes when the sentence that carried it is taken away', () => {
    const without = lateInteraction(sentences.slice(1), regions).score;
    expect(without).toBeLessThan(lateInteraction(sentences, regions).score);
  });

  it('gives a heat map that is warmest at the region', () => {
    const heat = heatOf(sentences[0]!.vector, regions);
    expect(heat.indexOf(Math.max(...heat))).toBe(4);
  });

  it('refuses nothing to compare', () => {
    expect(() => lateInteraction([], regions)).toThrow(/both are needed/);
  });
});

describe('a drafted report', () => {
  const effusion = prompt('PLEURAL_EFFUSION', v(1, 0, 0), v(0, 1, 0));
  const drafting = {
    prompts: [effusion],
    calibrations: [
      { code: 'PLEURAL_EFFUSION', slope: 4, offset: 0, threshold: 0.6, positives: 5, cases: 10 },
    ],
    regions: 3,
    bilateralWithin: 0.1,
  };

  it('carries the evidence of every sentence, and the side of the better half', () => {
    const right = 0; // x = 0 is the patient's right
    const draft = draftReport({ study: v(1, 0, 0), regions: regionsWith(right, v(1, 0, 0)) }, drafting);
    expect(draft.text).toBe('Pleural effusion on the right.');
    expect(draft.sentences[0]).toMatchObject({
      finding: 'PLEURAL_EFFUSION',
      side: 'right',
      cell: 0,
      threshold: 0.6,
    });
    expect(draft.sentences[0]!.heat).toHaveLength(27);
    expect(draft.sentences[0]!.prompts).toEqual(['yes', 'no']);
  });

  it('rules out what is clearly absent and says that nothing was found', () => {
    const draft = draftReport({ study: v(0, 1, 0), regions: regionsWith(0, v(0, 1, 0)) }, drafting);
    expect(draft.text).toBe('No finding above its threshold. No pleural effusion.');
  });
});

describe('reading a report', () => {
  it('leaves headings out', () => {
    expect(reportSentences('FINDINGS: No effusion. Heart normal.\n\nIMPRESSION: Normal study.\n')).toEqual([
      'No effusion.',
      'Heart normal.',
      'Normal study.',
    ]);
  });

  it('weighs sentences as the encoder says', () => {
    const mean = weightedMean([
      { text: '', vector: v(1, 0), weight: 3 },
      { text: '', vector: v(0, 1), weight: 1 },
    ]);
    expect(mean[0]! / mean[1]!).toBeCloseTo(3);
  });
});
