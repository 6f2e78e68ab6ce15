// Several PARE networks, each trained without one part of the patients; the part left out calibrates them all.
import { Random } from '@tomograph/kernel';
import { Session } from '../../runtime/session.js';
import { type Calibration, calibrate, type HeldOut } from './calibration.js';
import type { PareCase } from './pare-case.js';
import type { PareConfig, PareRecipe } from './pare-config.js';
import { type Judgement, judge, look, type PareMember, type Runner, servingGraph } from './pare-member.js';
import type { CtVolume, Vec3 } from './patch.js';
import { click, type TrainedMember, trainPare } from './train-pare.js';

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

/** Splits by patient. @throws as trainPare */
export async function trainEnsemble(
  cases: readonly PatientCase[],
  { config, recipe, members: count, seed, log, signal }: EnsembleTraining,
): Promise<TrainedEnsemble> {
  const part = partOfPatients(
    cases.map(({ patient }) => patient),
    parts,
    seed,
  );
  const members: TrainedMember[] = [];
  const heldOut: HeldOut[] = [];
  for (let m = 0; m < count; m++) {
    const left = m % parts;
    const training = { config, recipe, seed: seed * 100 + m };
    const member = await trainPare(
      cases.filter(({ patient }) => part.get(patient) !== left),
      { ...training, ...(log && { log }), ...(signal && { signal }) },
    );
    members.push(member);
    const random = new Random(seed * 100 + m, 'held out');
    await using session = disposable(await Session.load(servingGraph(member, config)));
    for (const each of cases) {
      if (part.get(each.patient) !== left || each.malignant === undefined) continue;
      const { logit } = await assess(session.value, each.volume, click(each.centre, random, recipe), config);
      heldOut.push({ logit, malignant: each.malignant, patient: each.patient });
    }
  }
  return { config, members, calibration: calibrate(heldOut, seed), heldOut };
}

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
