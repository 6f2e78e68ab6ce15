// What a linear probe on small films can see: findings that show, and such that do not.
import {
  areaUnderRoc,
  type FindingName,
  linearProbe,
  type RenderOptions,
  render,
  renderXray,
} from '@tomograph/phantom';
import { bar } from '../evaluation.js';
import type { Part } from './part.js';

/** Findings that a frontal film shows and such that it does not, each against healthy chests. */
export function filmProbe(quick: boolean): Part {
  const visible: readonly FindingName[] = ['pleural_effusion', 'cardiomegaly', 'consolidation'];
  const hidden: readonly FindingName[] = ['gallstones', 'liver_cyst', 'renal_cyst'];
  const n = quick ? 80 : 240;
  const film = (seed: number, findings: RenderOptions['findings']) => {
    const p = render(seed, { size: [40, 30, 40], fov: 'chest', findings: findings! });
    return [...renderXray(p, { view: 'AP', width: 20, height: 20 }).display.pixels];
  };
  // the same healthy films serve every finding: only the odd seeds differ
  const healthy = Array.from({ length: n / 2 }, (_, i) => film(9000 + 2 * i, 'none'));
  const rows = [...visible, ...hidden].map((name) => {
    const sick = Array.from({ length: n / 2 }, (_, i) =>
      film(9001 + 2 * i, [
        {
          name,
          severity: 3,
          side: name === 'pleural_effusion' ? 'bilateral' : 'right',
          lobe: 'RLL',
          sizeMm: 12,
          count: 2,
          visibleOnXray: true,
        },
      ]),
    );
    const features = healthy.flatMap((h, i) => [h, sick[i]!]);
    const truth = features.map((_, i) => i % 2 === 1);
    return { name, auc: areaUnderRoc(linearProbe(features, truth, 40), truth.slice(n / 2)) };
  });
  const of = (names: readonly FindingName[]) => rows.filter((r) => names.includes(r.name)).map((r) => r.auc);
  const noise = 1.64 / Math.sqrt(3 * (n / 4)); // one-sided 5 % of a useless score's AUC, n/2 unseen cases
  return {
    bars: [
      bar('linear probe on films, findings that show, lowest AUC', Math.min(...of(visible)), '≥', 0.7, n / 2),
      bar(
        'linear probe on films, findings that do not show, mean AUC',
        of(hidden).reduce((s, v) => s + v, 0) / hidden.length,
        '≤',
        Math.floor((0.5 + noise) * 1000) / 1000,
        n / 2,
      ),
    ],
    tables: [
      {
        title: 'AUC of a linear probe on 20 × 20 films',
        columns: ['finding', 'AUC'],
        rows: rows.map((r) => [r.name, r.auc]),
      },
    ],
  };
}
