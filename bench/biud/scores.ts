// Measures of one set of CT vectors: zero-shot and probe AUROC, retrieval, negation, facts of drafts.
import {
  auroc,
  type CtVectorsOfStudy,
  calibrateFinding,
  chestFindingCodes,
  cosine,
  draftReport,
  equalKeys,
  factF1,
  findingWords,
  lateInteraction,
  ownPair,
  type PromptVectors,
  queryVector,
  type ReportFact,
  type ReportVectors,
  retrievalScores,
  type TextReader,
  zeroShotScore,
} from '@tomograph/models';
import type { PoolItem } from './phantom-pool.js';

/** Fewer positives than this in the test cases: no AUROC of that finding. */
export const minPositives = 5;

export const has = (item: PoolItem, code: string): boolean => item.facts.some((fact) => fact.code === code);

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((a, x) => a + x, 0) / values.length;

/** AUROC per finding; findings with too few positives are left out. */
export function zeroShotAurocs(
  vectors: readonly CtVectorsOfStudy[],
  items: readonly PoolItem[],
  prompts: readonly PromptVectors[],
): Map<string, number> {
  return aurocs(
    items,
    prompts.map(({ code }) => code),
    (code) => {
      const prompt = prompts.find((one) => one.code === code)!;
      return vectors.map((ct) => zeroShotScore(ct, prompt).score);
    },
  );
}

function aurocs(
  items: readonly PoolItem[],
  codes: readonly string[],
  scoresOf: (code: string) => readonly number[],
): Map<string, number> {
  const out = new Map<string, number>();
  for (const code of codes) {
    const labels = items.map((item) => has(item, code));
    const positives = labels.filter(Boolean).length;
    if (positives < minPositives || positives > labels.length - minPositives) continue;
    out.set(code, auroc(scoresOf(code), labels)!);
  }
  return out;
}

/** Logistic regression on frozen study and mean region vectors, trained on labels: the ceiling of zero-shot. */
export function probeAurocs(
  train: { vectors: readonly CtVectorsOfStudy[]; items: readonly PoolItem[] },
  test: { vectors: readonly CtVectorsOfStudy[]; items: readonly PoolItem[] },
): Map<string, number> {
  const features = (ct: CtVectorsOfStudy): number[] => {
    const middle = new Array<number>(ct.study.length).fill(0);
    for (const region of ct.regions)
      for (const [i, x] of region.entries()) middle[i]! += x / ct.regions.length;
    return [...ct.study, ...middle];
  };
  const x = train.vectors.map(features);
  const z = test.vectors.map(features);
  return aurocs(test.items, chestFindingCodes, (code) => {
    const weights = logistic(
      x,
      train.items.map((item) => has(item, code)),
    );
    return z.map((row) => row.reduce((sum, value, i) => sum + value * weights[i]!, 0));
  });
}

/** Full-batch gradient steps with ridge; the intercept does not change an AUROC but lets the slope be right. */
function logistic(x: readonly number[][], labels: readonly boolean[]): Float64Array {
  const width = x[0]!.length;
  const w = new Float64Array(width);
  const rate = labels.filter(Boolean).length / labels.length;
  let offset = Math.log((rate + 1e-3) / (1 - rate + 1e-3));
  for (let step = 0; step < 300; step++) {
    const gradient = new Float64Array(width);
    let g0 = 0;
    for (const [n, row] of x.entries()) {
      let sum = offset;
      for (let i = 0; i < width; i++) sum += w[i]! * row[i]!;
      const error = 1 / (1 + Math.exp(-sum)) - Number(labels[n]);
      g0 += error;
      for (let i = 0; i < width; i++) gradient[i]! += error * row[i]!;
    }
    for (let i = 0; i < width; i++) w[i]! -= 4 * (gradient[i]! / x.length + 1e-3 * w[i]!);
    offset -= 4 * (g0 / x.length);
  }
  return w;
}

/** Findings of a patient as one key. */
export const labelKey = ({ facts }: PoolItem): string =>
  facts
    .map(({ code }) => code)
    .filter((code) => chestFindingCodes.includes(code))
    .sort()
    .join();

export function reportToCt(
  reports: readonly ReportVectors[],
  vectors: readonly CtVectorsOfStudy[],
  stage: 'global' | 'late',
): Float32Array {
  const n = reports.length;
  const out = new Float32Array(n * n);
  for (const [q, report] of reports.entries())
    for (const [c, ct] of vectors.entries()) {
      const near = cosine(report.vector, ct.study);
      out[q * n + c] =
        stage === 'global' ? near : (near + lateInteraction(report.sentences, ct.regions).score) / 2;
    }
  return out;
}

