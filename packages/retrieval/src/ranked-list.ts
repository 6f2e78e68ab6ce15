// What a channel hands to the fusion: its studies, best first, each with its reason.
import type { ChannelReport, Explanation } from './search-page.js';

export type Reason = Pick<Explanation, 'score' | 'sentence' | 'seriesId' | 'xrayId' | 'view'> &
  Partial<Pick<Explanation, 'scoreParts'>>;

export interface RankedList {
  readonly report: ChannelReport;
  /** Best first, no study twice. */
  readonly entries: readonly { readonly studyId: string; readonly reason: Reason }[];
  /** True when the list stopped at the channel's window though more studies match. */
  readonly isCut: boolean;
}
