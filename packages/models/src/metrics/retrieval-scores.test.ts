import { Random } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { equalKeys, ownPair, retrievalScores } from './retrieval-scores.js';

const random = new Random(9, 'retrieval');

/** Every order of the tied, by all permutations of the candidates that keep the scores falling. */
function orders(scores: readonly number[]): number[][] {
  const all = (rest: readonly number[]): number[][] =>
    rest.length === 0
      ? [[]]
      : rest.flatMap((c) => all(rest.filter((x) => x !== c)).map((order) => [c, ...order]));
  return all([...scores.keys()]).filter((order) =>
    order.every((c, i) => i === 0 || scores[order[i - 1]!]! >= scores[c]!),
  );
}

const average = (values: readonly number[]): number => values.reduce((a, v) => a + v, 0) / values.length;
const dcg = (gains: readonly number[]): number => gains.reduce((s, g, i) => s + g / Math.log2(i + 2), 0);

describe('retrievalScores', () => {
  it('equal the average over every order of the tied', () => {
    for (let round = 0; round < 30; round++) {
      const [n, k] = [6, 1 + random.int(6)];
      const scores = Array.from({ length: n }, () => random.int(3));
      const gains = Array.from({ length: n }, () => random.pick([0, 0, 1, 2]));
      gains[random.int(n)] = 1;
      const found = retrievalScores(scores, {
        queries: 1,
        candidates: n,
        relevance: (_, c) => gains[c]!,
        ks: [k],
      });
      const ranked = orders(scores).map((order) => order.map((c) => gains[c]!));
      const over = (f: (g: number[]) => number): number => average(ranked.map(f));
      const best = dcg([...gains].sort((a, b) => b - a).slice(0, k));
      expect(found.at[0]!.recall).toBeCloseTo(
        over((g) => Number(g.slice(0, k).some((x) => x > 0))),
        10,
      );
      expect(found.at[0]!.precision).toBeCloseTo(
        over((g) => g.slice(0, k).filter((x) => x > 0).length / k),
        10,
      );
      expect(found.at[0]!.ndcg).toBeCloseTo(
        over((g) => dcg(g.slice(0, k)) / best),
        10,
      );
      expect(found.mrr).toBeCloseTo(
        over((g) => 1 / (1 + g.findIndex((x) => x > 0))),
        10,
      );
    }
  });

  it('give chance, not 1, to a model that scores everything alike', () => {
    const options = { queries: 20, candidates: 20, relevance: ownPair, ks: [1, 5, 20, 30] };
    const { at, mrr } = retrievalScores(new Float32Array(400), options);
    expect(at.map(({ recall }) => recall)).toEqual(at.map(({ chance }) => chance));
    at.forEach(({ chance }, i) => {
      expect(chance).toBeCloseTo([0.05, 0.25, 1, 1][i]!, 12); // K / N
    });
    expect(mrr).toBeCloseTo(average(Array.from({ length: 20 }, (_, i) => 1 / (i + 1))), 12);
  });

  it('count textual twins as right when told so', () => {
    const texts = ['normal', 'normal', 'effusion'];
    const swapped = [0, 1, 0, 1, 0, 0, 0, 0, 1]; // the twins find each other
    const base = { queries: 3, candidates: 3, ks: [1] };
    const own = retrievalScores(swapped, { ...base, relevance: ownPair }).at[0]!;
    const aware = retrievalScores(swapped, { ...base, relevance: equalKeys(texts, texts) }).at[0]!;
    expect(own.recall).toBeCloseTo(1 / 3, 12);
    expect(aware.recall).toBe(1);
    expect(aware.chance).toBeCloseTo((2 / 3 + 2 / 3 + 1 / 3) / 3, 12);
  });

  it('leave out the query itself and queries without an answer, counted', () => {
    const keys = ['x', 'x', 'lonely'];
    const similarities = [9, 1, 2, 1, 9, 0, 5, 5, 9];
    const found = retrievalScores(similarities, {
      queries: 3,
      candidates: 3,
      relevance: equalKeys(keys, keys),
      excludeSelf: true,
      ks: [1],
    });
    expect(found).toMatchObject({ scored: 2, excluded: 1, mrr: 0.75 });
    expect(found.at[0]).toMatchObject({ recall: 0.5, chance: 0.5 });
  });

  it('refuse what does not fit', () => {
    const options = { queries: 1, candidates: 2, relevance: ownPair, ks: [1] };
    expect(() => retrievalScores([1], options)).toThrow(/1 similarities/);
    expect(() => retrievalScores([1, Number.NaN], options)).toThrow(/NaN/);
    expect(() => retrievalScores([1, 2], { ...options, ks: [0] })).toThrow(/positive/);
  });
});
