// Pages of an answer. The way back is in the address too: `after` holds every cursor walked.
import { plural } from '../format/quantities';
import type { SearchState } from './search-state';
import type { Results } from './use-results';

export function Pager(props: { state: SearchState; results: Results; go: (state: SearchState) => void }) {
  const { state, results, go } = props;
  const { next } = results;
  if (state.trail.length === 0 && next === undefined) return null;
  const style =
    'rounded border border-control-line px-3 py-1 text-sm enabled:hover:bg-raised disabled:opacity-40';
  return (
    <nav aria-label="Pages" className="flex items-center justify-center gap-3 py-2">
      <button
        type="button"
        data-testid="previous-page"
        className={style}
        disabled={state.trail.length === 0}
        onClick={() => go({ ...state, trail: state.trail.slice(0, -1) })}
      >
        ‹ Previous
      </button>
      <span className="text-ink-soft text-xs tabular-nums">
        Page {state.trail.length + 1}, {plural(results.hits.length, 'case')}
      </span>
      <button
        type="button"
        data-testid="next-page"
        className={style}
        disabled={next === undefined}
        onClick={() => next !== undefined && go({ ...state, trail: [...state.trail, next] })}
      >
        Next ›
      </button>
    </nav>
  );
}
