// Why a case is in the answer: each channel's rank, its own score, and what it gave to the fused score.
import { channelWords, viewWords } from '../format/words';
import { ScoreParts } from './score-parts';
import type { Explanation } from './use-results';

export function WhyThis({ caseId, parts }: { caseId: string; parts: readonly Explanation[] }) {
  const total = parts.reduce((sum, part) => sum + part.part, 0);
  return (
    <dl data-testid="why" className="mt-1 flex flex-col gap-2 border-line border-t pt-2 text-xs">
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a channel may answer twice, the order is the API's
        <div key={index} data-channel={part.channel}>
          <dt className="flex justify-between gap-2">
            <span className="font-medium">{channelWords[part.channel]}</span>
            <span className="text-ink-soft tabular-nums">
              rank {part.rank} · score {part.score.toFixed(3)}
            </span>
          </dt>
          <dd className="mt-1 text-ink-soft">
            <div className="flex items-center gap-2">
              <div aria-hidden="true" className="h-1.5 flex-1 overflow-hidden rounded bg-raised">
                <div
                  className="h-full rounded bg-accent"
                  style={{ width: `${share(part.part, total) * 100}%` }}
                />
              </div>
              <span className="tabular-nums">+{part.part.toFixed(4)}</span>
            </div>
            <p className="mt-0.5">{reason(part)}</p>
            <ScoreParts caseId={caseId} parts={part.scoreParts} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function share(part: number, total: number): number {
  return total > 0 ? part / total : 0;
}

function reason(part: Explanation): string {
  if (part.sentence !== null) return 'A sentence of its report says it.';
  if (part.channel === 'MEANING') return 'It means what the query means.';
  const view = part.view === null || part.view === 'UNKNOWN' ? '' : `${viewWords[part.view]} `;
  if (part.xrayId !== null) return `Its ${view}X-ray looks like the query.`;
  if (part.seriesId !== null) return `The ${view}projection of its CT looks like the query.`;
  return 'Its vector is close to the query’s.';
}
