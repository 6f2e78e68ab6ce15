'use client';
// The grid of cases and its arrow keys. One case is in the tab order at a time (roving), its controls follow it.
import { type KeyboardEvent, type RefObject, useState } from 'react';
import { singleKeysOn } from '../shell/single-keys';
import { CaseCard } from './case-card';
import { columnsOf, gridStep } from './grid-step';
import type { Hit } from './use-results';

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
