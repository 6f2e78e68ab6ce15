// What a page shows when there is nothing to show, or when something went wrong. In words, with a way on.
import type { ReactNode } from 'react';
import type { ApiFailure } from '../graphql/api-failure';
import { explainFailure } from './explain-failure';

export function FailureNotice({ failure, onRetry }: { failure: ApiFailure; onRetry?: () => void }) {
  return (
    <div
      role="alert"
      data-testid="failure"
      data-code={failure.code}
      className="flex flex-wrap items-baseline gap-x-3 gap-y-1 rounded-md border border-danger/40 bg-danger-wash px-3 py-2 text-sm"
    >
      <strong className="font-semibold text-danger">{explainFailure(failure.code)}</strong>
      <span className="min-w-0 flex-1 basis-64">{failure.message}</span>
      <code className="font-mono text-2xs text-ink-soft">{failure.code}</code>
      {onRetry !== undefined && (
        <button
          type="button"
          onClick={onRetry}
          className="rounded border border-control-line px-2 py-0.5 hover:bg-raised"
        >
          Try again
        </button>
      )}
    </div>
  );
}

export function EmptyNotice({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div
      data-testid="empty"
      className="mx-auto flex max-w-md flex-col items-center gap-1 px-4 py-16 text-center text-ink-soft"
    >
      <p className="font-medium text-ink">{title}</p>
      <div className="text-sm">{children}</div>
    </div>
  );
}

export function Panel(props: { title: string; aside?: ReactNode; children: ReactNode; testId?: string }) {
  return (
    <section data-testid={props.testId} className="rounded-md border border-line bg-panel">
      <header className="flex items-baseline justify-between gap-2 border-line border-b px-3 py-1.5">
        <h2 className="font-semibold text-sm">{props.title}</h2>
        {props.aside !== undefined && <div className="text-2xs text-ink-soft">{props.aside}</div>}
      </header>
      <div className="p-3">{props.children}</div>
    </section>
  );
}
