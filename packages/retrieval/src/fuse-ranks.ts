// Reciprocal rank fusion: a study's score is the sum over channels of 1 / (60 + its rank there). Raw scores of two
// channels are never added. Source: Cormack, Clarke & Büttcher, SIGIR 2009 (k = 60).
import type { RankedList, Reason } from './ranked-list.js';
import type { SearchChannel } from './search-page.js';

export const fusionK = 60;

export interface FusedReason extends Reason {
  readonly channel: SearchChannel;
  readonly rank: number;
  readonly part: number;
}

export interface FusedStudy {
  readonly studyId: string;
  readonly score: number;
  readonly reasons: readonly FusedReason[];
}

/** Best first: score descending, then study id, so that the order is the same on every run. */
export function fuseRanks(lists: readonly RankedList[]): FusedStudy[] {
  const byStudy = new Map<string, FusedReason[]>();
  for (const { report, entries } of lists) {
    entries.forEach(({ studyId, reason }, index) => {
      const rank = index + 1;
      const reasons = byStudy.get(studyId) ?? [];
      reasons.push({ ...reason, channel: report.channel, rank, part: 1 / (fusionK + rank) });
      byStudy.set(studyId, reasons);
    });
  }
  return [...byStudy]
    .map(([studyId, reasons]) => ({
      studyId,
      score: reasons.reduce((sum, { part }) => sum + part, 0),
      reasons,
    }))
    .sort(compareFused);
}

export function compareFused(
  a: Pick<FusedStudy, 'score' | 'studyId'>,
  b: Pick<FusedStudy, 'score' | 'studyId'>,
): number {
  return b.score - a.score || (a.studyId < b.studyId ? -1 : a.studyId > b.studyId ? 1 : 0);
}
