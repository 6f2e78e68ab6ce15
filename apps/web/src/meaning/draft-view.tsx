'use client';
// A drafted report whose sentences are links to their evidence: the region in the viewer, and what the nearest reports
// say of the same finding.
import Link from 'next/link';
import { useState } from 'react';
import type { Data } from '../graphql/client';
import { useOperation } from '../graphql/use-operation';
import { FailureNotice } from '../shell/notices';
import { cellOf, regionWords } from './heat-map';
import type { Heat } from './use-heat';

type Sentence = Data<'Draft'>['draftReport']['sentences'][number];

export function DraftView({ caseId, heat }: { caseId: string; heat: Heat }) {
  const [isAsked, setIsAsked] = useState(false);
  const { data, failure, isLoading, reload } = useOperation('Draft', isAsked ? { study: caseId } : undefined);
  if (!isAsked) {
    return (
      <button
        type="button"
        data-testid="draft-report"
        onClick={() => setIsAsked(true)}
        className="h-8 self-start rounded border border-control-line px-3 text-sm hover:bg-raised"
      >
        Draft a report
      </button>
    );
  }
  if (failure !== undefined) return <FailureNotice failure={failure} onRetry={reload} />;
  if (data === undefined || isLoading) {
    return (
      <p role="status" className="text-ink-soft text-sm">
        Drafting…
      </p>
    );
  }
  const { sentences, cells } = data.draftReport;
  const isQuiet = sentences.every(({ isPresent }) => !isPresent);
  return (
    <section aria-label="Drafted report" data-testid="draft" className="border-line border-t pt-2">
      <h3 className="mb-1 text-2xs text-ink-soft uppercase tracking-wide">
        Draft for a reader who checks it · states no sizes
      </h3>
      {isQuiet && <p className="text-sm">No finding above its threshold.</p>}
      <ul className="flex flex-col gap-1">
        {sentences.map((sentence) => (
          <SentenceRow key={sentence.text} sentence={sentence} cells={cells} heat={heat} />
        ))}
      </ul>
    </section>
  );
}

function SentenceRow({ sentence, cells, heat }: { sentence: Sentence; cells: number; heat: Heat }) {
  const { evidence, nearestFacts } = sentence;
  const cell = cellOf(evidence.region);
  const facts = nearestFacts.filter((fact) => fact.case !== null && fact.sentence !== null);
  return (
    <li data-testid="draft-sentence" className="text-sm">
      <button
        type="button"
        aria-pressed={heat.shown?.label === sentence.text}
        onClick={() => heat.show({ values: evidence.heat, cell, label: sentence.text })}
        className="rounded text-left text-accent underline decoration-dotted aria-pressed:bg-accent-wash"
      >
        {sentence.text}
      </button>
      <details className="text-ink-soft text-xs">
        <summary className="min-h-6 cursor-pointer py-1 text-2xs">
          Evidence<span className="sr-only"> for: {sentence.text}</span>
        </summary>
        <p>
          Region {regionWords(cell, cells)} · margin {evidence.score.toFixed(3)} · probability{' '}
          {(sentence.probability * 100).toFixed(0)} % (threshold {(sentence.threshold * 100).toFixed(0)} %)
        </p>
        {facts.length === 0 && <p>No near report speaks of it.</p>}
        {facts.map(({ case: near, sentence: said, similarity }) => (
          <p key={said!.id}>
            <Link
              className="text-accent underline"
              href={`/cases/${encodeURIComponent(near!.id)}?sentence=${encodeURIComponent(said!.id)}`}
            >
              {near!.label}
            </Link>{' '}
            ({similarity.toFixed(2)}): {said!.text}
          </p>
        ))}
      </details>
    </li>
  );
}
