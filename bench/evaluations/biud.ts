// BIUD: CT, X-ray and report in one space, with distillation from an X-ray expert. Phantoms first, real reports apart.
// Source of claims and bars: six-systems §8.2, issue 6. The full form trains 3 × 12 small encoders; the quick form none.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Random } from '@tomograph/kernel';
import {
  Biud,
  biudExpertsDigest,
  chestFindingCodes,
  cosine,
  decodeBiud,
  openBiudReader,
  promptVectors,
  writeSentence,
} from '@tomograph/models';
import { repositoryRoot } from '../../tests/shared-data.js';
import { encodeCts } from '../biud/arms.js';
import { chestPrompts, claimsOf, plainPrompts, prepare, runArms } from '../biud/claims.js';
import type { Experts } from '../biud/experts.js';
import { filmVectors, shippedExperts } from '../biud/experts.js';
import { keptOutcomes } from '../biud/kept-outcomes.js';
import { counts, loadPool, type PoolItem, pools } from '../biud/phantom-pool.js';
import { realTextClaims } from '../biud/real-claims.js';
import { retrievalClaims } from '../biud/retrieval-claims.js';
import {
  calibrate,
  draftAgainstCopy,
  has,
  labelKey,
  mean,
  probeAurocs,
  zeroShotAurocs,
} from '../biud/scores.js';
import { speed } from '../biud/speed.js';
import { type Bar, bar, type Evaluation, type EvaluationOptions, type Table } from '../evaluation.js';

const seeds = [1, 2, 3];
const sizes = [50, 100, 200, 400];
const steps = 100;
/** Of training arms; the whole stays below 45 minutes on one loaded core. */
const armMinutes = Number(process.env.BIUD_ARM_MINUTES ?? 30);

export async function evaluate(options: EvaluationOptions): Promise<Evaluation> {
  return options.quick ? quickForm(options) : fullForm(options);
}

/** The shipped weights alone: they load, keep negation, read real reports, and see findings in a few phantoms. */
async function quickForm({ log }: EvaluationOptions): Promise<Evaluation> {
  const biud = await shipped();
  const test = loadPool({ ...pools.test, count: 20, log });
  const prompts = [];
  for (const code of chestFindingCodes) prompts.push(await promptVectors(biud.reader, code));
  const vectors = [];
  for (const item of test) vectors.push(await biud.cells(item));
  const real = await realTextClaims(biud.reader, { queries: 100, fullText: false, log });
  const aurocs = zeroShotAurocs(vectors, test, prompts);
  return {
    name: 'biud',
    data: 'shipped weights; 20 held-out phantoms; real reports where they are here',
    seeds: [1],
    bars: [
      bar(
        'generated sentences: share whose paraphrase is closer than its denial',
        await negationKept(biud),
        '≥',
        0.95,
        200,
      ),
    ],
    tables: [
      ...real.tables,
      {
        title: `Zero-shot AUROC in ${test.length} phantoms (findings with at least 5 of them)`,
        columns: ['finding', 'AUROC'],
        rows: [...aurocs].map(([code, value]) => [code, value.toFixed(3)]),
      },
    ],
    remarks: [
      'the quick form trains nothing; 20 phantoms are too few for a bar on findings: those are in docs/results/biud.md',
    ],
  };
}

async function negationKept({ reader }: Pick<Biud, 'reader'>): Promise<number> {
  const random = new Random(77, 'negation');
  let kept = 0;
  for (let i = 0; i < 200; i++) {
    const code = random.pick(chestFindingCodes);
    const texts = [true, true, false].map((isPresent) => writeSentence([{ code, isPresent }], random));
    const [one, other, denial] = await reader.sentences(texts);
    if (cosine(one!.vector, other!.vector) > cosine(one!.vector, denial!.vector)) kept++;
  }
  return kept / 200;
}

async function fullForm({ log }: EvaluationOptions): Promise<Evaluation> {
  const train = loadPool({ ...pools.train, count: counts.train, log });
  const films = loadPool({ ...pools.films, count: counts.films, log });
  const validation = loadPool({ ...pools.validation, count: counts.validation, log });
  const test = loadPool({ ...pools.test, count: counts.test, log });
  const text = decodeBiud(shippedFiles());
  const experts = await shippedExperts(text, films);
  const material = await prepare(experts, train);
  const kept = keptOutcomes(biudExpertsDigest(shippedFiles()), steps);
  const plan = { sizes, seeds, steps, log, kept, minutes: armMinutes };
  const outcomes = await runArms(material, test, plan);
  const claims = claimsOf(outcomes, plan);
  const space = await shippedClaims({ train, validation, test, log });
  const real = await realTextClaims(await openBiudReader(text), { queries: 200, fullText: true, log });
  const quickness = await speed(await shipped(), test);
  return {
    name: 'biud',
    data: `phantoms: ${counts.train} CTs to train on, ${counts.films} films of other subjects, ${counts.validation} to calibrate on, ${counts.test} to test on; real reports apart`,
    seeds,
    bars: [...claims.bars, ...retrievalOfFilms(material, train, films), ...space.bars, ...real.bars],
    tables: [...claims.tables, ...space.tables, ...real.tables, quickness],
    remarks: [
      ...claims.remarks,
      `arms: ${steps} steps each, the shipped text encoder and film expert, frozen in every arm; seeds change the CTs that are drawn, the first weights and the order`,
      'thresholds, calibration and the margin of both sides come from the validation phantoms; macro AUROC over findings with at least 5 positive test cases',
      'the text encoder learnt from generated sentences alone; no real report was trained on, and `align` on real reports is not part of this',
      'report → CT counts the own CT as the only right one unless the row says findings; 42 % of the phantoms are normal and their reports say the same',
      'films are projections of phantoms: nothing is claimed of real X-rays',
    ],
  };
}

