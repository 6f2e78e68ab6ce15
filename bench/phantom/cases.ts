// Nodules whose malignancy can be told so well and no better, and how often studies are normal or show a finding.
import { areaUnderRoc, type FindingName, findingNames, prevalence, render } from '@tomograph/phantom';
import { bar } from '../evaluation.js';
import { type Part, seedsOf } from './part.js';

export function cases(quick: boolean): Part {
  const seeds = seedsOf(quick, 60, 240).map((s) => s + 5000);
  const nodule = {
    name: 'lung_nodule',
    lobe: 'RUL',
    side: 'right',
    sizeMm: 12,
    count: 3,
    severity: 2,
    visibleOnXray: true,
  } as const;
  const [scores, truth]: [number[], boolean[]] = [[], []];
  const seen = new Map<FindingName, number>();
  let normal = 0;
  let stray = 0;
  for (const seed of seeds) {
    const p = render(seed, { size: 8, findings: [{ ...nodule, sizeMm: 5 + (seed % 17) }] });
    for (const l of p.lesions) {
      if (l.nodule === undefined) continue;
      scores.push(l.nodule.probability);
      truth.push(l.nodule.malignant);
    }
    const sampled = render(seed, { size: 8 });
    if (sampled.findings.length === 0) normal++;
    for (const f of sampled.findings) seen.set(f.name, (seen.get(f.name) ?? 0) + 1);
  }
  const n = seeds.length;
  for (const name of findingNames) {
    const p = prevalence(name);
    const error = Math.sqrt((p * (1 - p)) / n);
    if (Math.abs((seen.get(name) ?? 0) / n - p) > 2 * error) stray++;
  }
  const auc = areaUnderRoc(scores, truth);
  return {
    bars: [
      bar('Bayes AUC of nodule malignancy, at least', auc, '≥', 0.85, truth.length),
      bar('Bayes AUC of nodule malignancy, at most', auc, '≤', 0.95, truth.length),
      bar('share of normal studies', normal / n, '≥', 0.4, n),
      bar(
        'findings whose prevalence is beyond 2 sd of its expectation (5 % of 27 expected)',
        stray,
        '≤',
        4,
        n,
      ),
    ],
  };
}
