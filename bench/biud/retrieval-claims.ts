// What the trained space finds among held-out phantoms: report, film and CT as queries, against chance and against the
// unlearned descriptor; the second stage; denial; drafts.
import { type CtVectorsOfStudy, chestFindingCodes } from '@tomograph/models';
import { type Bar, bar, type Table } from '../evaluation.js';
import { type Experts, filmVectors, readReports } from './experts.js';
import type { PoolItem } from './phantom-pool.js';
import { deniedInTopTen, labelKey, recall, reportToCt, similarities } from './scores.js';

const ks = [1, 5, 10] as const;

export async function retrievalClaims(
  experts: Experts,
  vectors: readonly CtVectorsOfStudy[],
  items: readonly PoolItem[],
): Promise<{ bars: Bar[]; table: Table }> {
  const n = items.length;
  const { whole } = await readReports(experts.reader, items);
  const films = await filmVectors(
    experts,
    items.map(({ film }) => film),
  );
  const keys = items.map(labelKey);
  const studies = vectors.map(({ study }) => study);
  const descriptors = items.map(({ descriptor }) => descriptor);
  const scores = {
    global: reportToCt(whole, vectors, 'global'),
    late: reportToCt(whole, vectors, 'late'),
    film: similarities(films, studies),
    ct: similarities(studies, studies),
    filmDescriptor: similarities(
      items.map(({ filmDescriptor }) => filmDescriptor),
      descriptors,
    ),
    ctDescriptor: similarities(descriptors, descriptors),
  };
  const rows: (string | number)[][] = [];
  const measure = (name: string, scored: Float32Array, right: 'own' | 'findings', excludeSelf = false) => {
    const at = recall(scored, n, ks, right === 'own' ? undefined : keys, excludeSelf).at;
    rows.push([name, right, ...at.flatMap(({ recall: r, chance }) => [r.toFixed(3), chance.toFixed(3)])]);
    return at;
  };
  const global = measure('report → CT, study vector', scores.global, 'own');
  const late = measure('report → CT, with late interaction', scores.late, 'own');
  measure('report → CT, study vector', scores.global, 'findings');
  measure('report → CT, with late interaction', scores.late, 'findings');
  const film = measure('film → CT', scores.film, 'own');
  const filmBase = measure('film → CT, projection-descriptor@1', scores.filmDescriptor, 'own');
  measure('film → CT', scores.film, 'findings');
  measure('film → CT, projection-descriptor@1', scores.filmDescriptor, 'findings');
  const ct = measure('CT → CT', scores.ct, 'findings', true);
  const ctBase = measure('CT → CT, projection-descriptor@1', scores.ctDescriptor, 'findings', true);
  const denied = await deniedInTopTen(experts.reader, vectors, items, [
    'PLEURAL_EFFUSION',
    'CARDIOMEGALY',
    'CONSOLIDATION',
    'EMPHYSEMA',
  ]);
  const atLeast = (base: number): number => Math.min(0.8, 2 * base);
  return {
    bars: [
      bar('phantoms: report → CT R@5, own CT', global[1]!.recall, '≥', 0.8, n),
      bar(
        'phantoms: report → CT R@5, late interaction minus study vector',
        late[1]!.recall - global[1]!.recall,
        '≥',
        0,
        n,
      ),
      bar(
        'phantoms: film → CT R@5, own CT (0.8 or twice the descriptor)',
        film[1]!.recall,
        '≥',
        atLeast(filmBase[1]!.recall),
        n,
      ),
      bar(
        'phantoms: film → CT R@1, own CT (0.8 or twice the descriptor)',
        film[0]!.recall,
        '≥',
        atLeast(filmBase[0]!.recall),
        n,
      ),
      bar(
        'phantoms: CT → CT R@5, same findings (0.8 or twice the descriptor)',
        ct[1]!.recall,
        '≥',
        atLeast(ctBase[1]!.recall),
        n,
      ),
      bar(
        'phantoms: cases with the finding in the top 10 of queries that deny it',
        denied.share,
        '≤',
        0.02,
        denied.queries,
      ),
    ],
    table: {
      title: `Retrieval among ${n} held-out phantoms (chance beside each; denied findings: ${(100 * denied.share).toFixed(1)} % of the top 10, ${(100 * denied.prevalence).toFixed(1)} % of the cases; ${chestFindingCodes.length} findings)`,
      columns: ['query', 'right answer', 'R@1', 'chance', 'R@5', 'chance', 'R@10', 'chance'],
      rows,
    },
  };
}
