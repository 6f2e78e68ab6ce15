// The claims on phantoms: distillation by number of CTs, controls, false negatives, zero-shot against a probe.
import {
  chestFindingCodes,
  ctRecipe,
  findingWords,
  type PromptVectors,
  promptVectors,
  retrieveFilms,
  singlePrompts,
} from '@tomograph/models';
import { type Bar, bar, type Table } from '../evaluation.js';
import { type ArmName, encodeCts, type Material, trainArm } from './arms.js';
import { type Experts, readReports } from './experts.js';
import type { PoolItem } from './phantom-pool.js';
import { labelKey, mean, recall, reportToCt, type Split, zeroShotAurocs } from './scores.js';

export interface Plan {
  readonly sizes: readonly number[];
  readonly seeds: readonly number[];
  readonly steps: number;
  readonly log: (line: string) => void;
  /** Outcomes of an earlier run that was cut off. */
  readonly kept?: {
    read(of: Pick<Outcome, 'arm' | 'count' | 'seed'>): Outcome | undefined;
    write(outcome: Outcome): void;
  };
}

/** What one trained arm scored on the test CTs. */
export interface Outcome {
  readonly arm: ArmName;
  readonly count: number;
  readonly seed: number;
  readonly macro: number;
  readonly onFilm: number;
  readonly notOnFilm: number;
  /** Report → CT among the test CTs, every CT with the same findings right. */
  readonly labelAwareAt5: number;
  readonly labelAwareAt1: number;
  /** Cosine of normal CTs with the reports of other normals. */
  readonly normals: number;
}

export async function prepare(experts: Experts, train: readonly PoolItem[]): Promise<Material> {
  const { whole, forFilms } = await readReports(experts.reader, train);
  const retrieved = retrieveFilms(forFilms, experts.filmReports, ctRecipe.retrievalAt);
  return { experts, train, trainReports: whole, retrieved };
}

export const chestPrompts = async (experts: Experts): Promise<PromptVectors[]> =>
  Promise.all(chestFindingCodes.map((code) => promptVectors(experts.reader, code)));

export const plainPrompts = async (experts: Experts): Promise<PromptVectors[]> =>
  Promise.all(chestFindingCodes.map((code) => promptVectors(experts.reader, code, singlePrompts(code))));

export async function runArms(material: Material, test: readonly PoolItem[], plan: Plan): Promise<Outcome[]> {
  const prompts = await chestPrompts(material.experts);
  const { whole: reports } = await readReports(material.experts.reader, test);
  const keys = test.map(labelKey);
  const out: Outcome[] = [];
  for (const { arm, count } of armsOf(plan.sizes))
    for (const seed of plan.seeds) {
      const known = plan.kept?.read({ arm, count, seed });
      if (known !== undefined) {
        out.push(known);
        continue;
      }
      const weights = await trainArm(material, arm, { count, seed, steps: plan.steps, log: () => undefined });
      const vectors = await encodeCts(weights, test);
      const aurocs = zeroShotAurocs(vectors, test, prompts);
      const macro = (keep: (code: string) => boolean): number =>
        mean([...aurocs].flatMap(([code, value]) => (keep(code) ? [value] : [])));
      const isOnFilm = (code: string): boolean => findingWords(code)!.onFilm;
      const found = recall(reportToCt(reports, vectors, 'global'), test.length, [1, 5], keys).at;
      const outcome: Outcome = {
        arm,
        count,
        seed,
        macro: macro(() => true),
        onFilm: macro(isOnFilm),
        notOnFilm: macro((code) => !isOnFilm(code)),
        labelAwareAt1: found[0]!.recall,
        labelAwareAt5: found[1]!.recall,
        normals: normalAgreement({ vectors, items: test }, reports),
      };
      out.push(outcome);
      plan.kept?.write(outcome);
      plan.log(
        `seed ${seed}, ${count} CTs, ${arm}: AUROC ${outcome.macro.toFixed(3)}, label-aware R@5 ${outcome.labelAwareAt5.toFixed(3)}`,
      );
    }
  return out;
}

/** The curve, the controls at 100 and the false negatives at the largest size. */
function armsOf(sizes: readonly number[]): { arm: ArmName; count: number }[] {
  const largest = sizes.at(-1)!;
  const few = sizes.filter((count) => count <= 100).at(-1) ?? sizes[0]!;
  const both = (count: number): { arm: ArmName; count: number }[] => [
    { arm: 'robust contrast', count },
    { arm: 'robust + pair + relation', count },
  ];
  return [
    ...both(few),
    { arm: 'random films', count: few },
    ...both(largest).slice(0, 1),
    { arm: 'plain InfoNCE', count: largest },
    ...sizes.filter((count) => count !== few && count !== largest).flatMap(both),
    ...both(largest).slice(1),
    { arm: 'robust + pair', count: few },
    { arm: 'robust + relation', count: few },
  ];
}

