'use client';
// The grid of cases and its arrow keys: a short way beside Tab, which goes through every case and its controls.
import { type KeyboardEvent, type MouseEvent, type RefObject, useEffect, useState } from 'react';
import { singleKeysOn } from '../shell/single-keys';
import { CaseCard } from './case-card';
import { columnsOf, gridStep } from './grid-step';
import type { Hit } from './use-results';

/** The case that was opened last and from which answer: coming back, the focus goes on from there. */
let opened: { readonly address: string; readonly caseId: string } | undefined;

const addressNow = () => window.location.pathname + window.location.search;

interface Props {
  readonly list: RefObject<HTMLUListElement | null>;
  readonly hits: readonly Hit[];
  readonly isStale: boolean;
  readonly onLeaveUp: () => void;
}

export function ResultGrid({ list, hits, isStale, onLeaveUp }: Props) {
  const [openWhy, setOpenWhy] = useState<ReadonlySet<string>>(new Set());
  const toggleWhy = (id: string) =>
    setOpenWhy((open) =>
      open.has(id) ? new Set([...open].filter((other) => other !== id)) : new Set([...open, id]),
    );

  useEffect(() => {
    const before = opened;
    opened = undefined;
    if (before?.address !== addressNow() || document.activeElement !== document.body) return;
    const items = [...(list.current?.querySelectorAll<HTMLElement>('[data-case-id]') ?? [])];
    const item = items.find(({ dataset }) => dataset.caseId === before.caseId);
    item?.querySelector<HTMLElement>('[data-case-link]')?.focus();
  }, [list]);
  const onClick = (event: MouseEvent<HTMLUListElement>) => {
    const link = (event.target as HTMLElement).closest('[data-case-link]');
    const caseId = link?.closest<HTMLElement>('[data-case-id]')?.dataset.caseId;
    if (caseId !== undefined) opened = { address: addressNow(), caseId };
  };

  const onKey = (event: KeyboardEvent<HTMLUListElement>) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-case-link]')];
    const items = links.map((link) => link.closest('li') ?? link);
    const index = items.findIndex((item) => item.contains(event.target as Node));
    const hit = hits[index];
    if (hit === undefined) return;
    if (event.key === 'w' && singleKeysOn() && hit.why.length > 0) toggleWhy(hit.case.id);
    const columns = columnsOf(items.map((item) => item.getBoundingClientRect().top));
    const next = gridStep(event.key, index, hits.length, columns);
    if (next !== undefined) {
      event.preventDefault();
      links[next]?.focus();
    } else if (event.key === 'ArrowUp') {
      event.preventDefault();
      onLeaveUp();
    }
  };

  return (
    <ul
      ref={list}
      data-testid="results"
      onKeyDown={onKey}
      onClick={onClick}
      className={`grid grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-3 transition-opacity ${isStale ? 'opacity-60' : ''}`}
    >
      {hits.map((hit) => (
        <CaseCard
          key={hit.case.id}
          hit={hit}
          isWhyOpen={openWhy.has(hit.case.id)}
          onToggleWhy={() => toggleWhy(hit.case.id)}
        />
      ))}
    </ul>
  );
}
