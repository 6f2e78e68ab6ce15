// Exact F1 of the facts in reports: finding, side and size bin must all agree. Not a text similarity.
import { invalid } from './invalid-argument.js';
import { mean } from './summary-statistics.js';

export interface ReportFact {
  readonly finding: string;
  /** Absent where the finding has no side. */
  readonly side?: string;
  readonly sizeBin?: string;
}

export interface FactCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
}

export interface FactScore extends FactCounts {
  /** NaN where nothing was stated (precision), nothing was there (recall), or both (F1). */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface FactF1 {
  /** Counts pooled over the reports. */
  readonly pooled: FactScore;
  readonly perFinding: ReadonlyMap<string, FactScore>;
  /** Mean F1 of the reports; a report without facts on both sides is left out. NaN when all are. */
  readonly meanPerReport: number;
  readonly excludedReports: number;
  /** Reports that state exactly the true facts, over all reports (empty ones too). */
  readonly exactReports: number;
}

/** Facts of a report are a multiset: two equal nodules are two facts. The reports of both sides stand in one order. */
export function factF1(
  stated: readonly (readonly ReportFact[])[],
  truths: readonly (readonly ReportFact[])[],
): FactF1 {
  if (stated.length !== truths.length)
    invalid(`facts of ${stated.length} reports for ${truths.length} truths`);
  const perReport = truths.map((truth, i) => matchFacts(stated[i]!, truth));
  const all = perReport.flatMap((counts) => [...counts]);
  const findings = [...new Set(all.map(([finding]) => finding))].sort();
  const scores = perReport.map((counts) => score([...counts.values()]));
  const scored = scores.flatMap(({ f1 }) => (Number.isNaN(f1) ? [] : [f1]));
  return {
    pooled: score(all.map(([, counts]) => counts)),
    perFinding: new Map(
      findings.map((finding) => [
        finding,
        score(all.flatMap(([f, counts]) => (f === finding ? [counts] : []))),
      ]),
    ),
    meanPerReport: mean(scored),
    excludedReports: scores.length - scored.length,
    exactReports: scores.filter((s) => s.falsePositives + s.falseNegatives === 0).length / scores.length,
  };
}

/** Counts per finding of one report. */
function matchFacts(stated: readonly ReportFact[], truth: readonly ReportFact[]): Map<string, FactCounts> {
  const balance = new Map<string, { finding: string; stated: number; there: number }>();
  const note = (fact: ReportFact, side: 'stated' | 'there'): void => {
    const key = JSON.stringify([fact.finding, fact.side ?? null, fact.sizeBin ?? null]);
    const entry = balance.get(key) ?? { finding: fact.finding, stated: 0, there: 0 };
    entry[side]++;
    balance.set(key, entry);
  };
  for (const fact of stated) note(fact, 'stated');
  for (const fact of truth) note(fact, 'there');
  const counts = new Map<string, FactCounts>();
  for (const { finding, stated: s, there } of balance.values()) {
    const both = Math.min(s, there);
    const own = { truePositives: both, falsePositives: s - both, falseNegatives: there - both };
    counts.set(finding, sum([counts.get(finding) ?? none, own]));
  }
  return counts;
}

const none: FactCounts = { truePositives: 0, falsePositives: 0, falseNegatives: 0 };

function sum(counts: readonly FactCounts[]): FactCounts {
  return counts.reduce(
    (total, c) => ({
      truePositives: total.truePositives + c.truePositives,
      falsePositives: total.falsePositives + c.falsePositives,
      falseNegatives: total.falseNegatives + c.falseNegatives,
    }),
    none,
  );
}

function score(counts: readonly FactCounts[]): FactScore {
  const total = sum(counts);
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn } = total;
  return { ...total, precision: tp / (tp + fp), recall: tp / (tp + fn), f1: (2 * tp) / (2 * tp + fp + fn) };
}
