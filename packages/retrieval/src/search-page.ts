// What a search answers with. Studies by id: the caller joins them to what it shows.
import type { FindingMention, XrayView } from '@tomograph/kernel';

export type SearchChannel = 'TEXT' | 'IMAGE' | 'MEANING';
export type SearchMode = 'EXACT' | 'HNSW' | 'TEXT';

/** [start, end) in UTF-16 units of the sentence. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

export interface MatchedSentence {
  readonly id: string;
  readonly section: string;
  readonly ordinal: number;
  readonly text: string;
}

/** One reason for a hit: what a channel found, and what that adds to the score. */
export interface Explanation {
  readonly channel: SearchChannel;
  /** From 1, within the channel. */
  readonly rank: number;
  /** The channel's own: cosine similarity, or findings answered + text rank. */
  readonly score: number;
  /** What this reason adds to the score of the hit. */
  readonly part: number;
  readonly sentence: MatchedSentence | null;
  readonly highlights: readonly TextSpan[];
  readonly seriesId: string | null;
  readonly xrayId: string | null;
  readonly view: XrayView | null;
  /** Of a channel with a second stage: what the whole and each sentence add to `score`. Empty elsewhere. */
  readonly scoreParts: readonly ScorePart[];
}

export interface ScorePart {
  /** A sentence that was asked; null for the question as a whole. */
  readonly sentence: string | null;
  /** The CT and the region of it that answer the sentence best: `cell-13`. */
  readonly seriesId: string | null;
  readonly region: string | null;
  /** Cosine. */
  readonly similarity: number;
  /** What this adds to the channel's score. */
  readonly part: number;
  /** Cosine of the sentence to every region of that CT, in their order; empty for the question as a whole. */
  readonly heat: readonly number[];
}

export interface SearchHit {
  readonly studyId: string;
  /** Sum of the parts of `why`. */
  readonly score: number;
  readonly cursor: string;
  readonly why: readonly Explanation[];
}

export interface ChannelReport {
  readonly channel: SearchChannel;
  readonly mode: SearchMode;
  /** Studies that this channel compared: all that pass the filters, or (HNSW) those that the index handed over. */
  readonly candidates: number;
  /** Measured against exact search, of the space as it was then; null where the answer is exact. */
  readonly recallAt10: number | null;
  /** `projection-descriptor@1`; null for text. */
  readonly space: string | null;
  readonly tookMs: number;
}

export interface SearchPage {
  readonly hits: readonly SearchHit[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly channels: readonly ChannelReport[];
  /** How many fewer hits than asked this page has because there are no more; 0 when complete. */
  readonly shortfall: number;
  /** Studies that can be paged through. */
  readonly totalCount: number;
  /** False when a channel stopped at its window: more may match than can be paged through. */
  readonly totalCountIsExact: boolean;
  /** What the text was understood to ask for. */
  readonly queryFindings: readonly Pick<FindingMention, 'code' | 'polarity'>[];
}
