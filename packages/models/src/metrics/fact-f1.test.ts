import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { factF1, type ReportFact } from './fact-f1.js';

const random = new Random(10, 'facts');
const fact = (): ReportFact => {
  const finding = random.pick(['nodule', 'effusion']);
  return random.chance(0.7) ? { finding, side: random.pick(['left', 'right']) } : { finding };
};
const report = (): ReportFact[] => Array.from({ length: random.int(5) }, fact);

/** Strikes out one true fact per stated one. */
function struckOut(stated: readonly ReportFact[], truth: readonly ReportFact[]): number {
  const rest = [...truth];
  return stated.filter(({ finding, side, sizeBin }) => {
    const at = rest.findIndex((t) => t.finding === finding && t.side === side && t.sizeBin === sizeBin);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  }).length;
}

describe('factF1', () => {
  it('equals striking out facts one by one', () => {
    const [stated, truths] = [0, 1].map(() => Array.from({ length: 60 }, report)) as [
      ReportFact[][],
      ReportFact[][],
    ];
    const hits = truths.map((truth, i) => struckOut(stated[i]!, truth));
    const sizes = truths.map((truth, i) => truth.length + stated[i]!.length);
    const sum = (values: readonly number[]): number => values.reduce((a, v) => a + v, 0);
    const found = factF1(stated, truths);
    expect(found.pooled.f1).toBeCloseTo((2 * sum(hits)) / sum(sizes), 12);
    expect(found.pooled.precision).toBeCloseTo(sum(hits) / sum(stated.map((s) => s.length)), 12);
    const each = hits.flatMap((h, i) => (sizes[i] === 0 ? [] : [(2 * h) / sizes[i]!]));
    expect(found.meanPerReport).toBeCloseTo(sum(each) / each.length, 12);
    expect(found.excludedReports).toBe(60 - each.length);
    const nodules = (facts: readonly ReportFact[]): ReportFact[] =>
      facts.filter((f) => f.finding === 'nodule');
    const noduleHits = sum(truths.map((truth, i) => struckOut(nodules(stated[i]!), nodules(truth))));
    expect(found.perFinding.get('nodule')?.truePositives).toBe(noduleHits);
  });

  it('wants finding, side and size all right, and counts twins twice', () => {
    const truth = [{ finding: 'nodule', side: 'left', sizeBin: '6-8' }];
    expect(factF1([[{ finding: 'nodule', side: 'left' }]], [truth]).pooled.f1).toBe(0);
    expect(factF1([truth], [truth])).toMatchObject({ pooled: { f1: 1 }, exactReports: 1 });
    expect(factF1([truth], [[...truth, ...truth]]).pooled).toMatchObject({
      truePositives: 1,
      falseNegatives: 1,
    });
  });

  it('counts a normal report read as normal as exact, but scores no F1 for it', () => {
    expect(factF1([[]], [[]])).toMatchObject({
      excludedReports: 1,
      exactReports: 1,
      meanPerReport: Number.NaN,
    });
    expect(() => factF1([[]], [])).toThrow(/1 reports for 0/);
  });
});
