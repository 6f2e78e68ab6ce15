'use client';
// One shape for both answers of the search page: hits of a search, or the latest cases when nothing is asked.
import type { ApiFailure } from '../graphql/api-failure';
import type { Data } from '../graphql/client';
import { useOperation } from '../graphql/use-operation';
import { hasQuery, type SearchState, toFilter, toSearchInput } from './search-state';

type Search = Data<'SearchCases'>['searchCases'];
export type Explanation = Search['edges'][number]['why'][number];
export type CaseCardFacts = Search['edges'][number]['node'];
export type FindingMention = Search['queryFindings'][number];

export interface Hit {
  readonly case: CaseCardFacts;
  readonly why: readonly Explanation[];
  readonly findings: readonly FindingMention[];
}

export interface Results {
  readonly hits: readonly Hit[];
  readonly next: string | undefined;
  readonly totalCount: number | null;
  readonly totalCountIsExact: boolean;
  /** Undefined for the latest cases, which are a list and not an answer. */
  readonly answer: Pick<Search, 'channels' | 'shortfall' | 'queryFindings'> | undefined;
}

export const pageSize = 24;

export function useResults(state: SearchState): {
  results: Results | undefined;
  failure: ApiFailure | undefined;
  isLoading: boolean;
  reload: () => void;
} {
  const isSearch = hasQuery(state);
  const after = state.trail.at(-1);
  const page = { first: pageSize, ...(after === undefined ? {} : { after }) };
  const filter = toFilter(state);
  const search = useOperation('SearchCases', isSearch ? { input: toSearchInput(state), ...page } : undefined);
  const latest = useOperation(
    'LatestCases',
    isSearch ? undefined : { ...page, ...(filter === undefined ? {} : { filter }) },
  );
  if (isSearch) return { ...search, results: search.data && fromSearch(search.data.searchCases) };
  return { ...latest, results: latest.data && fromLatest(latest.data.cases) };
}

function fromSearch(search: Search): Results {
  return {
    hits: search.edges.map((edge) => ({ case: edge.node, why: edge.why, findings: [] })),
    next: search.pageInfo.hasNextPage ? (search.pageInfo.endCursor ?? undefined) : undefined,
    totalCount: search.totalCount,
    totalCountIsExact: search.totalCountIsExact,
    answer: search,
  };
}

function fromLatest(cases: Data<'LatestCases'>['cases']): Results {
  return {
    hits: cases.edges.map((edge) => ({ case: edge.node, why: [], findings: edge.node.findings })),
    next: cases.pageInfo.hasNextPage ? (cases.pageInfo.endCursor ?? undefined) : undefined,
    totalCount: cases.totalCount,
    totalCountIsExact: cases.totalCountIsExact,
    answer: undefined,
  };
}
