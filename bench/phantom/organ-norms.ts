// Volumes and grey values of organs held against published ranges, and which side they lie on.
import { label, labelGroups, labelStatistics, type Phantom, render } from '@tomograph/phantom';
import { bar } from '../evaluation.js';
import { median, type Part, seedsOf } from './part.js';

/** ml, of adults of both sexes; the source of every line is in docs/phantom.md. */
const organRanges: readonly (readonly [name: string, low: number, high: number])[] = [
  ['liver', 825, 2400],
  ['spleen', 81, 322],
  ['kidney_right', 90, 245],
  ['kidney_left', 90, 245],
  ['pancreas', 35, 101],
  ['gallbladder', 14, 60],
  ['heart_ventricle_left', 56, 190],
  ['heart_atrium_left', 41, 163],
];
const huRanges: readonly (readonly [name: string, low: number, high: number])[] = [
  ['liver', 90, 130],
  ['spleen', 95, 140],
  ['kidney_left', 120, 200],
  ['aorta', 110, 180],
  ['iliopsoas_left', 45, 75],
  ['lung_upper_lobe_right', -880, -760],
];

export function norms(quick: boolean): Part {
  const seeds = seedsOf(quick, 6, 24).map((s) => s + 100);
  const values = new Map<string, number[]>();
  const keep = (name: string, value: number) => values.set(name, [...(values.get(name) ?? []), value]);
  let [inside, all, sides] = [0, 0, 0];
  for (const seed of seeds) {
    const p = render(seed, { size: [80, 62, 94], findings: 'none' });
    const stats = labelStatistics(p.labels, p.volume.voxels);
    const check = (name: string, value: number, low: number, high: number) => {
      keep(name, value);
      all++;
      if (value >= low && value <= high) inside++;
    };
    for (const [name, low, high] of organRanges)
      check(`${name}, ml`, stats.get(label(name))?.ml ?? 0, low, high);
    const sum = (group: string) => labelGroups[group]!.reduce((s, id) => s + (stats.get(id)?.ml ?? 0), 0);
    check('both lungs, ml', sum('lung_right') + sum('lung_left'), 2500, 7800);
    check('heart, ml', sum('heart'), 330, 1000);
    for (const [name, low, high] of huRanges)
      check(`${name}, HU portal`, stats.get(label(name))?.mean ?? 0, low, high);
    if (leftRight(p)) sides++;
  }
  const rows = [...values].map(([name, v]) => [name, median(v), Math.min(...v), Math.max(...v)]);
  return {
    bars: [
      bar('organ volumes and HU inside published ranges, share', inside / all, '≥', 0.98, all),
      bar(
        'subjects whose liver, spleen, heart and stomach lie on their sides, share',
        sides / seeds.length,
        '=',
        1,
        seeds.length,
      ),
    ],
    tables: [{ title: 'Organs over subjects', columns: ['organ', 'median', 'lowest', 'highest'], rows }],
  };
}

function leftRight(p: Phantom): boolean {
  const at = (name: string) => {
    const id = label(name);
    const [nx] = p.labels.size;
    let [sum, n] = [0, 0];
    p.labels.voxels.forEach((v, i) => {
      if (v !== id) return;
      sum += p.labels.affine[0]! * (i % nx) + p.labels.affine[3]!;
      n++;
    });
    return sum / n;
  };
  return (
    at('liver') < 0 &&
    at('gallbladder') < 0 &&
    at('spleen') > 0 &&
    at('stomach') > 0 &&
    at('heart_ventricle_left') > 0
  );
}
