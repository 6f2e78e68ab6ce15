// The claims on phantom nodules, whose rule of malignancy is known: what parsing, prototypes and vessels are worth.
import {
  auroc,
  type EnsembleTraining,
  type PareConfig,
  type PareRecipe,
  pareConfig,
  type TrainedEnsemble,
  type TrainedTrunks,
  trainHeads,
  trainTrunks,
} from '@tomograph/models';
import { type Bar, bar, type Table } from '../evaluation.js';
import { type Asked, judged, type Looks, looks } from './cross-validation.js';
import { type PhantomNodule, phantomNodules } from './phantom-nodules.js';
import { shifted, withoutVessels } from './shifted.js';

const parsed = ['background', 'nodule', 'vessel'];
export const phantomArms: Readonly<Record<string, PareConfig>> = {
  plain: { ...pareConfig, parsing: false, recall: 'none' },
  parsing: { ...pareConfig, parsed, recall: 'none' },
  'parsing + prototypes': { ...pareConfig, parsed },
  'parsing + random prototypes': { ...pareConfig, parsed, recall: 'random' },
};

interface ArmResult {
  readonly seed: number;
  readonly name: string;
  readonly plain: number;
  readonly shifted: number;
  readonly erased: number;
  readonly usageEntropy: number;
}

export interface PhantomOptions {
  readonly train: number;
  readonly test: number;
  readonly seeds: readonly number[];
  readonly recipe: PareRecipe;
  readonly log: (line: string) => void;
}

export async function phantomClaims(options: PhantomOptions): Promise<{ bars: Bar[]; tables: Table[] }> {
  const { log, seeds, recipe } = options;
  const training = phantomNodules({ count: options.train, firstSeed: 1000, log });
  const test = phantomNodules({ count: options.test, firstSeed: 900_000, log });
  const results: ArmResult[] = [];
  for (const seed of seeds) {
    const ways = { recipe, members: 1, seed };
    // recall stands in the heads: arms with a parsing share their trunk
    const parsing = await seenBy(training, test, { ...ways, config: phantomArms.parsing! });
    const plain = await seenBy(training, test, { ...ways, config: phantomArms.plain! });
    for (const [name, config] of Object.entries(phantomArms)) {
      const { trunks, views } = config.parsing ? parsing : plain;
      const ensemble = await trainHeads(trunks, { ...ways, config });
      results.push({ seed, name, ...(await aurocs(ensemble, test, views)) });
      const last = results.at(-1)!;
      log(`phantom, seed ${seed}, ${name}: AUC ${last.plain.toFixed(3)}, shifted ${last.shifted.toFixed(3)}`);
    }
  }
  const bayes = auroc(
    test.map(({ probability }) => probability),
    test.map(({ malignant }) => malignant),
  )!;
  const diameter = auroc(
    test.map(({ diameterMm }) => diameterMm),
    test.map(({ malignant }) => malignant),
  )!;
  return { bars: bars(results, test.length, seeds), tables: [table(results, { bayes, diameter, options })] };
}

interface TestViews {
  readonly asked: Asked;
  readonly plain: Looks;
  readonly shifted: Looks;
  readonly erased: Looks;
}

/** Trunks, and the test nodules as they see them: as they are, as another scanner shows them, without vessels. */
async function seenBy(
  training: readonly PhantomNodule[],
  test: readonly PhantomNodule[],
  ways: EnsembleTraining,
): Promise<{ trunks: TrainedTrunks; views: TestViews }> {
  const trunks = await trainTrunks(training, ways);
  const asked = { indices: [...test.keys()], recipe: ways.recipe, config: ways.config, fold: 0, seed: 5 };
  const views = {
    asked,
    plain: await looks(trunks, test, asked),
    shifted: await looks(trunks, shifted(test, 3), asked),
    erased: await looks(trunks, withoutVessels(test), asked),
  };
  return { trunks, views };
}

async function aurocs(ensemble: TrainedEnsemble, test: readonly PhantomNodule[], views: TestViews) {
  const of = async (seen: Looks): Promise<number> => {
    const scored = await judged(ensemble, seen, views.asked);
    return auroc(
      scored.map(({ logit }) => logit),
      scored.map(({ index }) => test[index]!.malignant),
    )!;
  };
  return {
    plain: await of(views.plain),
    shifted: await of(views.shifted),
    erased: await of(views.erased),
    usageEntropy: ensemble.members[0]!.usageEntropy,
  };
}

type Measure = 'plain' | 'shifted' | 'erased' | 'usageEntropy';

function bars(results: readonly ArmResult[], n: number, seeds: readonly number[]): Bar[] {
  const value = (seed: number, name: string, measure: Measure): number =>
    results.find((r) => r.seed === seed && r.name === name)![measure];
  const gain = (a: string, b: string, measure: Measure): number[] =>
    seeds.map((seed) => value(seed, a, measure) - value(seed, b, measure));
  const recall = 'parsing + prototypes';
  return [
    bar(
      'phantom: AUC with parsing minus plain, mean of seeds',
      mean(gain('parsing', 'plain', 'plain')),
      '≥',
      0.02,
      n,
    ),
    bar(
      'phantom: AUC with prototypes minus parsing, mean',
      mean(gain(recall, 'parsing', 'plain')),
      '≥',
      0.005,
      n,
    ),
    bar('phantom: the same, worst seed', Math.min(...gain(recall, 'parsing', 'plain')), '≥', -0.005, n),
    bar('phantom: the same on the shifted set, mean', mean(gain(recall, 'parsing', 'shifted')), '≥', 0.01, n),
    bar(
      'phantom: random frozen prototypes minus parsing, mean',
      mean(gain('parsing + random prototypes', 'parsing', 'plain')),
      '≤',
      0.003,
      n,
    ),
    bar(
      'phantom: AUC that the parsing network loses when vessels are erased',
      mean(seeds.map((seed) => value(seed, 'parsing', 'plain') - value(seed, 'parsing', 'erased'))),
      '≥',
      0.03,
      n,
    ),
    bar(
      'phantom: AUC lost on thick and noisy scans',
      mean(seeds.map((seed) => value(seed, recall, 'plain') - value(seed, recall, 'shifted'))),
      '≤',
      0.05,
      n,
    ),
    bar(
      'phantom: usage entropy of prototypes over log K, lowest seed',
      Math.min(...seeds.map((seed) => value(seed, recall, 'usageEntropy'))),
      '≥',
      0.7,
      seeds.length,
    ),
  ];
}

function table(
  results: readonly ArmResult[],
  { bayes, diameter, options }: { bayes: number; diameter: number; options: PhantomOptions },
): Table {
  const rows: (string | number)[][] = results.map((r) => [r.name, r.seed, r.plain, r.shifted, r.erased]);
  rows.push(
    ['true diameter alone', '–', diameter, '–', '–'],
    ['the rule itself (Bayes)', '–', bayes, '–', '–'],
  );
  return {
    title: `Phantom nodules, known rule: ${options.train} to learn from, ${options.test} to test on (AUC)`,
    columns: ['arm', 'seed', 'test', 'thick and noisy', 'vessels erased'],
    rows,
  };
}

const mean = (values: readonly number[]): number => values.reduce((a, x) => a + x, 0) / values.length;
