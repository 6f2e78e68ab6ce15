// Five-fold cross-validation of PARE by patient: what every nodule gets from networks that never saw its patient.
import { Random } from '@tomograph/kernel';
import {
  assess,
  axialDiameterMm,
  click,
  headGraph,
  type Judgement,
  judgePooled,
  type PareConfig,
  type PareRecipe,
  type PatientCase,
  type PooledLook,
  partOfPatients,
  pooledLook,
  probabilityOf,
  Session,
  servingGraph,
  type TrainedEnsemble,
  type TrainedTrunks,
  trainHeads,
  trainTrunks,
  trunkGraph,
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
  /** Heads learn from the nodules of so many patients at random that they hold this many; the trunk from all. */
  readonly learnFrom?: number;
}

export interface CrossValidationOptions {
  /** Arms by name; they agree in everything that the trunk reads. */
  readonly arms: ReadonlyMap<string, ArmOptions>;
  readonly recipe: PareRecipe;
  /** Of the folds and of the test clicks. */
  readonly seed: number;
  /** Of everything that is trained; default `seed`. Runs that differ in it alone are paired nodule by nodule. */
  readonly trainingSeed?: number;
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
  {
    arms,
    recipe,
    seed,
    trainingSeed = seed,
    folds = 5,
    run,
    trainOn,
    variants = new Map(),
    log,
  }: CrossValidationOptions,
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
    const own = trainingSeed * 10 + k;
    if (trainOn !== undefined) training = few(training, trainOn, trainingSeed + k);
    const indices = [...cases.keys()].filter((i) => fold[i] === k);
    const members = Math.max(...[...arms.values()].map((arm) => arm.members));
    const { config } = [...arms.values()][0]!;
    const trunks = await trainTrunks(training, { config, recipe, members, seed: own });
    log(`fold ${k}: trunks of ${training.length} nodules after ${seconds()}`);
    const asked = { indices, recipe, config, fold: k, seed };
    const seen = await looks(trunks, cases, asked);
    const seenOther = new Map<string, Looks>();
    for (const [variant, other] of variants) seenOther.set(variant, await looks(trunks, other, asked));
    log(`fold ${k}: test nodules seen after ${seconds()}`);
    for (const [name, arm] of arms) {
      const ensemble = await trainHeads(taught(trunks, arm, own), { recipe, seed: own, ...arm });
      const result = results.get(name)!;
      result.ensembles.set(k, ensemble);
      result.scored.push(...(await judged(ensemble, seen, asked)));
      for (const [variant, other] of seenOther)
        result.variants.get(variant)!.push(...(await judged(ensemble, other, asked)));
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

/** Which cases, clicked at how, and by which fold. */
export interface Asked {
  readonly indices: readonly number[];
  readonly recipe: PareRecipe;
  readonly config: PareConfig;
  readonly fold: number;
  readonly seed: number;
}

/** By trunk, by index. */
export type Looks = readonly (readonly PooledLook[])[];

/** What every trunk sees at one click beside the middle of each nodule: the same click for every arm. */
export async function looks(
  { trunks }: TrainedTrunks,
  cases: readonly PatientCase[],
  { indices, recipe, config, seed }: Asked,
): Promise<Looks> {
  const all: PooledLook[][] = [];
  for (const { weights } of trunks) {
    const session = await Session.load(trunkGraph(weights, config));
    const own: PooledLook[] = [];
    for (const index of indices) {
      const { volume, centre } = cases[index]!;
      const point = click(centre, new Random(seed, `test click ${index}`), recipe);
      own.push(await pooledLook(session, volume, point, config));
    }
    await session.dispose();
    all.push(own);
  }
  return all;
}

/** The trunks of an arm and what its heads learn from. */
function taught(
  { cases, trunks }: TrainedTrunks,
  { members, learnFrom }: ArmOptions,
  seed: number,
): TrainedTrunks {
  const own = trunks.slice(0, members);
  if (learnFrom === undefined) return { cases, trunks: own };
  return {
    cases,
    trunks: own.map((trunk) => {
      const kept = few(trunk.training, learnFrom, seed);
      const rows = new Map(trunk.training.map((each, row) => [each, trunk.views.views[row]!]));
      return {
        ...trunk,
        training: kept,
        views: { ...trunk.views, views: kept.map((each) => rows.get(each)!) },
      };
    }),
  };
}

export async function judged(
  { members, config, calibration }: TrainedEnsemble,
  seen: Looks,
  { indices, fold }: Asked,
): Promise<Scored[]> {
  const heads: Session[] = [];
  for (const member of members) heads.push(await Session.load(headGraph(member, config)));
  const scored: Scored[] = [];
  for (const [row, index] of indices.entries()) {
    const judgements: Judgement[] = [];
    for (const [m, head] of heads.entries()) judgements.push(await judgePooled(head, seen[m]![row]!, config));
    scored.push(scoredFrom(judgements, { index, fold, calibration, config }));
  }
  for (const head of heads) await head.dispose();
  return scored;
}

function scoredFrom(
  judgements: readonly Judgement[],
  at: { index: number; fold: number; calibration: TrainedEnsemble['calibration']; config: PareConfig },
): Scored {
  const logits = judgements.map(({ logit }) => logit);
  return {
    index: at.index,
    fold: at.fold,
    logit: mean(logits),
    ...probabilityOf(at.calibration, logits),
    diameterMm: mean(judgements.map((each) => diameterOf(each, at.config))),
    judgements,
  };
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
    scored.push(scoredFrom(judgements, { index, fold, calibration: ensemble.calibration, config }));
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