export function similarities(
  queries: readonly ArrayLike<number>[],
  candidates: readonly ArrayLike<number>[],
): Float32Array {
  const out = new Float32Array(queries.length * candidates.length);
  for (const [q, query] of queries.entries())
    for (const [c, candidate] of candidates.entries())
      out[q * candidates.length + c] = cosine(query, candidate);
  return out;
}

/** @param keys of items where every item of equal findings is right; else each query has its own answer */
export function recall(
  scores: Float32Array,
  n: number,
  ks: readonly number[],
  keys?: readonly string[],
  excludeSelf = false,
) {
  return retrievalScores(scores, {
    queries: n,
    candidates: n,
    relevance: keys === undefined ? ownPair : equalKeys(keys, keys),
    excludeSelf,
    ks,
  });
}

/** Share of cases with the finding among the ten first for queries that deny it. */
export async function deniedInTopTen(
  reader: TextReader,
  vectors: readonly CtVectorsOfStudy[],
  items: readonly PoolItem[],
  codes: readonly string[],
): Promise<{ share: number; prevalence: number; queries: number }> {
  const shares: number[] = [];
  const rates: number[] = [];
  for (const code of codes) {
    const [noun] = findingWords(code)!.nouns;
    for (const [query] of [[`No ${noun}.`], [`No evidence of ${noun}.`], [`Without ${noun}.`]]) {
      const asked = await queryVector(reader, query!);
      const order = [...items.keys()].sort(
        (a, b) => cosine(vectors[b]!.study, asked) - cosine(vectors[a]!.study, asked),
      );
      shares.push(mean(order.slice(0, 10).map((i) => Number(has(items[i]!, code)))));
      rates.push(mean(items.map((item) => Number(has(item, code)))));
    }
  }
  return { share: mean(shares), prevalence: mean(rates), queries: shares.length };
}

const factsOf = (item: PoolItem): ReportFact[] =>
  item.facts
    .filter(({ code }) => chestFindingCodes.includes(code))
    .map(({ code, side }) => {
      const sided = (findingWords(code)?.place ?? 'none') !== 'none' && side !== undefined;
      return { finding: code, ...(sided ? { side } : {}) };
    });

export interface Split {
  readonly vectors: readonly CtVectorsOfStudy[];
  readonly items: readonly PoolItem[];
}

/** Thresholds and the margin of both sides, from validation cases. */
export function calibrate(validation: Split, prompts: readonly PromptVectors[]) {
  const calibrations = prompts.map((prompt) =>
    calibrateFinding(
      prompt.code,
      validation.vectors.map((ct) => zeroShotScore(ct, prompt).score),
      validation.items.map((item) => has(item, prompt.code)),
    ),
  );
  const margins = [0.02, 0.05, 0.1, 0.2];
  const scored = margins.map((bilateralWithin) =>
    draftF1(validation, { prompts, calibrations, regions: 3, bilateralWithin }),
  );
  const bilateralWithin = margins[scored.indexOf(Math.max(...scored))]!;
  return { calibrations, bilateralWithin };
}

function draftF1(split: Split, drafting: Parameters<typeof draftReport>[1]): number {
  return factF1(drafted(split, drafting), split.items.map(factsOf)).pooled.f1;
}

function drafted(split: Split, drafting: Parameters<typeof draftReport>[1]): ReportFact[][] {
  return split.vectors.map((ct) =>
    draftReport(ct, drafting)
      .sentences.filter(({ isPresent }) => isPresent)
      .map(({ finding, side }) => ({ finding, ...(side === undefined ? {} : { side }) })),
  );
}

/** Fact F1 of drafts, and of the report of the nearest training CT copied; with and without sides. */
export function draftAgainstCopy(train: Split, test: Split, drafting: Parameters<typeof draftReport>[1]) {
  const truths = test.items.map(factsOf);
  const drafts = drafted(test, drafting);
  const copies = test.vectors.map((ct) => {
    const close = train.vectors.map((other) => cosine(ct.study, other.study));
    return factsOf(train.items[close.indexOf(Math.max(...close))]!);
  });
  const sideless = (facts: readonly ReportFact[][]): ReportFact[][] =>
    facts.map((each) => each.map(({ finding }) => ({ finding })));
  const f1 = (stated: ReportFact[][]) => ({
    exact: factF1(stated, truths).pooled.f1,
    finding: factF1(sideless(stated), sideless(truths)).pooled.f1,
  });
  return { draft: f1(drafts), copy: f1(copies) };
}
