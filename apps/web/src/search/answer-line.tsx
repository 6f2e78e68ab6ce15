// One line over the results: how many, what the text was understood to ask for, and how each channel answered.

import { MentionChip } from '../cases/mention-chip';
import { durationText, plural } from '../format/quantities';
import { channelWords, modeWords } from '../format/words';
import { hasQuery, type SearchState } from './search-state';
import type { Results } from './use-results';

export function AnswerLine(props: { state: SearchState; results: Results | undefined; isLoading: boolean }) {
  const { results, state } = props;
  const answer = props.isLoading ? undefined : results?.answer; // the former one answered another question
  return (
    <div className="flex min-h-6 flex-wrap items-center gap-x-4 gap-y-1 text-ink-soft text-xs">
      <p role="status" data-testid="result-count" className="font-medium text-ink text-sm">
        {props.isLoading ? 'Searching…' : results !== undefined && countText(state, results)}
      </p>
      {answer !== undefined && <Understood answer={answer} />}
      {answer !== undefined && <Channels answer={answer} />}
    </div>
  );
}

type Answer = NonNullable<Results['answer']>;

function Understood({ answer }: { answer: Answer }) {
  if (answer.queryFindings.length === 0) return null;
  return (
    <p data-testid="query-findings" className="flex flex-wrap items-center gap-1">
      <span>Asks for:</span>
      {answer.queryFindings.map((mention) => (
        <MentionChip key={`${mention.polarity}${mention.finding.code}`} mention={mention} />
      ))}
    </p>
  );
}

function Channels({ answer }: { answer: Answer }) {
  return (
    <ul data-testid="channels" className="ml-auto flex flex-wrap gap-x-4 gap-y-1 text-2xs">
      {answer.channels.map((channel) => (
        <li key={channel.channel} data-channel={channel.channel} data-mode={channel.mode}>
          <span className="font-medium text-ink">{channelWords[channel.channel]}</span>{' '}
          {modeWords[channel.mode]}, {plural(channel.candidates, 'candidate')}
          {channel.recallAt10 !== null && `, recall@10 ${channel.recallAt10.toFixed(3)}`}
          {channel.space !== null && (
            <>
              , <span className="font-mono">{channel.space}</span>
            </>
          )}
          , {durationText(channel.tookMs)}
        </li>
      ))}
      {answer.shortfall > 0 && (
        <li data-testid="shortfall" className="text-ink-soft">
          {answer.shortfall} fewer than a full page: there are no more
        </li>
      )}
    </ul>
  );
}

function countText(state: SearchState, results: Results): string {
  const { totalCount, hits } = results;
  const noun = hasQuery(state) ? 'matching case' : 'case';
  if (totalCount === null) return plural(hits.length, `${noun} on this page`, `${noun}s on this page`);
  return `${results.totalCountIsExact ? '' : 'about '}${plural(totalCount, noun)}${hasQuery(state) ? '' : ', latest first'}`;
}
