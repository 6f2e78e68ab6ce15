'use client';
// Choose tasks, start a segmentation, follow it to its end.
import Link from 'next/link';
import { type FormEvent, useState } from 'react';
import { type ApiFailure, failFromUserErrors, toApiFailure } from '../graphql/api-failure';
import { request } from '../graphql/client';
import { useOperation } from '../graphql/use-operation';
import { JobLine } from '../jobs/job-line';
import { FailureNotice } from '../shell/notices';

interface Props {
  readonly seriesId: string;
  /** Called with the id of the segmentation that was made or found again. */
  readonly onDone: (segmentation: string) => void;
}

interface Choice {
  readonly name: string;
  readonly structures: readonly string[];
}

export function SegmentForm({ seriesId, onDone }: Props) {
  const { data, failure } = useOperation('TaskChoices', {});
  const [refusal, setRefusal] = useState<ApiFailure>();
  const [jobId, setJobId] = useState<string>();
  const bases = (data?.models ?? []).map(({ name, latest, aliases, tasks }) => ({
    name,
    // what serves: models with a champion; the base itself by its own head
    choices: [{ name, latest, aliases }, ...tasks].flatMap((model): Choice[] =>
      // one without structures, such as the model for nodules, segments nothing
      model.latest.labels.length > 0 && model.aliases.some(({ alias }) => alias === 'champion')
        ? [{ name: model.name, structures: model.latest.labels.map((label) => label.name) }]
        : [],
    ),
  }));
  const usable = bases.filter(({ choices }) => choices.length > 0);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setRefusal(undefined);
    const tasks = new FormData(event.currentTarget).getAll('task').map(String);
    try {
      const { segmentSeries } = await request('SegmentSeries', { input: { series: seriesId, tasks } });
      failFromUserErrors(segmentSeries.userErrors);
      setJobId(segmentSeries.job?.id);
    } catch (error) {
      setRefusal(toApiFailure(error));
    }
  };
  if (failure !== undefined) return <FailureNotice failure={failure} />;
  if (data !== undefined && usable.length === 0) {
    return (
      <p className="text-ink-soft text-sm">
        No task serves yet.{' '}
        <Link href="/models" className="text-accent underline">
          Models
        </Link>{' '}
        shows what is registered and what a champion needs.
      </p>
    );
  }
  return (
    <form onSubmit={submit} data-testid="segment-form">
      {usable.map(({ name, choices }) => (
        <fieldset key={name} className="flex flex-col">
          <legend className="text-2xs text-ink-soft uppercase tracking-wide">On {name}</legend>
          {choices.map((choice) => (
            <label
              key={choice.name}
              className="flex min-h-7 items-center gap-2 rounded px-1 text-sm hover:bg-raised"
            >
              <input
                type="checkbox"
                name="task"
                value={choice.name}
                defaultChecked
                className="size-4 accent-accent"
              />
              <span className="font-medium">{choice.name}</span>
              <span
                className="min-w-0 flex-1 truncate text-ink-soft text-xs"
                title={choice.structures.join(', ')}
              >
                {choice.structures.join(', ').replaceAll('_', ' ')}
              </span>
            </label>
          ))}
        </fieldset>
      ))}
      <button
        type="submit"
        data-testid="segment"
        disabled={data === undefined || jobId !== undefined}
        className="mt-2 h-8 rounded bg-accent px-3 font-medium text-accent-ink text-sm disabled:opacity-50"
      >
        Segment
      </button>
      {refusal !== undefined && (
        <div className="mt-2">
          <FailureNotice failure={refusal} />
        </div>
      )}
      {jobId !== undefined && (
        <JobLine
          key={jobId}
          id={jobId}
          testId="segment-job"
          label="Segmentation"
          again="Choose again"
          resultOf={(signal) =>
            request('ModelJob', { id: jobId, afterSeq: 1_000_000 }, { signal }).then(
              ({ job }) => job?.segmentation?.id,
            )
          }
          onEnd={(segmentation) => {
            if (segmentation === undefined) return;
            setJobId(undefined);
            onDone(segmentation);
          }}
          onDismiss={() => setJobId(undefined)}
        />
      )}
    </form>
  );
}
