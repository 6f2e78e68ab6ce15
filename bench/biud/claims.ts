// The claims on phantoms: distillation by number of CTs, controls, false negatives, zero-shot against a probe.
import {
  chestFindingCodes,
  ctRecipe,
  findingWords,
  type PromptVectors,
  promptVectors,
  retrieveFilms,
  type SentenceContrast,
  sentenceContrasts,
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
  /** Arms that would begin later than this are left out and named; the most important come first. */
  readonly minutes: number;
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
  const trainContrasts: SentenceContrast[][] = [];
  for (const { sentences } of whole) trainContrasts.push(await sentenceContrasts(experts.reader, sentences));
  return { experts, train, trainReports: whole, trainContrasts, retrieved };
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
  const start = performance.now();
  for (const { arm, count } of armsOf(plan.sizes))
    for (const seed of plan.seeds) {
      const known = plan.kept?.read({ arm, count, seed });
      if (known !== undefined) {
        out.push(known);
        continue;
      }
      if (performance.now() - start > plan.minutes * 60_000) {
        plan.log(`left out for want of time: seed ${seed}, ${count} CTs, ${arm}`);
        continue;
      }
      const weights = await trainArm(material, arm, { count, seed, steps: plan.steps, log: () => undefined });
      const vectors = await encodeCts({ ct: weights, view: material.experts.view }, test);
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

/** Arms that every seed has; a claim about any other is not made, and said so. */
export function claimsOf(
  outcomes: readonly Outcome[],
  plan: Plan,
): { bars: Bar[]; tables: Table[]; remarks: string[] } {
  const ran = (arm: ArmName, count: number): boolean =>
    plan.seeds.every((seed) => outcomes.some((o) => o.arm === arm && o.count === count && o.seed === seed));
  const of = (arm: ArmName, count: number, what: keyof Outcome): number[] =>
    plan.seeds.map(
      (seed) => outcomes.find((o) => o.arm === arm && o.count === count && o.seed === seed)![what] as number,
    );
  const full = 'robust + pair + relation';
  const largest = plan.sizes.at(-1)!;
  const few = plan.sizes.filter((count) => count <= 100);
  const control = few.at(-1)!;
  const bars: Bar[] = [];
  const remarks: string[] = [];
  const claim = (
    text: string,
    [a, b]: readonly [ArmName, ArmName],
    counts: readonly number[],
    what: keyof Outcome,
    ...held: readonly ['≥' | '≤', number]
  ): void => {
    const there = counts.filter((count) => ran(a, count) && ran(b, count));
    if (there.length === 0) {
      remarks.push(`not run: ${text}`);
      return;
    }
    const paired = there.flatMap((count) => {
      const [x, y] = [of(a, count, what), of(b, count, what)];
      return x.map((value, i) => value - y[i]!);
    });
    const spread = paired.map((value) => value.toFixed(3)).join(' ');
    bars.push(
      bar(`phantoms: ${text} (${there.join(', ')} CTs: ${spread})`, mean(paired), ...held, paired.length),
    );
  };
  const plain = ['robust contrast', 'plain InfoNCE'] as const;
  claim('AUROC gained by distillation at ≤ 100 CTs', [full, 'robust contrast'], few, 'macro', '≥', 0.02);
  claim('AUROC of retrieved minus random films', [full, 'random films'], [control], 'macro', '≥', 0.02);
  claim(
    'AUROC gained by the pair term alone',
    ['robust + pair', 'robust contrast'],
    [control],
    'macro',
    '≥',
    0,
  );
  claim(
    'AUROC gained by the relation term alone',
    ['robust + relation', 'robust contrast'],
    [control],
    'macro',
    '≥',
    0,
  );
  claim('gain on findings that a film cannot show', [full, 'robust contrast'], few, 'notOnFilm', '≤', 0.01);
  claim(
    'label-aware R@5, robust minus plain InfoNCE, 42 % normal',
    plain,
    [largest],
    'labelAwareAt5',
    '≥',
    0.03,
  );
  claim('AUROC, robust minus plain InfoNCE', plain, [largest], 'macro', '≥', 0.01);
  claim(
    'cosine of normal CTs with reports of other normals, robust minus plain',
    plain,
    [largest],
    'normals',
    '≥',
    0,
  );
  const columns = [
    'CTs',
    'arm',
    'AUROC',
    'per seed',
    'on film',
    'not on film',
    'label-aware R@1',
    'R@5',
    'cos of normals',
  ];
  const rows = armsOf(plan.sizes)
    .filter(({ arm, count }) => ran(arm, count))
    .sort((a, b) => a.count - b.count)
    .map(({ arm, count }) => {
      const shown = (what: keyof Outcome): string => mean(of(arm, count, what)).toFixed(3);
      const seeds = of(arm, count, 'macro').map((x) => x.toFixed(3));
      const rest = (['onFilm', 'notOnFilm', 'labelAwareAt1', 'labelAwareAt5', 'normals'] as const).map(shown);
      return [count, arm, shown('macro'), seeds.join(' '), ...rest];
    });
  const title = 'Arms on held-out phantoms: zero-shot macro AUROC and report → CT';
  return { bars, tables: [{ title, columns, rows }], remarks };
}
