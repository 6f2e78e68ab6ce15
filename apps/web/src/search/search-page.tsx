'use client';
// The search page: one bar, filters beside the answer, the answer as a grid. Its state is the address alone.
import { useRouter, useSearchParams } from 'next/navigation';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { EmptyNotice, FailureNotice } from '../shell/notices';
import { takeSearchBoxWish } from '../shell/search-box';
import { useSingleKeys } from '../shell/single-keys';
import { AnswerLine } from './answer-line';
import { ExportList } from './export-list';
import { Filters } from './filters';
import { Pager } from './pager';
import { ResultGrid } from './result-grid';
import { SearchBar } from './search-bar';
import {
  changeSearch,
  emptySearch,
  filterCount,
  hasQuery,
  parseSearch,
  type SearchState,
  searchHref,
} from './search-state';
import { useResults } from './use-results';

export function SearchPage() {
  const router = useRouter();
  const params = useSearchParams();
  const state = useMemo(() => parseSearch(new URLSearchParams(params)), [params]);
  const box = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLUListElement>(null);
  const { results, failure, isLoading, reload } = useResults(state);

  const go = useCallback(
    (next: SearchState) => router.push(searchHref(next), { scroll: next.trail.length > 0 }),
    [router],
  );
  const change = useCallback(
    (part: Partial<SearchState>) => {
      const next = changeSearch(state, part);
      if (searchHref(next) === searchHref(state))
        reload(); // asked again, on purpose
      else go(next);
    },
    [go, reload, state],
  );
  // A page of another answer stays wrong however often it is asked for: the first page is what can be had.
  const retry = failure?.code === 'CURSOR_INVALID' ? () => change({}) : reload;
  const enterResults = () => grid.current?.querySelector<HTMLElement>('[data-case-link]')?.focus();
  useEffect(() => {
    if (takeSearchBoxWish()) box.current?.focus();
  }, []);
  useSingleKeys((event) => {
    if (event.key !== '/') return false;
    box.current?.focus();
    box.current?.select();
    return true;
  });

  return (
    <div className="mx-auto flex w-full max-w-[110rem] flex-1 flex-col gap-3 p-3">
      <h1 className="sr-only">Search cases</h1>
      <SearchBar state={state} box={box} change={change} onEnterResults={enterResults} />
      <div className="flex flex-1 flex-col gap-3 md:flex-row md:items-start">
        <Filters state={state} change={change} />
        <section aria-label="Results" aria-busy={isLoading} className="flex min-w-0 flex-1 flex-col gap-3">
          <AnswerLine state={state} results={results} isLoading={isLoading} />
          {failure !== undefined && <FailureNotice failure={failure} onRetry={retry} />}
          {results === undefined && failure === undefined && <GridSkeleton />}
          {results !== undefined && results.hits.length === 0 && <NoHits state={state} change={change} />}
          {results !== undefined && results.hits.length > 0 && (
            <>
              <ResultGrid
                list={grid}
                hits={results.hits}
                isStale={isLoading}
                onLeaveUp={() => box.current?.focus()}
              />
              <Pager state={state} results={results} go={go} />
              <ExportList state={state} />
            </>
          )}
        </section>
      </div>
    </div>
  );
}

function NoHits({ state, change }: { state: SearchState; change: (part: Partial<SearchState>) => void }) {
  if (filterCount(state) > 0) {
    const { text, xray, case: like } = state;
    return (
      <EmptyNotice title="No case fits the query and these filters">
        <button
          type="button"
          className="text-accent underline"
          onClick={() => change({ ...emptySearch, text, xray, case: like })}
        >
          Clear the filters
        </button>
      </EmptyNotice>
    );
  }
  if (hasQuery(state)) {
    return (
      <EmptyNotice title="No case answers this query">
        Try the finding’s plain name (“effusion”, “nodule”), or its absence (“no pneumothorax”).
      </EmptyNotice>
    );
  }
  return (
    <EmptyNotice title="No cases yet">
      <a className="text-accent underline" href="/jobs">
        Upload a CT, an X-ray or a report
      </a>{' '}
      to begin.
    </EmptyNotice>
  );
}

function GridSkeleton() {
  const places = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
  return (
    <div aria-hidden="true" className="grid grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-3">
      {places.map((place) => (
        <div key={place} className="h-72 animate-pulse rounded-md border border-line bg-panel" />
      ))}
    </div>
  );
}
