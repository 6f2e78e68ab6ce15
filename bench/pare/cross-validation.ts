// Five-fold cross-validation of PARE by patient: what every nodule gets from networks that never saw its patient.
import { Random } from '@tomograph/kernel';
import {
  assess,
  axialDiameterMm,
  click,
  type Judgement,
  type PareConfig,
  type PareRecipe,
  type PatientCase,
  partOfPatients,
  probabilityOf,
  Session,
  servingGraph,
  type TrainedEnsemble,
  trainHeads,
  trainTrunks,
} from '@tomograph/models';

export interface Scored {
  /** Index of the case. */
  readonly index: number;
  readonly fold: number;
  /** Mean logit of the members and the calibrated probability. */
  readonly logit: number;
  readonly probability: number;
  readonly interval: readonly [number, number];
  /** The product's own longest axial diameter in its slab, mm; 0 where it found nothing. */
  readonly diameterMm: number;
  readonly judgements: readonly Judgement[];
}

export interface CrossValidation {
  readonly scored: readonly Scored[];
  /** The same test nodules as other scanners show them, by name of the variant. */
  readonly variants: ReadonlyMap<string, readonly Scored[]>;
  /** By fold. */
  readonly ensembles: ReadonlyMap<number, TrainedEnsemble>;
}

/** One way to judge on the trunks that all arms share. */
export interface ArmOptions {
  readonly config: PareConfig;
  /** Takes the first of the trunks. */
  readonly members: number;
}

export interface CrossValidationOptions {
  /** Arms by name; they agree in everything that the trunk reads. */
  readonly arms: ReadonlyMap<string, ArmOptions>;
  readonly recipe: PareRecipe;
  readonly seed: number;
  /** Default 5; only `run` of them are run (default all). */
  readonly folds?: number;
  readonly run?: readonly number[];
  /** Takes this many training nodules at random (of patients in random order). */
  readonly trainOn?: number;
  /** The cases once more, in the same order, looked at by the same networks in their test folds. */
  readonly variants?: ReadonlyMap<string, readonly PatientCase[]>;
  readonly log: (line: string) => void;
}

export async function crossValidate(
  cases: readonly PatientCase[],
  { arms, recipe, seed, folds = 5, run, trainOn, variants = new Map(), log }: CrossValidationOptions,
): Promise<ReadonlyMap<string, CrossValidation>> {
  const fold = foldsOf(cases, folds, seed);
  const results = new Map(
    [...arms.keys()].map((name) => [
      name,
      {
        scored: [] as Scored[],
        variants: new Map([...variants.keys()].map((variant) => [variant, [] as Scored[]])),
        ensembles: new Map<number, TrainedEnsemble>(),
      },
    ]),
  );
  for (const k of run ?? Array.from({ length: folds }, (_, n) => n)) {
    const started = performance.now();
    const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(0)} s`;
    let training = cases.filter((_, i) => fold[i] !== k);
    if (trainOn !== undefined) training = few(training, trainOn, seed + k);
    const indices = [...cases.keys()].filter((i) => fold[i] === k);
    const members = Math.max(...[...arms.values()].map((arm) => arm.members));
    const { config } = [...arms.values()][0]!;
    const trunks = await trainTrunks(training, { config, recipe, members, seed: seed * 10 + k });
    log(`fold ${k}: trunks of ${training.length} nodules after ${seconds()}`);
    for (const [name, arm] of arms) {
      const own = { cases: trunks.cases, trunks: trunks.trunks.slice(0, arm.members) };
      const ensemble = await trainHeads(own, { recipe, seed: seed * 10 + k, ...arm });
      const result = results.get(name)!;
      result.ensembles.set(k, ensemble);
      result.scored.push(...(await score(ensemble, cases, indices, { recipe, fold: k, seed })));
      for (const [variant, other] of variants)
        result.variants
          .get(variant)!
          .push(...(await score(ensemble, other, indices, { recipe, fold: k, seed })));
    }
    log(`fold ${k}: ${[...arms.keys()].join(', ')} after ${seconds()}`);
  }
  return results;
}

/** The fold of every case; patients stay together. */
export function foldsOf(cases: readonly PatientCase[], folds: number, seed: number): readonly number[] {
  const patients = cases.map(({ patient }) => patient);
  const fold = partOfPatients(patients, folds, seed);
  return patients.map((patient) => fold.get(patient)!);
}

function few(cases: readonly PatientCase[], count: number, seed: number): PatientCase[] {
  const order = new Random(seed, 'few').shuffle([...new Set(cases.map(({ patient }) => patient))]);
  const rank = new Map(order.map((patient, i) => [patient, i]));
  return [...cases].sort((a, b) => rank.get(a.patient)! - rank.get(b.patient)!).slice(0, count);
}

/** Clicks beside the middle of each nodule, the same click for every arm, and asks the ensemble. */
export async function score(
  ensemble: TrainedEnsemble,
  cases: readonly PatientCase[],
  indices: readonly number[],
  { recipe, fold, seed }: { recipe: PareRecipe; fold: number; seed: number },
): Promise<Scored[]> {
  const { config } = ensemble;
  const sessions: Session[] = [];
  for (const member of ensemble.members) sessions.push(await Session.load(servingGraph(member, config)));
  const scored: Scored[] = [];
  for (const index of indices) {
    const each = cases[index]!;
    const point = click(each.centre, new Random(seed, `test click ${index}`), recipe);
    const judgements: Judgement[] = [];
    for (const session of sessions) judgements.push(await assess(session, each.volume, point, config));
    const logits = judgements.map(({ logit }) => logit);
    const diameters = judgements.map((j) => diameterOf(j, config));
    scored.push({
      index,
      fold,
      logit: mean(logits),
      ...probabilityOf(ensemble.calibration, logits),
      diameterMm: mean(diameters),
      judgements,
    });
  }
  for (const session of sessions) await session.dispose();
  return scored;
}

function diameterOf({ component }: Judgement, config: PareConfig): number {
  if (component === undefined) return 0;
  const [, sy, sx] = config.spacingMm;
  return axialDiameterMm(component.mask, component.widest, config.patch, [sy, sx]).longestMm;
}

const mean = (values: readonly number[]): number => values.reduce((a, x) => a + x, 0) / values.length;
