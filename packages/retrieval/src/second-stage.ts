// Second stage of ranking: sentence by region (late interaction). The best studies of a vector channel are compared once
// more, each sentence asked with the region of the CT that answers it best. Not the first stage: see vector-channel.ts.
import type { Sql } from '@tomograph/data';
import type { Clock } from '@tomograph/kernel';
import { loadSql } from './load-sql.js';
import { matchRegions, type RegionMatch, type RegionRow } from './match-regions.js';
import type { RankedList } from './ranked-list.js';
import type { ScorePart } from './search-page.js';
import type { QueryVector } from './search-request.js';
import type { VectorSpace } from './vector-space.js';

/** Studies of the first stage that are compared once more. */
export const secondStageWindow = 100;

export interface SentenceQuestion {
  readonly space: VectorSpace;
  /** All of `space`, each with its `sentence`. */
  readonly sentences: readonly QueryVector[];
  /** Of the viewer. */
  readonly projectIds: unknown;
}

/**
 * The list with its first studies in a new order. score = (whole + sum over sentences of weight times the similarity
 * of its best region, over the weights) / 2. A best of many regions is no measure for a study that has none (X-rays,
 * reports): such studies keep their places. The others change places with those found by the same kind of vector, as
 * similarities of two kinds are no common measure (sql/rank-studies.sql).
 */
export async function rankByRegions(
  sql: Sql,
  list: RankedList,
  { space, sentences, projectIds }: SentenceQuestion,
  clock: Clock,
): Promise<RankedList> {
  const startMs = clock.monotonicMs();
  const first = list.entries.slice(0, secondStageWindow);
  if (first.length === 0 || sentences.length === 0) return list;
  const rows = await sql.query<RegionRow>(loadSql('regions-of'), [
    projectIds,
    space.id,
    first.map(({ studyId }) => studyId),
  ]);
  const asked = sentences.map(({ vector }) => vector);
  const matches = matchRegions(rows, asked, space.width);
  const scored = first.map((entry): Entry => {
    const found = matches.get(entry.studyId);
    if (!found) return entry;
    const scoreParts = partsOf(entry.reason.score, found, sentences);
    const score = scoreParts.reduce((sum, { part }) => sum + part, 0);
    return { ...entry, reason: { ...entry.reason, score, scoreParts } };
  });
  const inOrder = new Map<string, Entry[]>();
  for (const entry of scored.filter(({ studyId }) => matches.has(studyId))) {
    inOrder.set(kindOf(entry), [...(inOrder.get(kindOf(entry)) ?? []), entry]);
  }
  for (const entries of inOrder.values()) {
    entries.sort((a, b) => b.reason.score - a.reason.score || (a.studyId < b.studyId ? -1 : 1));
  }
  const entries = scored.map((entry) =>
    matches.has(entry.studyId) ? inOrder.get(kindOf(entry))!.shift()! : entry,
  );
  return {
    ...list,
    report: { ...list.report, tookMs: list.report.tookMs + clock.monotonicMs() - startMs },
    entries: [...entries, ...list.entries.slice(first.length)],
  };
}

type Entry = RankedList['entries'][number];

function kindOf({ reason }: Entry): string {
  return reason.seriesId !== null ? 'SERIES' : reason.xrayId !== null ? 'XRAY' : 'REPORT';
}

/** They sum to the score. */
function partsOf(
  whole: number,
  found: readonly RegionMatch[],
  sentences: readonly QueryVector[],
): ScorePart[] {
  const weights = sentences.map(({ sentence }) => sentence?.weight ?? 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return [
    { sentence: null, seriesId: null, region: null, similarity: whole, part: whole / 2, heat: [] },
    ...found.map((match, place) => ({
      ...match,
      sentence: sentences[place]!.sentence?.text ?? '',
      part: ((weights[place]! / total) * match.similarity) / 2,
    })),
  ];
}
