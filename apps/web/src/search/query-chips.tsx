'use client';
// What is asked with beside words, as removable chips: an X-ray, a case.
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useOperation } from '../graphql/use-operation';
import { previewOf } from './query-preview';

export function XrayChip({ id, onRemove }: { id: string; onRemove: () => void }) {
  const preview = previewOf(id);
  return (
    <QueryChip onRemove={onRemove} removeLabel="Remove the X-ray from the query" testId="query-xray">
      {preview !== undefined && (
        // biome-ignore lint/performance/noImgElement: a local object URL, nothing to optimise
        <img src={preview} alt="Query X-ray" className="size-8 rounded bg-black object-cover" />
      )}
      X-ray
    </QueryChip>
  );
}

/** Named as soon as its name is known: two tabs may ask with two cases. */
export function CaseChip({ id, onRemove }: { id: string; onRemove: () => void }) {
  const { data } = useOperation('CaseDetail', { id });
  const label = data?.case?.label;
  return (
    <QueryChip onRemove={onRemove} removeLabel="Remove the case from the query" testId="query-case">
      {label === undefined ? (
        'Like a case'
      ) : (
        <span>
          Like{' '}
          <Link
            href={`/cases/${encodeURIComponent(id)}`}
            prefetch={false}
            className="font-mono hover:underline"
          >
            {label}
          </Link>
        </span>
      )}
    </QueryChip>
  );
}

function QueryChip(props: {
  removeLabel: string;
  onRemove: () => void;
  testId: string;
  children: ReactNode;
}) {
  return (
    <span
      data-testid={props.testId}
      className="flex h-9 items-center gap-2 rounded-md bg-accent-wash pr-1 pl-1.5 text-accent text-sm"
    >
      {props.children}
      <button
        type="button"
        onClick={props.onRemove}
        aria-label={props.removeLabel}
        className="size-6 rounded hover:bg-raised"
      >
        ×
      </button>
    </span>
  );
}
