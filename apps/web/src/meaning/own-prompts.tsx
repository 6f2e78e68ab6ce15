'use client';
// A finding in the reader's own words: scored, never called probable.
import { type FormEvent, useState } from 'react';
import { useOperation } from '../graphql/use-operation';
import { FailureNotice } from '../shell/notices';
import { cellOf } from './heat-map';
import type { Heat } from './use-heat';

export function OwnPrompts({ caseId, heat }: { caseId: string; heat: Heat }) {
  const [words, setWords] = useState('');
  const [asked, setAsked] = useState<string>();
  const variables = asked === undefined ? undefined : { study: caseId, prompts: [{ present: [asked] }] };
  const { data, failure, isLoading } = useOperation('ZeroShotPrompts', variables);
  const ask = (event: FormEvent) => {
    event.preventDefault();
    if (words.trim() !== '') setAsked(words.trim());
  };
  const [one] = isLoading ? [] : (data?.zeroShot.findings ?? []);
  return (
    <form onSubmit={ask} className="flex flex-col gap-1 text-xs">
      <label htmlFor="own-prompt" className="text-ink-soft">
        In your own words
      </label>
      <span className="flex gap-2">
        <input
          id="own-prompt"
          value={words}
          maxLength={300}
          onChange={(event) => setWords(event.target.value)}
          placeholder="There is a rib fracture."
          className="h-8 min-w-0 flex-1 rounded border border-control-line bg-raised px-2 text-sm"
        />
        <button type="submit" className="h-8 rounded border border-control-line px-3 text-sm hover:bg-raised">
          Ask
        </button>
      </span>
      {failure !== undefined && <FailureNotice failure={failure} />}
      {one !== undefined && (
        <p role="status" data-testid="own-prompt-answer">
          Score {one.score.toFixed(3)} against “{one.prompts.absent[0]}” · not calibrated: no probability.{' '}
          <button
            type="button"
            className="text-accent underline"
            onClick={() =>
              heat.show({
                values: one.evidence.heat,
                cell: cellOf(one.evidence.region),
                label: one.prompts.present[0] ?? '',
              })
            }
          >
            Show where
          </button>
        </p>
      )}
    </form>
  );
}