/** (vi) of §8.2: the film found by text has the same visible findings far more often than a film at random. */
function retrievalOfFilms(
  { retrieved }: Awaited<ReturnType<typeof prepare>>,
  train: readonly PoolItem[],
  films: readonly PoolItem[],
): Bar[] {
  const key = (item: PoolItem): string =>
    item.facts
      .flatMap(({ code, onFilm }) => (onFilm ? [code] : []))
      .sort()
      .join();
  const keys = films.map(key);
  const hits = train.map((item, i) =>
    Number(retrieved[i]!.film !== undefined && keys[retrieved[i]!.film!] === key(item)),
  );
  const chance = mean(train.map((item) => keys.filter((other) => other === key(item)).length / keys.length));
  return [
    bar(
      `phantoms: films found by report text with the same visible findings, times chance (${chance.toFixed(3)})`,
      mean(hits) / chance,
      '≥',
      3,
      train.length,
    ),
  ];
}

interface Pools {
  readonly train: PoolItem[];
  readonly validation: PoolItem[];
  readonly test: PoolItem[];
  readonly log: (line: string) => void;
}

/** The shipped space on the same held-out phantoms. */
async function shippedClaims({
  train,
  validation,
  test,
  log,
}: Pools): Promise<{ bars: Bar[]; tables: Table[] }> {
  const model = decodeBiud(shippedFiles());
  const reader = await openBiudReader(model);
  const experts: Experts = {
    text: model,
    reader,
    film: model.film,
    view: model.view,
    filmReports: [],
    bank: [],
  };
  const prompts = await chestPrompts(experts);
  const encode = async (items: readonly PoolItem[]) => ({ items, vectors: await encodeCts(model, items) });
  const [own, fit, held] = [await encode(train), await encode(validation), await encode(test)];
  const ensemble = zeroShotAurocs(held.vectors, test, prompts);
  const single = zeroShotAurocs(held.vectors, test, await plainPrompts(experts));
  const probe = probeAurocs(own, held);
  const macro = (values: ReadonlyMap<string, number>): number => mean([...values.values()]);
  const { calibrations, bilateralWithin } = calibrate(fit, prompts);
  const { draft, copy } = draftAgainstCopy(own, held, { prompts, calibrations, regions: 3, bilateralWithin });
  log(`shipped: zero-shot ${macro(ensemble).toFixed(3)}, probe ${macro(probe).toFixed(3)}`);
  const found = await retrievalClaims(experts, held.vectors, test);
  const filmAurocs = zeroShotAurocs(
    (
      await filmVectors(
        model,
        test.map(({ film }) => film),
      )
    ).map((study) => ({ study, regions: [study] })),
    test,
    prompts,
  );
  const rows = [...ensemble].map(([code, value]) => [
    code,
    test.filter((item) => has(item, code)).length,
    value.toFixed(3),
    (single.get(code) ?? Number.NaN).toFixed(3),
    (probe.get(code) ?? Number.NaN).toFixed(3),
    (filmAurocs.get(code) ?? Number.NaN).toFixed(3),
  ]);
  rows.push([
    'mean',
    test.length,
    ...[ensemble, single, probe, filmAurocs].map((values) => macro(values).toFixed(3)),
  ]);
  const distinct = new Set(test.map(labelKey)).size;
  return {
    bars: [
      bar('phantoms, shipped: zero-shot macro AUROC', macro(ensemble), '≥', 0.75, test.length),
      bar(
        'phantoms, shipped: linear probe minus zero-shot',
        macro(probe) - macro(ensemble),
        '≥',
        0,
        test.length,
      ),
      bar(
        'phantoms, shipped: fact F1 of drafts minus the nearest report copied',
        draft.exact - copy.exact,
        '≥',
        0,
        test.length,
      ),
      ...found.bars,
    ],
    tables: [
      {
        title: `Zero-shot AUROC of the shipped weights (${distinct} different sets of findings among ${test.length})`,
        columns: [
          'finding',
          'positives',
          'prompt ensemble',
          'two prompts',
          'linear probe',
          'film expert alone',
        ],
        rows,
      },
      {
        title: 'Drafted facts (finding and side; sizes are not drafted)',
        columns: ['', 'F1 finding + side', 'F1 finding'],
        rows: [
          ['draft', draft.exact.toFixed(3), draft.finding.toFixed(3)],
          ['nearest training report copied', copy.exact.toFixed(3), copy.finding.toFixed(3)],
        ],
      },
      found.table,
    ],
  };
}

function shippedFiles(): ReadonlyMap<string, Uint8Array> {
  const folder = join(repositoryRoot(), 'weights', 'biud');
  if (!existsSync(folder)) throw new Error('weights/biud is not in this checkout');
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    names.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [relative(folder, path), readFileSync(path)];
    }),
  );
}

const shipped = (): Promise<Biud> => Biud.open(shippedFiles());
