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
  trainEnsemble,
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
  readonly ensembles: readonly TrainedEnsemble[];
}

export interface CrossValidationOptions {
  readonly config: PareConfig;
  readonly recipe: PareRecipe;
  readonly members: number;
  readonly seed: number;
  /** Default 5; the first `run` of them are run. */
  readonly folds?: number;
  readonly run?: number;
  /** Takes this many training nodules at random (of patients in random order). */
  readonly trainOn?: number;
  /** The cases once more, in the same order, looked at by the same networks in their test folds. */
  readonly variants?: ReadonlyMap<string, readonly PatientCase[]>;
  readonly log: (line: string) => void;
}

export async function crossValidate(
  cases: readonly PatientCase[],
  { config, recipe, members, seed, folds = 5, run = folds, trainOn, variants, log }: CrossValidationOptions,
): Promise<CrossValidation> {
  const fold = partOfPatients(
    cases.map(({ patient }) => patient),
    folds,
    seed,
  );
  const scored: Scored[] = [];
  const ensembles: TrainedEnsemble[] = [];
  const onVariants = new Map([...(variants?.keys() ?? [])].map((name) => [name, [] as Scored[]]));
  for (let k = 0; k < run; k++) {
    const started = performance.now();
    let training = cases.filter(({ patient }) => fold.get(patient) !== k);
    if (trainOn !== undefined) training = few(training, trainOn, seed + k);
    const ensemble = await trainEnsemble(training, { config, recipe, members, seed: seed * 10 + k });
    ensembles.push(ensemble);
    const indices = [...cases.keys()].filter((i) => fold.get(cases[i]!.patient) === k);
    scored.push(...(await score(ensemble, cases, indices, { recipe, fold: k, seed })));
    for (const [name, other] of variants ?? [])
      onVariants.get(name)!.push(...(await score(ensemble, other, indices, { recipe, fold: k, seed })));
    log(`fold ${k}: ${training.length} nodules, ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  return { scored, variants: onVariants, ensembles };
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
