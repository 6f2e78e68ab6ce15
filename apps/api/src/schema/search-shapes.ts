// What a search answers with, as the schema needs it: hits joined to the cases the viewer may see.
import type { XrayView } from '@tomograph/kernel';
import type { CaseShape, ConnectionShape, FindingMentionShape } from './shapes.js';

export type ChannelName = 'TEXT' | 'IMAGE' | 'MEANING';

export interface ExplanationShape {
  readonly channel: ChannelName;
  readonly rank: number;
  readonly score: number;
  readonly part: number;
  readonly sentenceId: string | null;
  readonly highlights: readonly { readonly start: number; readonly end: number }[];
  readonly seriesId: string | null;
  readonly xrayId: string | null;
  readonly view: XrayView | null;
}

export interface SearchEdgeShape {
  readonly node: CaseShape;
  readonly cursor: string;
  readonly score: number;
  readonly why: readonly ExplanationShape[];
}

export interface ChannelReportShape {
  readonly channel: ChannelName;
  readonly mode: 'EXACT' | 'HNSW' | 'TEXT';
  readonly candidates: number;
  readonly recallAt10: number | null;
  readonly space: string | null;
  readonly tookMs: number;
}

export interface SearchShape {
  readonly edges: readonly SearchEdgeShape[];
  readonly pageInfo: ConnectionShape<never>['pageInfo'];
  readonly channels: readonly ChannelReportShape[];
  readonly shortfall: number;
  readonly totalCount: number | null;
  readonly totalCountIsExact: boolean;
  readonly queryFindings: readonly FindingMentionShape[];
}
