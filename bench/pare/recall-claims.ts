// What prototypes are worth on real nodules: heads with and without recall on the same trunks, seed by seed, paired by
// nodule. Random frozen prototypes are the control.
import { auroc, type PareConfig, pairedBootstrap, pareConfig } from '@tomograph/models';
import { type Bar, bar, type Table } from '../evaluation.js';
import type { ArmOptions, CrossValidation, Scored } from './cross-validation.js';
import type { LidcNodule } from './lidc-nodules.js';

/** Nodules that the heads of the small arms learn from; their trunk learns from all. */
const fewNodules = 200;
const seed = 1;

const none: PareConfig = { ...pareConfig, recall: 'none' };
const random: PareConfig = { ...pareConfig, recall: 'random' };
const few = { members: 1, learnFrom: fewNodules };

/** Heads on the same trunks; 'prototypes' is the system itself. */
export const recallArms: ReadonlyMap<string, ArmOptions> = new Map<string, ArmOptions>([
  ['prototypes', { config: pareConfig, members: 1 }],
  ['parsing', { config: none, members: 1 }],
  ['random', { config: random, members: 1 }],
  ['few prototypes', { config: pareConfig, ...few }],
  ['few parsing', { config: none, ...few }],
  ['few random', { config: random, ...few }],
]);

type Scores = (run: CrossValidation) => readonly Scored[];
const onTest: Scores = ({ scored }) => scored;
const onShifted: Scores = ({ variants }) => variants.get('shifted')!;

export type SeedRuns = ReadonlyMap<number, ReadonlyMap<string, CrossValidation>>;

export function recallClaims(
  nodules: readonly LidcNodule[],
  runs: SeedRuns,
): { bars: Bar[]; tables: Table[] } {
  const rows: (string | number)[][] = [];
  const gain = (name: string, [a, b]: readonly [string, string], scores: Scores): number => {
    const paired = pairsOf(nodules, runs, [a, b], scores);
    const { estimate, low, high } = pairedBootstrap(
      paired.map(({ patient }) => patient),
      meanAuroc(paired, ({ first }) => first),
      meanAuroc(paired, ({ second }) => second),
      { seed },
    );
    const each = [...runs.keys()].map((s) => {
      const own = paired.filter((pair) => pair.seed === s);
      return aurocOf(own, ({ first }) => first) - aurocOf(own, ({ second }) => second);
    });
    rows.push([
      name,
      estimate.toFixed(4),
      `[${low.toFixed(4)}, ${high.toFixed(4)}]`,
      each.map((value) => value.toFixed(4)).join(', '),
    ]);
    return estimate;
  };
  const own = ['prototypes', 'parsing'] as const;
  const fewOwn = ['few prototypes', 'few parsing'] as const;
  const pairs = (arms: readonly [string, string]): number => pairsOf(nodules, runs, arms, onTest).length;
  const n = pairs(own);
  const bars = [
    bar('real: prototypes minus parsing', gain('prototypes − parsing', own, onTest), '≥', 0, n),
    bar(
      `real, heads taught by ${fewNodules} nodules: prototypes minus parsing`,
      gain(`the same, heads taught by ${fewNodules} nodules`, fewOwn, onTest),
      '≥',
      0.01,
      pairs(fewOwn),
    ),
    bar(
      'real, thick and noisy: prototypes minus parsing',
      gain('the same, thick and noisy', own, onShifted),
      '≥',
      0.01,
      n,
    ),
    bar(
      'real: random frozen prototypes minus parsing',
      gain('random frozen − parsing', ['random', 'parsing'], onTest),
      '≤',
      0.003,
      n,
    ),
  ];
  gain(`${fewNodules} nodules, thick and noisy: prototypes − parsing`, fewOwn, onShifted);
  gain(`${fewNodules} nodules: random frozen − parsing`, ['few random', 'few parsing'], onTest);
  gain('prototypes − random frozen', ['prototypes', 'random'], onTest);
  gain(`${fewNodules} nodules: prototypes − random frozen`, ['few prototypes', 'few random'], onTest);
  return {
    bars: [...bars, lostBar(nodules, runs, n)],
    tables: [
      arms(nodules, runs),
      {
        title: 'Paired differences of AUC on decided nodules, patients resampled',
        columns: ['what', 'mean of seeds', '95 %', 'seed by seed'],
        rows,
      },
    ],
  };
}

interface Pair {
  readonly seed: number;
  readonly patient: string;
  readonly malignant: boolean;
  readonly first: number;
  readonly second: number;
}

function pairsOf(
  nodules: readonly LidcNodule[],
  runs: SeedRuns,
  [a, b]: readonly [string, string],
  scores: Scores,
): Pair[] {
  return [...runs].flatMap(([runSeed, run]) => {
    const other = new Map(scores(run.get(b)!).map(({ index, logit }) => [index, logit]));
    return scores(run.get(a)!).flatMap(({ index, logit }): Pair[] => {
      const { malignant, patient } = nodules[index]!;
      if (malignant === undefined) return [];
      return [{ seed: runSeed, patient, malignant, first: logit, second: other.get(index)! }];
    });
  });
}

const aurocOf = (pairs: readonly Pair[], score: (pair: Pair) => number): number =>
  auroc(
    pairs.map(score),
    pairs.map(({ malignant }) => malignant),
  ) ?? Number.NaN;

/** The mean over seeds of the AUC within each: logits of different networks are not compared. */
function meanAuroc(pairs: readonly Pair[], score: (pair: Pair) => number) {
  const seeds = [...new Set(pairs.map((pair) => pair.seed))];
  return (indices: readonly number[]): number | undefined => {
    const drawn = indices.map((i) => pairs[i]!);
    const values = seeds.map((s) =>
      aurocOf(
        drawn.filter((pair) => pair.seed === s),
        score,
      ),
    );
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Number.isNaN(mean) ? undefined : mean;
  };
}

function armAuc(nodules: readonly LidcNodule[], runs: SeedRuns, arm: string, scores: Scores): number {
  const pairs = pairsOf(nodules, runs, [arm, arm], scores);
  return meanAuroc(pairs, ({ first }) => first)([...pairs.keys()]) ?? Number.NaN;
}

const lostBar = (nodules: readonly LidcNodule[], runs: SeedRuns, n: number): Bar =>
  bar(
    'real: AUC lost on thick and noisy scans',
    armAuc(nodules, runs, 'prototypes', onTest) - armAuc(nodules, runs, 'prototypes', onShifted),
    '≤',
    0.05,
    n,
  );

function arms(nodules: readonly LidcNodule[], runs: SeedRuns): Table {
  return {
    title: `Heads on the same trunks: AUC on decided nodules, mean of ${runs.size} training seed${runs.size === 1 ? '' : 's'}`,
    columns: ['head', 'test', 'thick and noisy'],
    rows: [...recallArms.keys()].map((arm) => [
      arm,
      armAuc(nodules, runs, arm, onTest),
      armAuc(nodules, runs, arm, onShifted),
    ]),
  };
}
