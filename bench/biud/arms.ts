// One arm of the comparison: which losses, how many CTs, which seed -> the vectors of the test CTs.
import { Random } from '@tomograph/kernel';
import {
  type BiudModel,
  biudConfig,
  biudNetwork,
  type CtCase,
  type CtRecipe,
  type CtVectorsOfStudy,
  ctRecipe,
  f32,
  floats,
  type ReportVectors,
  type RetrievedFilm,
  randomFilms,
  type SentenceContrast,
  Session,
  spaceWidth,
  tissueCount,
  trainCt,
} from '@tomograph/models';
import type { Experts } from './experts.js';
import type { PoolItem } from './phantom-pool.js';

export interface Material {
  readonly experts: Experts;
  readonly train: readonly PoolItem[];
  readonly trainReports: readonly ReportVectors[];
  readonly trainContrasts: readonly (readonly SentenceContrast[])[];
  /** The film of each training CT, by text. */
  readonly retrieved: readonly RetrievedFilm[];
}

export const arms = {
  'plain InfoNCE': { falseNegativeAt: 2, pairWeight: 0, relationWeight: 0 },
  'robust contrast': { pairWeight: 0, relationWeight: 0 },
  'robust + pair': { relationWeight: 0 },
  'robust + relation': { pairWeight: 0 },
  'robust + pair + relation': {},
  'random films': {},
} as const satisfies Record<string, Partial<CtRecipe>>;
export type ArmName = keyof typeof arms;

export interface ArmRun {
  readonly weights: BiudModel['ct'];
  readonly vectors: CtVectorsOfStudy[];
}

/** Every arm of a seed trains on the same CTs: the first `count` of the seed's order. */
export async function trainArm(
  { experts, train, trainReports, trainContrasts, retrieved }: Material,
  arm: ArmName,
  { count, seed, steps, log }: { count: number; seed: number; steps: number; log: (line: string) => void },
): Promise<BiudModel['ct']> {
  const chosen = new Random(seed, 'subset').shuffle([...train.keys()]).slice(0, count);
  const cases = chosen.map(
    (i): CtCase => ({ cells: train[i]!.cells, report: trainReports[i]!, contrasts: trainContrasts[i]! }),
  );
  const own = chosen.map((i) => retrieved[i]!);
  const films =
    arm === 'random films' ? randomFilms(own, experts.bank.length, new Random(seed, 'control')) : own;
  return trainCt(cases, {
    config: biudConfig,
    recipe: { ...ctRecipe, ...arms[arm], steps },
    seed,
    teacher: { bank: experts.bank, retrieved: films },
    log,
  });
}

export async function encodeCts(
  weights: Pick<BiudModel, 'ct' | 'view'>,
  items: readonly PoolItem[],
): Promise<ArmRun['vectors']> {
  const session = await Session.load(biudNetwork('ct', { config: biudConfig, ...weights } as BiudModel));
  const { ct, film } = biudConfig;
  const width = spaceWidth(biudConfig);
  const out: ArmRun['vectors'] = [];
  for (const { cells, front } of items) {
    const got = await session.run({
      ct: f32(cells, [1, ct.size, ct.size, ct.size, tissueCount]),
      front: f32(front, [1, film.size, film.size]),
    });
    const all = floats(got, 'regions');
    out.push({
      study: floats(got, 'study'),
      regions: Array.from({ length: ct.regions ** 3 }, (_, i) => all.slice(i * width, (i + 1) * width)),
    });
  }
  await session.dispose();
  return out;
}
