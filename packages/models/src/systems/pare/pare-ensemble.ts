// Several PARE networks, each trained without one part of the patients; the parts left out calibrate them all.
import { Random } from '@tomograph/kernel';
import type { Weights } from '../../graph/params.js';
import { Session } from '../../runtime/session.js';
import { type Calibration, calibrate, type HeldOut } from './calibration.js';
import { click, type PareCase } from './pare-case.js';
import type { PareConfig, PareRecipe } from './pare-config.js';
import {
  headGraph,
  type Judgement,
  judge,
  look,
  type PareMember,
  type Runner,
  trunkGraph,
} from './pare-member.js';
import { judgePooled, type PooledLook, pooledLook } from './pare-pooled.js';
import { type CaseViews, viewsOf } from './pare-views.js';
import type { CtVolume, Vec3 } from './patch.js';
import { type TrainedMember, trainHead } from './train-head.js';
import { trainTrunk } from './train-trunk.js';

export interface PatientCase extends PareCase {
  readonly patient: string;
}

export interface EnsembleTraining {
  readonly config: PareConfig;
  readonly recipe: PareRecipe;
  readonly members: number;
  readonly seed: number;
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface PareEnsemble {
  readonly config: PareConfig;
  readonly members: readonly PareMember[];
  readonly calibration: Calibration;
}

export interface TrainedEnsemble extends PareEnsemble {
  readonly members: readonly TrainedMember[];
  /** Logits of nodules by the member that did not see them: for thresholds, never for results. */
  readonly heldOut: readonly HeldOut[];
}

const parts = 5;

/** Trunks with their views, on which any number of heads can be trained. */
export interface TrainedTrunks {
  readonly cases: readonly PatientCase[];
  readonly trunks: readonly {
    readonly weights: Weights;
    /** Cases that this trunk and its heads learn from, in the order of `views`. */
    readonly training: readonly PatientCase[];
    readonly views: CaseViews;
    /** Cases of the patients left out, and a look at each that is decided. */
    readonly leftOut: readonly PatientCase[];
    readonly leftOutLooks: readonly (Omit<HeldOut, 'logit'> & { readonly look: PooledLook })[];
  }[];
}

/** Splits by patient: member m never sees part m. @throws as trainTrunk */
export async function trainTrunks(
  cases: readonly PatientCase[],
  training: EnsembleTraining,
): Promise<TrainedTrunks> {
  const part = partOfPatients(
    cases.map(({ patient }) => patient),
    parts,
    training.seed,
  );
  const trunks: TrainedTrunks['trunks'][number][] = [];
  for (let m = 0; m < training.members; m++) {
    const own = { ...training, seed: training.seed * 100 + m };
    const isLeftOut = ({ patient }: PatientCase): boolean => part.get(patient) === m % parts;
    const learnt = cases.filter((each) => !isLeftOut(each));
    const weights = await trainTrunk(learnt, own);
    const views = await viewsOf(learnt, weights, own);
    const leftOut = cases.filter(isLeftOut);
    const leftOutLooks = await looksAt(leftOut, weights, own);
    trunks.push({ weights, training: learnt, views, leftOut, leftOutLooks });
  }
  return { cases, trunks };
}

async function looksAt(
  cases: readonly PatientCase[],
  weights: Weights,
  { config, recipe, seed }: EnsembleTraining,
): Promise<TrainedTrunks['trunks'][number]['leftOutLooks']> {
  const random = new Random(seed, 'held out');
  await using session = disposable(await Session.load(trunkGraph(weights, config)));
  const looks = [];
  for (const { volume, centre, malignant, patient } of cases) {
    const point = click(centre, random, recipe);
    if (malignant === undefined) continue;
    looks.push({ look: await pooledLook(session.value, volume, point, config), malignant, patient });
  }
  return looks;
}

/** One head on every trunk; the patients left out calibrate them all. @throws as trainHead */
export async function trainHeads(
  { trunks }: TrainedTrunks,
  training: EnsembleTraining,
): Promise<TrainedEnsemble> {
  const { config, seed } = training;
  const members: TrainedMember[] = [];
  const heldOut: HeldOut[] = [];
  for (const [m, trunk] of trunks.entries()) {
    const own = { ...training, seed: seed * 100 + m };
    const member = await trainHead(trunk.training, trunk.views, trunk.weights, own);
    members.push(member);
    await using session = disposable(await Session.load(headGraph(member, config)));
    for (const { look: seen, malignant, patient } of trunk.leftOutLooks) {
      const { logit } = await judgePooled(session.value, seen, config);
      heldOut.push({ logit, malignant, patient });
    }
  }
  return { config, members, calibration: calibrate(heldOut, seed), heldOut };
}

export const trainEnsemble = async (
  cases: readonly PatientCase[],
  training: EnsembleTraining,
): Promise<TrainedEnsemble> => trainHeads(await trainTrunks(cases, training), training);

/** Patients in equal parts at random; the same names and seed give the same parts. */
export function partOfPatients(
  patients: readonly string[],
  parts: number,
  seed: number,
): Map<string, number> {
  const order = new Random(seed, 'parts').shuffle([...new Set(patients)].sort());
  return new Map(order.map((patient, i) => [patient, i % parts]));
}

export async function assess(
  runner: Runner,
  volume: CtVolume,
  point: Vec3,
  config: PareConfig,
): Promise<Judgement> {
  return judge(runner, volume, await look(runner, volume, point, config), config);
}

function disposable(session: Session): { value: Session } & AsyncDisposable {
  return { value: session, [Symbol.asyncDispose]: () => session.dispose() };
}