function normalAgreement({ vectors, items }: Split, reports: readonly { vector: Float32Array }[]): number {
  const normal = [...items.keys()].filter((i) => items[i]!.facts.length === 0);
  const values: number[] = [];
  for (const i of normal)
    for (const j of normal)
      if (i !== j) values.push(reports[j]!.vector.reduce((sum, x, k) => sum + x * vectors[i]!.study[k]!, 0));
  return mean(values);
}

export function claimsOf(outcomes: readonly Outcome[], plan: Plan): { bars: Bar[]; tables: Table[] } {
  const of = (arm: ArmName, count: number, what: keyof Outcome): number[] =>
    plan.seeds.map(
      (seed) => outcomes.find((o) => o.arm === arm && o.count === count && o.seed === seed)![what] as number,
    );
  const paired = (a: ArmName, b: ArmName, count: number, what: keyof Outcome): number[] => {
    const [x, y] = [of(a, count, what), of(b, count, what)];
    return x.map((value, i) => value - y[i]!);
  };
  const few = plan.sizes.filter((count) => count <= 100);
  const largest = plan.sizes.at(-1)!;
  const control = few.at(-1)!;
  const full = 'robust + pair + relation';
  const gain = few.flatMap((count) => paired(full, 'robust contrast', count, 'macro'));
  const n = plan.seeds.length;
  const bars = [
    bar(
      'phantoms: AUROC gained by distillation at ≤ 100 CTs, mean of seeds',
      mean(gain),
      '≥',
      0.02,
      gain.length,
    ),
    bar('phantoms: the same, lowest seed and size', Math.min(...gain), '≥', 0, gain.length),
    bar(
      'phantoms: AUROC of retrieved minus random films, 100 CTs',
      mean(paired(full, 'random films', control, 'macro')),
      '≥',
      0.02,
      n,
    ),
    bar(
      'phantoms: gain of the pair term alone, 100 CTs',
      mean(paired('robust + pair', 'robust contrast', control, 'macro')),
      '≥',
      0,
      n,
    ),
    bar(
      'phantoms: gain of the relation term alone, 100 CTs',
      mean(paired('robust + relation', 'robust contrast', control, 'macro')),
      '≥',
      0,
      n,
    ),
    bar(
      'phantoms: gain on findings that a film cannot show, ≤ 100 CTs',
      mean(few.flatMap((count) => paired(full, 'robust contrast', count, 'notOnFilm'))),
      '≤',
      0.01,
      gain.length,
    ),
    bar(
      'phantoms: label-aware R@5, robust minus plain InfoNCE (about 42 % normal)',
      mean(paired('robust contrast', 'plain InfoNCE', largest, 'labelAwareAt5')),
      '≥',
      0.03,
      n,
    ),
    bar(
      'phantoms: AUROC, robust minus plain InfoNCE',
      mean(paired('robust contrast', 'plain InfoNCE', largest, 'macro')),
      '≥',
      0.01,
      n,
    ),
    bar(
      'phantoms: normal CTs closer to reports of other normals, robust minus plain',
      mean(paired('robust contrast', 'plain InfoNCE', largest, 'normals')),
      '≥',
      0,
      n,
    ),
  ];
  const rows = armsOf(plan.sizes)
    .sort((a, b) => a.count - b.count)
    .map(({ arm, count }) => {
      const spread = of(arm, count, 'macro');
      const shown = (what: keyof Outcome): string => mean(of(arm, count, what)).toFixed(3);
      return [
        count,
        arm,
        mean(spread).toFixed(3),
        spread.map((x) => x.toFixed(3)).join(' '),
        shown('onFilm'),
        shown('notOnFilm'),
        shown('labelAwareAt1'),
        shown('labelAwareAt5'),
        shown('normals'),
      ];
    });
  return {
    bars,
    tables: [
      {
        title: 'Arms on held-out phantoms: zero-shot macro AUROC and report → CT',
        columns: [
          'CTs',
          'arm',
          'AUROC',
          'per seed',
          'on film',
          'not on film',
          'label-aware R@1',
          'R@5',
          'cos of normals',
        ],
        rows,
      },
    ],
  };
}
