'use client';
// The embedding spaces: which answers now, which is being built, and the switch between them for an administrator.
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { percentText, timeText } from '../format/quantities';
import { channelWords, sentenceCase } from '../format/words';
import { type ApiFailure, failFromUserErrors, toApiFailure } from '../graphql/api-failure';
import { request } from '../graphql/client';
import type { Role, SearchChannel, SpacePartsFragment, SpacePhase } from '../graphql/generated/types';
import { useOperation } from '../graphql/use-operation';
import { EmptyNotice, FailureNotice, Panel } from '../shell/notices';

const phaseStyles: Record<SpacePhase, string> = {
  BUILDING: 'bg-uncertain-wash text-uncertain',
  READY: 'bg-accent-wash text-accent',
  ACTIVE: 'bg-absent-wash text-absent',
  RETIRED: 'bg-raised text-ink-soft',
};
const columns = ['Space', 'Channel', 'State', 'Stored', 'Recall@10', 'Since', 'Digest', 'Action'];

export function SpacesPanel({ role }: { role: Role | undefined }) {
  const { data, failure, reload } = useOperation('Spaces', {});
  const router = useRouter();
  const [refusal, setRefusal] = useState<ApiFailure>();
  const spaces = data?.embeddingSpaces;
  const act = async (work: Promise<{ userErrors: { code: string; message: string }[] }>) => {
    setRefusal(undefined);
    try {
      failFromUserErrors((await work).userErrors);
      reload();
    } catch (error) {
      setRefusal(toApiFailure(error));
    }
  };
  const activate = (space: string) =>
    act(request('ActivateSpace', { input: { space } }).then((answer) => answer.activateSpace));
  const backfill = (space: string) =>
    act(
      request('BackfillSpace', { input: { space } }).then(({ backfillSpace }) => {
        if (backfillSpace.job) router.push(`/jobs/${encodeURIComponent(backfillSpace.job.id)}`);
        return backfillSpace;
      }),
    );
  const rollback = (channel: SearchChannel) =>
    act(request('RollbackSpace', { input: { channel } }).then((answer) => answer.rollbackSpace));

  return (
    <Panel title="Embedding spaces" testId="spaces" aside="Vectors of two spaces are never compared">
      {failure !== undefined && <FailureNotice failure={failure} onRetry={reload} />}
      {refusal !== undefined && <FailureNotice failure={refusal} />}
      {spaces?.length === 0 && (
        <EmptyNotice title="No space yet">The first one is made at the first start.</EmptyNotice>
      )}
      {spaces !== undefined && spaces.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table must scroll by key
        <section className="relative overflow-x-auto" tabIndex={0} aria-label="Embedding spaces, table">
          <table className="w-full text-left text-sm">
            <thead className="text-2xs text-ink-soft uppercase tracking-wide">
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col" className="py-1 pr-4 font-medium">
                    {column === 'Action' ? <span className="sr-only">{column}</span> : column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {spaces.map((space) => (
                <SpaceRow
                  key={space.id}
                  space={space}
                  isAdmin={role === 'ADMIN'}
                  onBackfill={() => void backfill(space.id)}
                  onActivate={() => void activate(space.id)}
                  onRollback={() => void rollback(space.channel)}
                />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Panel>
  );
}

interface RowProps {
  readonly space: SpacePartsFragment;
  readonly isAdmin: boolean;
  readonly onBackfill: () => void;
  readonly onActivate: () => void;
  readonly onRollback: () => void;
}

function SpaceRow({ space, isAdmin, onBackfill, onActivate, onRollback }: RowProps) {
  const button = 'rounded border border-control-line min-h-6 px-2 py-1 text-xs hover:bg-raised';
  return (
    <tr data-testid="space" data-phase={space.phase} className="border-line border-t">
      <th scope="row" className="py-1.5 pr-4 font-mono font-normal">
        {space.name}@{space.version}
      </th>
      <td className="pr-4">{channelWords[space.channel]}</td>
      <td className="pr-4">
        <span className={`rounded px-1.5 py-px font-medium text-2xs ${phaseStyles[space.phase]}`}>
          {sentenceCase(space.phase)}
        </span>
      </td>
      <td className="whitespace-nowrap pr-4 tabular-nums">
        {space.expected > 0 ? `${space.stored}/${space.expected}` : space.stored}
        {space.expected > 0 &&
          space.stored < space.expected &&
          ` (${percentText(space.stored / space.expected)})`}
      </td>
      <td className="pr-4 tabular-nums">{space.recallAt10 === null ? '—' : space.recallAt10.toFixed(3)}</td>
      <td className="whitespace-nowrap pr-4 tabular-nums">
        {space.since === null ? '—' : timeText(space.since)}
      </td>
      <td className="pr-4 font-mono text-ink-soft text-xs" title={space.digest}>
        {space.digest.slice(0, 12)}
      </td>
      <td className="text-right">
        {isAdmin && (
          <button type="button" className={`${button} my-0.5 ml-1`} onClick={onBackfill}>
            Backfill
            <span className="sr-only">
              {' '}
              {space.name}@{space.version}
            </span>
          </button>
        )}
        {isAdmin && space.phase === 'READY' && (
          <button type="button" className={button} onClick={onActivate}>
            Activate
            <span className="sr-only">
              {' '}
              {space.name}@{space.version}
            </span>
          </button>
        )}
        {isAdmin && space.phase === 'ACTIVE' && (
          <button type="button" className={button} onClick={onRollback}>
            Roll back
            <span className="sr-only">
              {' '}
              {space.name}@{space.version}
            </span>
          </button>
        )}
      </td>
    </tr>
  );
}
