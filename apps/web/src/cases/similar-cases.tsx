'use client';
// Cases whose images look like this one's, and how that was found.
import Link from 'next/link';
import { channelWords, modeWords } from '../format/words';
import { useOperation } from '../graphql/use-operation';
import { FailureNotice, Panel } from '../shell/notices';
import { CaseFacts, CasePicture } from './case-picture';

export function SimilarCases({ id }: { id: string }) {
  const { data, failure, reload } = useOperation('SimilarCases', { id, first: 8 });
  const similar = data?.case?.similar;
  const how = similar?.channels
    .map(
      (channel) =>
        `${channelWords[channel.channel]}: ${modeWords[channel.mode]}, ${channel.space ?? 'no space'}`,
    )
    .join(' · ');
  return (
    <Panel title="Similar cases" aside={how} testId="similar-cases">
      {failure !== undefined && <FailureNotice failure={failure} onRetry={reload} />}
      {similar === undefined && failure === undefined && <p className="text-ink-soft text-sm">Looking…</p>}
      {similar?.edges.length === 0 && (
        <p className="text-ink-soft text-sm">None: cases are compared by their images.</p>
      )}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(10.5rem,1fr))] gap-2">
        {similar?.edges.map(({ node, score, why }) => (
          <li
            key={node.id}
            data-testid="similar-case"
            data-case-id={node.id}
            className="relative overflow-hidden rounded border border-line bg-raised hover:border-control-line has-[a:focus-visible]:border-accent has-[a:focus-visible]:ring-2 has-[a:focus-visible]:ring-accent"
          >
            <CasePicture url={node.thumbnailUrl} />
            <div className="p-2">
              <div className="flex items-baseline justify-between">
                <Link
                  href={`/cases/${encodeURIComponent(node.id)}`}
                  prefetch={false}
                  className="font-mono text-xs after:absolute after:inset-0 after:content-[''] focus-visible:outline-none"
                >
                  {node.label}
                </Link>
                <span className="text-2xs text-ink-soft tabular-nums">
                  {(why[0]?.score ?? score).toFixed(3)}
                </span>
              </div>
              <CaseFacts facts={node} />
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
