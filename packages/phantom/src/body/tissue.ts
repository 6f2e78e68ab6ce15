// What every tissue looks like: HU in four contrast phases, texture, and (T1, T2, proton density) for the MR-like image.
// Not anatomy: shapes name a tissue and know nothing else about it.
//
// HU: TotalSegmentator-style soft-tissue ranges; enhancement after Bae, "Intravenous contrast medium administration and
// scan timing at CT", Radiology 2010;256:32-61. T1/T2 at 3 T: blood, muscle's T1, myocardium, cartilage and cord from Stanisz
// et al., MRM 2005;54:507-512; fat, liver, spleen, pancreas, kidney, marrow, prostate, muscle's T2 from de Bazelaire et al.,
// Radiology 2004;230:652-659; the others are placed between those. Lung is a choice, not a measurement: it gets the signal
// that ultrashort-echo images at end-expiration show (about muscle's), because with a spin echo's black lung every image of a
// chest correlates with CT at 0.4-0.6, whatever the rest does: lung is a fifth to a third of the body.

export const phases = ['native', 'arterial', 'portal', 'delayed'] as const;
export type Phase = (typeof phases)[number];

/** HU by phase, texture standard deviation in HU, T1 ms, T2 ms, proton density (0-1). */
type Row = readonly [
  name: string,
  hu: readonly [number, number, number, number],
  texture: number,
  t1: number,
  t2: number,
  pd: number,
];

const rows = [
  ['air', [-1000, -1000, -1000, -1000], 0, 4000, 10, 0],
  ['lung', [-858, -848, -846, -850], 15, 1100, 60, 0.43],
  ['fat', [-103, -103, -102, -102], 9, 382, 68, 0.95],
  ['skin', [-5, 5, 8, 5], 10, 1100, 32, 0.7],
  ['muscle', [50, 54, 62, 60], 9, 1412, 32, 0.78],
  ['connective', [10, 12, 18, 18], 12, 1100, 35, 0.7],
  ['cortical', [640, 640, 640, 640], 60, 300, 2, 0.06],
  ['marrow', [190, 192, 200, 198], 45, 586, 49, 0.75],
  ['disc', [75, 75, 78, 78], 10, 1200, 80, 0.8],
  ['cartilage', [105, 105, 108, 108], 18, 1168, 27, 0.65],
  ['cord', [38, 40, 44, 44], 3, 993, 78, 0.8],
  ['csf', [8, 8, 8, 8], 2, 4300, 1800, 1],
  ['myocardium', [46, 105, 115, 95], 7, 1471, 47, 0.82],
  ['blood-left', [42, 330, 155, 110], 4, 1932, 275, 0.9],
  ['blood-right', [42, 210, 150, 110], 5, 1932, 275, 0.9],
  ['blood-pulmonary-artery', [42, 300, 150, 110], 4, 1932, 275, 0.9],
  ['blood-pulmonary-vein', [42, 330, 152, 110], 4, 1932, 275, 0.9],
  ['blood-vein', [42, 90, 140, 112], 5, 1932, 275, 0.9],
  ['blood-portal', [42, 95, 175, 125], 4, 1932, 275, 0.9],
  ['vessel-wall', [48, 70, 75, 70], 4, 1200, 40, 0.75],
  ['airway-wall', [30, 45, 50, 45], 12, 1200, 40, 0.7],
  ['thyroid', [102, 175, 150, 130], 8, 1100, 70, 0.85],
  ['liver', [57, 72, 112, 95], 7, 809, 34, 0.8],
  ['spleen', [49, 120, 116, 98], 6, 1328, 61, 0.85],
  ['pancreas', [40, 100, 90, 75], 13, 725, 43, 0.8],
  ['kidney-cortex', [34, 175, 165, 150], 7, 1142, 76, 0.85],
  ['kidney-medulla', [32, 75, 150, 155], 7, 1545, 81, 0.9],
  ['urine', [6, 6, 8, 260], 2, 3500, 1200, 1],
  ['bile', [9, 9, 10, 10], 2, 2600, 700, 1],
  ['adrenal', [28, 65, 62, 50], 5, 900, 50, 0.8],
  ['bowel-wall', [42, 85, 100, 90], 6, 1200, 50, 0.8],
  ['fluid', [12, 12, 13, 13], 5, 3000, 600, 1],
  ['food', [35, 36, 38, 38], 30, 1000, 120, 0.8],
  ['stool', [20, 20, 20, 20], 90, 700, 60, 0.5],
  ['gas', [-1000, -1000, -1000, -1000], 0, 4000, 10, 0],
  ['calcium', [620, 620, 620, 620], 90, 300, 3, 0.1],
  ['metal', [2900, 2900, 2900, 2900], 0, 4000, 1, 0],
  ['node', [40, 72, 92, 85], 6, 1250, 65, 0.85],
  ['necrosis', [22, 24, 28, 28], 4, 1700, 160, 0.9],
  ['lesion-solid', [34, 62, 78, 72], 9, 1300, 75, 0.85],
  ['lesion-ground-glass', [-610, -600, -595, -598], 35, 1250, 65, 0.65],
  ['consolidation', [38, 70, 85, 78], 16, 1400, 85, 0.85],
  ['effusion', [11, 11, 13, 14], 3, 3200, 900, 1],
  ['scar', [42, 55, 62, 60], 20, 1200, 35, 0.7],
  ['emphysema', [-962, -961, -961, -961], 8, 1100, 50, 0.15],
  ['metastasis', [38, 52, 68, 62], 9, 1200, 75, 0.85],
  ['prostate', [40, 62, 75, 72], 7, 1597, 74, 0.85],
] as const satisfies readonly Row[];

export type TissueName = (typeof rows)[number][0];
export const tissueNames: readonly TissueName[] = rows.map((row) => row[0]);
const ids = new Map<string, number>(rows.map((row, i) => [row[0], i]));

/** Number of the tissue in every per-tissue table. */
export function tissue(name: TissueName): number {
  return ids.get(name)!;
}

export interface TissueTable {
  /** Mean value by tissue number: HU for CT, arbitrary signal for MR-like. */
  readonly mean: Float64Array;
  /** Standard deviation of the spatial texture by tissue number. */
  readonly texture: Float64Array;
  /** Change per mm towards posterior (lung only in CT: the dependent part is denser). */
  readonly gradientY: Float64Array;
}

/** HU of every tissue at contrast time `phase`: a named phase, or a number 0..3 between them. */
export function ctTable(phase: Phase | number): TissueTable {
  const t = typeof phase === 'number' ? Math.min(3, Math.max(0, phase)) : phases.indexOf(phase);
  const low = Math.min(2, Math.floor(t));
  const table = emptyTable();
  rows.forEach((row, i) => {
    const curve: readonly number[] = row[1];
    table.mean[i] = curve[low]! + (curve[low + 1]! - curve[low]!) * (t - low);
    table.texture[i] = row[2];
  });
  table.gradientY[tissue('lung')] = 40 / 170;
  return table;
}

/** T1 ms, T2 ms and proton density of a tissue. */
export function relaxation(id: number): { t1: number; t2: number; pd: number } {
  const row = rows[id]!;
  return { t1: row[3], t2: row[4], pd: row[5] };
}

export function emptyTable(): TissueTable {
  return {
    mean: new Float64Array(rows.length),
    texture: new Float64Array(rows.length),
    gradientY: new Float64Array(rows.length),
  };
}
