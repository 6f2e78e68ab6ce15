// The door of packages/retrieval: see README.md.
export type { SearchViewer } from './filter-values.js';
export { fusionK } from './fuse-ranks.js';
export { defaultRecallSample, measureRecallAt10 } from './measure-recall.js';
export { type NearTo, nearestReports, type ReportFact } from './nearest-reports.js';
export { readySpace, refreshRecall } from './ready-space.js';
export { type SearchOptions, searchCases } from './search-cases.js';
export type {
  ChannelReport,
  Explanation,
  MatchedSentence,
  ScorePart,
  SearchChannel,
  SearchHit,
  SearchMode,
  SearchPage,
  TextSpan,
} from './search-page.js';
export type { QueryVector, SearchFilter, SearchRequest } from './search-request.js';
export { secondStageWindow } from './second-stage.js';
export { textWindow } from './text-channel.js';
export { queryFindings, readTextQuery, type TextQuery } from './text-query.js';
export { defaultExactBelow, efSearch, vectorWindow } from './vector-channel.js';
