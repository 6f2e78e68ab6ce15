// Sentence and region: what each sentence of the question adds to a hit, which region answers it, and where else it is warm.
import Link from 'next/link';
import { HeatGrid } from '../meaning/heat-grid';
import { cellOf, cellsAlong, heatParams, regionWords } from '../meaning/heat-map';
import type { Explanation } from './use-results';

export function ScoreParts({ caseId, parts }: { caseId: string; parts: Explanation['scoreParts'] }) {
  if (parts.length === 0) return null;
  return (
    <ul className="mt-1 flex flex-col gap-1.5" data-testid="score-parts">
      {parts.map((part) => (
        <li key={part.sentence ?? ''} className="flex flex-col gap-0.5">
          <span className="flex justify-between gap-2">
            <span>{part.sentence === null ? 'The question as a whole' : `“${part.sentence}”`}</span>
            <span className="tabular-nums">
              {part.similarity.toFixed(2)} → +{part.part.toFixed(3)}
            </span>
          </span>
          {part.sentence !== null && part.region !== null && part.heat.length > 0 && (
            <span className="flex items-center justify-between gap-2">
              <HeatGrid values={part.heat} cell={cellOf(part.region)} />
              <span>{regionWords(cellOf(part.region), cellsAlong(part.heat))}</span>
              <Link
                prefetch={false}
                className="text-accent underline"
                data-testid="show-region"
                href={`/cases/${encodeURIComponent(caseId)}?${new URLSearchParams({
                  ...(part.seriesId === null ? {} : { series: part.seriesId }),
                  ...heatParams({ values: part.heat, cell: cellOf(part.region), label: part.sentence }),
                })}`}
              >
                Show<span className="sr-only"> the region in the viewer</span>
              </Link>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
