// The claims on real nodules: discrimination against diameter, calibration, what each part of the network adds.
import {
  auroc,
  bootstrap,
  expectedCalibrationError,
  type HeldOut,
  operatingPoint,
  pairedBootstrap,
  thresholdAtSpecificity,
} from '@tomograph/models';
import { type Bar, bar, type Table } from '../evaluation.js';
import type { CrossValidation, Scored } from './cross-validation.js';
import type { LidcNodule } from './lidc-nodules.js';

const seed = 1;
const isMid = ({ diameterMm }: LidcNodule): boolean => diameterMm >= 5 && diameterMm <= 12;

interface Judged {
  readonly nodule: LidcNodule;
  readonly scored: Scored;
  readonly malignant: boolean;
}

export type Subset = 'decided' | 'decided, 5–12 mm' | 'all, class of the set' | 'all, 5–12 mm';

/** Test nodules of a subset under its label: decided ones by the label rule, all by the class of the set. */
export function subsetOf(
  nodules: readonly LidcNodule[],
  scored: readonly Scored[],
  subset: Subset,
): Judged[] {
  const isAll = subset.startsWith('all');
  return scored.flatMap((each) => {
    const nodule = nodules[each.index]!;
    const malignant = isAll ? nodule.diagnosedMalignant : nodule.malignant;
    if (malignant === undefined || (subset.includes('5–12') && !isMid(nodule))) return [];
    return [{ nodule, scored: each, malignant }];
  });
}

export const aurocOf = (cases: readonly Judged[], score: (each: Judged) => number): number =>
  auroc(
    cases.map(score),
    cases.map(({ malignant }) => malignant),
  ) ?? Number.NaN;

const byProbability = ({ scored }: Judged): number => scored.logit;
const byDiameter = ({ nodule }: Judged): number => nodule.diameterMm;
const byOwnDiameter = ({ scored }: Judged): number => scored.diameterMm;
const byCropHeight = ({ nodule }: Judged): number => nodule.cropMm[2];

export function discrimination(
  nodules: readonly LidcNodule[],
  run: CrossValidation,
): { bars: Bar[]; tables: Table[] } {
  const bars: Bar[] = [];
  const rows: (string | number)[][] = [];
  for (const subset of ['decided', 'decided, 5–12 mm', 'all, class of the set', 'all, 5–12 mm'] as const) {
    const cases = subsetOf(nodules, run.scored, subset);
    const patients = cases.map(({ nodule }) => nodule.patient);
    const statistic = (score: (each: Judged) => number) => (indices: readonly number[]) =>
      auroc(
        indices.map((i) => score(cases[i]!)),
        indices.map((i) => cases[i]!.malignant),
      );
    const own = bootstrap(patients, statistic(byProbability), { seed });
    const gain = pairedBootstrap(patients, statistic(byProbability), statistic(byDiameter), { seed });
    const overOwn = pairedBootstrap(patients, statistic(byProbability), statistic(byOwnDiameter), { seed });
    rows.push([
      subset,
      `${cases.length} (${cases.filter(({ malignant }) => malignant).length} malignant)`,
      `${own.estimate.toFixed(3)} [${own.low.toFixed(3)}, ${own.high.toFixed(3)}]`,
      aurocOf(cases, byDiameter).toFixed(3),
      aurocOf(cases, byOwnDiameter).toFixed(3),
      `${signed(gain.estimate)} [${signed(gain.low)}, ${signed(gain.high)}]`,
      `${signed(overOwn.estimate)} [${signed(overOwn.low)}, ${signed(overOwn.high)}]`,
      aurocOf(cases, byCropHeight).toFixed(3),
    ]);
    if (subset.includes('5–12')) continue;
    bars.push(
      bar(
        `${subset}: AUC of image + point minus AUC of the given diameter`,
        gain.estimate,
        '≥',
        0.02,
        cases.length,
      ),
      bar(`${subset}: lower end of its 95 % interval, patients resampled`, gain.low, '≥', 1e-6, cases.length),
    );
  }
  const columns = [
    'nodules',
    'n',
    'AUC [95 %]',
    'given diameter',
    'own diameter',
    'gain over given',
    'gain over own',
    'control: height of the crop',
  ];
  return {
    bars,
    tables: [{ title: 'Real nodules, 5-fold cross-validation by patient: image + point', columns, rows }],
  };
}

export function calibrationAndOperation(
  nodules: readonly LidcNodule[],
  run: CrossValidation,
): { bars: Bar[]; tables: Table[] } {
  const cases = subsetOf(nodules, run.scored, 'decided');
  const labels = cases.map(({ malignant }) => malignant);
  const ece = expectedCalibrationError(
    cases.map(({ scored }) => scored.probability),
    labels,
    10,
  );
  const rows = [0.8, 0.9].map((specificity) => {
    const calls: boolean[] = [];
    for (const { scored } of cases) {
      const { calibration, heldOut } = run.ensembles.get(scored.fold)!;
      const p = ({ logit }: HeldOut): number => calibration.scale * logit + calibration.offset;
      const threshold = thresholdAtSpecificity(
        heldOut.map(p),
        heldOut.map((h) => h.malignant),
        specificity,
      );
      calls.push(calibration.scale * scored.logit + calibration.offset >= threshold);
    }
    const found = operatingPoint(calls.map(Number), labels, 0.5);
    return [specificity, found.sensitivity ?? Number.NaN, found.specificity ?? Number.NaN];
  });
  return {
    bars: [bar('expected calibration error, 10 bins', ece, '≤', 0.05, cases.length)],
    tables: [
      {
        title: 'Operating points: threshold from inner folds, result on test folds',
        columns: ['specificity asked', 'sensitivity', 'specificity got'],
        rows,
      },
    ],
  };
}

const decidedOf = (
  nodules: readonly LidcNodule[],
  scored: readonly Scored[],
  folds: readonly number[],
): Judged[] =>
  subsetOf(
    nodules,
    scored.filter(({ fold }) => folds.includes(fold)),
    'decided',
  );

/** AUC on decided test nodules of these folds; on a variant of the scans where one is named. */
export function armAuroc(
  nodules: readonly LidcNodule[],
  run: CrossValidation,
  folds: readonly number[],
  variant?: string,
): number {
  const scored = variant === undefined ? run.scored : run.variants.get(variant)!;
  return aurocOf(decidedOf(nodules, scored, folds), byProbability);
}

export const decidedIn = (
  nodules: readonly LidcNodule[],
  run: CrossValidation,
  folds: readonly number[],
): number => decidedOf(nodules, run.scored, folds).length;

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
