// Retrieval over a whole pool: R@K with its chance level, MRR, P@K, nDCG@K. Tie-aware: a model that scores everything
// alike gets chance, not 1.
import { checkScores, invalid } from './invalid-argument.js';
import { mean } from './summary-statistics.js';
import {
  hitAt,
  hitProbability,
  ndcgAt,
  precisionAt,
  reciprocalRank,
  type TieGroup,
  tieGroups,
} from './tied-ranking.js';

/** Gain of a candidate for a query: 0 is irrelevant. */
export type Relevance = (query: number, candidate: number) => number;

/** Each query has one answer: the candidate of its own index. Textual twins then count as wrong. */
export const ownPair: Relevance = (query, candidate) => (query === candidate ? 1 : 0);

/**
 * Label-aware: every candidate with an equal key is right. Keys: the report's text where identical reports must count
 * for each other, or the label set in a canonical form.
 */
export function equalKeys(queryKeys: readonly string[], candidateKeys: readonly string[]): Relevance {
  return (query, candidate) => (queryKeys[query] === candidateKeys[candidate] ? 1 : 0);
}

export interface RetrievalOptions {
  readonly queries: number;
  readonly candidates: number;
  readonly relevance: Relevance;
  /** Image → image search: the query is not its own candidate. */
  readonly excludeSelf?: boolean;
  readonly ks: readonly number[];
}

export interface RetrievalAt {
  readonly k: number;
  /** Share of queries with a relevant candidate among the first k (R@K). */
  readonly recall: number;
  /** The same for a random order: K/N where each query has one answer. */
  readonly chance: number;
  readonly precision: number;
  readonly ndcg: number;
}

export interface RetrievalScores {
  readonly at: readonly RetrievalAt[];
  readonly mrr: number;
  /** Queries scored. */
  readonly scored: number;
  /** Queries without any relevant candidate, left out. */
  readonly excluded: number;
}

interface QueryRanking {
  readonly groups: readonly TieGroup[];
  readonly gains: readonly number[];
}

/** @param similarities [queries · candidates], larger is closer */
export function retrievalScores(
  similarities: ArrayLike<number>,
  { queries, candidates, relevance, excludeSelf = false, ks }: RetrievalOptions,
): RetrievalScores {
  if (similarities.length !== queries * candidates) {
    invalid(`retrieval: ${similarities.length} similarities for ${queries} × ${candidates}`);
  }
  if (ks.some((k) => !Number.isInteger(k) || k < 1))
    invalid(`retrieval: K must be positive, got ${ks.join(', ')}`);
  checkScores(similarities, similarities, 'retrieval');
  const rankings: QueryRanking[] = [];
  for (let q = 0; q < queries; q++) {
    const items: { score: number; gain: number }[] = [];
    for (let c = 0; c < candidates; c++) {
      if (excludeSelf && c === q) continue;
      items.push({ score: similarities[q * candidates + c]!, gain: relevance(q, c) });
    }
    if (!items.some(({ gain }) => gain > 0)) continue;
    rankings.push({ groups: tieGroups(items), gains: items.map(({ gain }) => gain) });
  }
  const over = (score: (ranking: QueryRanking) => number): number => mean(rankings.map(score));
  const relevantOf = ({ gains }: QueryRanking): number => gains.filter((gain) => gain > 0).length;
  return {
    at: ks.map((k) => ({
      k,
      recall: over(({ groups }) => hitAt(groups, k)),
      chance: over((r) => hitProbability(r.gains.length, relevantOf(r), k)),
      precision: over(({ groups }) => precisionAt(groups, k)),
      ndcg: over(({ groups, gains }) => ndcgAt(groups, gains, k)),
    })),
    mrr: over(({ groups }) => reciprocalRank(groups)),
    scored: rankings.length,
    excluded: queries - rankings.length,
  };
}
