// Whether 48³, 64³ and 96³ of one seed show the same body: Dice of every structure between grids, by trilinear majority.
import { diceAcrossGrids, organLabels, render, resolvedLabels } from '@tomograph/phantom';
import { bar } from '../evaluation.js';
import { median, type Part, quantile } from './part.js';

/** Seeds that no shape was chosen on. */
const first = 3001;

export function sizes(quick: boolean): Part {
  const seeds = Array.from({ length: quick ? 2 : 24 }, (_, i) => first + i);
  const dice = new Map<number, number[]>();
  const resolvedIn = new Map<number, number>();
  for (const seed of seeds) {
    const [small, middle, large] = [48, 64, 96].map(
      (size) => render(seed, { size, findings: 'none' }).labels,
    );
    for (const id of resolvedLabels(small!)) resolvedIn.set(id, (resolvedIn.get(id) ?? 0) + 1);
    for (const [a, b] of [
      [middle!, small!],
      [large!, middle!],
      [large!, small!],
    ] as const) {
      for (const [id, value] of diceAcrossGrids(a, b)) dice.set(id, [...(dice.get(id) ?? []), value]);
    }
  }
  // resolved in one subject: it counts in every subject. Only what no 48³ resolves is tiny.
  const resolved = [...resolvedIn.keys()];
  const counted = resolved.flatMap((id) => dice.get(id)!);
  return {
    bars: [
      bar(
        `lowest Dice of ${resolved.length} resolved structures between 48³, 64³, 96³`,
        Math.min(...counted),
        '≥',
        0.85,
        seeds.length * 3,
      ),
    ],
    tables: [
      {
        title: `Dice between sizes, ${seeds.length} subjects, three pairs each`,
        columns: ['structure', 'lowest', '5th percentile', 'median', 'subjects whose 48³ resolves it'],
        rows: [
          ['all that count', Math.min(...counted), quantile(counted, 0.05), median(counted), ''],
          ...organLabels
            .filter(({ id }) => dice.has(id))
            .map(({ id, name }) => {
              const values = dice.get(id)!;
              const share = `${resolvedIn.get(id) ?? 0} of ${seeds.length}`;
              const note = resolved.includes(id) ? share : `${share}: below the grid`;
              return [name, Math.min(...values), quantile(values, 0.05), median(values), note];
            }),
        ],
      },
    ],
  };
}
