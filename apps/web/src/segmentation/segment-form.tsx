'use client';
// Choose tasks, start a segmentation, follow it to its end.
import Link from 'next/link';
import { type FormEvent, useEffect, useState } from 'react';
import { percentText } from '../format/quantities';
import { type ApiFailure, failFromUserErrors, toApiFailure } from '../graphql/api-failure';
import { request } from '../graphql/client';
import { useOperation } from '../graphql/use-operation';
import { followJob, isOver, type JobChange } from '../jobs/follow-job';
import { explainFailure } from '../shell/explain-failure';
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

interface JobLineProps {
  readonly id: string;
  readonly onEnd: (segmentation: string | undefined) => void;
  readonly onDismiss: () => void;
}

function JobLine({ id, onEnd, onDismiss }: JobLineProps) {
  const [job, setJob] = useState<JobChange>({});
  // biome-ignore lint/correctness/useExhaustiveDependencies: one job is followed once
  useEffect(() => {
    const abort = new AbortController();
    let last: JobChange = {};
    const follow = async () => {
      await followJob(id, (change) => setJob((before) => (last = { ...before, ...change })), abort.signal);
      if (abort.signal.aborted || last.state !== 'SUCCEEDED') return;
      const { job: done } = await request('ModelJob', { id, afterSeq: 1_000_000 }, { signal: abort.signal });
      onEnd(done?.segmentation?.id);
    };
    follow().catch(() => undefined); // told by the job's own page
    return () => abort.abort();
  }, [id]);
  const isEnded = job.state !== undefined && isOver(job.state);
  return (
    <div className="mt-2 text-xs" role="status" data-testid="segment-job" data-state={job.state}>
      {!isEnded && (
        <div className="flex items-center gap-2">
          <progress max={1} value={job.progress ?? 0} aria-label="Segmentation" className="h-1.5 flex-1" />
          <span className="tabular-nums">{percentText(job.progress ?? 0)}</span>
          <span className="w-32 truncate text-ink-soft">{job.step || 'queued'}</span>
        </div>
      )}
      {job.error != null && (
        <p className="rounded bg-danger-wash px-2 py-1 text-sm">
          <strong className="font-semibold text-danger">{explainFailure(job.error.code)}.</strong>{' '}
          {job.error.message}
        </p>
      )}
      <p className="mt-1 flex justify-between text-ink-soft">
        <Link href={`/jobs/${encodeURIComponent(id)}`} className="text-accent underline">
          The job
        </Link>
        {isEnded && (
          <button type="button" onClick={onDismiss} className="text-accent underline">
            Choose again
          </button>
        )}
      </p>
    </div>
  );
}
