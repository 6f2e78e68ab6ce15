// From a logit to a probability that means what it says, with an interval. Fit on nodules that no member trained on.
import { Random } from '@tomograph/kernel';

/** p = sigmoid(scale · logit + offset); scale is 1 / temperature. */
export interface LogitMap {
  readonly scale: number;
  readonly offset: number;
}

export interface Calibration extends LogitMap {
  /** The same fit on resampled patients: how well the map itself is known. */
  readonly resampled: readonly LogitMap[];
  readonly cases: number;
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

export interface HeldOut {
  readonly logit: number;
  readonly malignant: boolean;
  readonly patient: string;
}

/** @param draws resamples of patients for the interval */
export function calibrate(cases: readonly HeldOut[], seed: number, draws = 50): Calibration {
  const byPatient = new Map<string, HeldOut[]>();
  for (const each of cases) byPatient.set(each.patient, [...(byPatient.get(each.patient) ?? []), each]);
  const groups = [...byPatient.values()];
  const random = new Random(seed, 'calibration');
  const resampled = Array.from({ length: draws }, () =>
    fitLogitMap(groups.flatMap(() => random.pick(groups))),
  );
  return { ...fitLogitMap(cases), resampled, cases: cases.length };
}

/** Logistic regression on one number by Newton steps; a weak prior (scale near 1) keeps separable cases finite. */
export function fitLogitMap(cases: readonly Pick<HeldOut, 'logit' | 'malignant'>[]): LogitMap {
  let [scale, offset] = [1, 0];
  for (let round = 0; round < 30; round++) {
    let [g0, g1, h00, h01, h11] = [0.5 * (scale - 1), 0.1 * offset, 0.5, 0, 0.1];
    for (const { logit, malignant } of cases) {
      const p = sigmoid(scale * logit + offset);
      const off = p - (malignant ? 1 : 0);
      const w = p * (1 - p);
      g0 += off * logit;
      g1 += off;
      h00 += w * logit * logit;
      h01 += w * logit;
      h11 += w;
    }
    const det = h00 * h11 - h01 * h01;
    const [ds, db] = [(h11 * g0 - h01 * g1) / det, (h00 * g1 - h01 * g0) / det];
    const damp = Math.min(1, 2 / Math.max(Math.abs(ds), Math.abs(db), 1e-9));
    scale -= damp * ds;
    offset -= damp * db;
    if (Math.abs(ds) + Math.abs(db) < 1e-9) break;
  }
  return { scale: Math.max(scale, 0.05), offset };
}

/** @param logits of every member; level 0.9: the 5th and 95th percentile over members and resampled maps */
export function probabilityOf(
  calibration: Calibration,
  logits: readonly number[],
): { probability: number; interval: readonly [number, number] } {
  const mean = logits.reduce((a, x) => a + x, 0) / logits.length;
  const maps = calibration.resampled.length === 0 ? [calibration] : calibration.resampled;
  const all = maps
    .flatMap(({ scale, offset }) => logits.map((x) => sigmoid(scale * x + offset)))
    .sort((a, b) => a - b);
  const at = (q: number): number => all[Math.round(q * (all.length - 1))]!;
  const probability = sigmoid(calibration.scale * mean + calibration.offset);
  return { probability, interval: [Math.min(at(0.05), probability), Math.max(at(0.95), probability)] };
}
