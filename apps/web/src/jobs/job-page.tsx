'use client';
// One job on a page of its own: its state, the live curve of a training, what is wrong with its data, what came of it.
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { durationText, percentText, plural, timeText } from '../format/quantities';
import { sentenceCase, stateWords } from '../format/words';
import { type ApiFailure, failFromUserErrors, isAbort, toApiFailure } from '../graphql/api-failure';
import { request } from '../graphql/client';
import { useMay } from '../graphql/use-role';
import { VerdictBadge } from '../models/verdict-badge';
import { explainFailure } from '../shell/explain-failure';
import { EmptyNotice, FailureNotice, Panel } from '../shell/notices';
import { isOver } from './follow-job';
import { followTraining, type ModelJob, type TrainingPoint } from './follow-training';
import { TrainingCurve } from './training-curve';

interface Followed {
  readonly job: ModelJob | null;
  readonly points: readonly TrainingPoint[];
  readonly problems: readonly string[];
}

export function JobPage({ id }: { id: string }) {
  const { followed, failure } = useFollowed(id);
  const job = followed?.job;
  return (
    <div className="mx-auto flex w-full max-w-4xl flex-1 flex-col gap-4 p-3">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h1 className="font-semibold">
          {job ? sentenceCase(job.kind) : 'Job'}{' '}
          {job?.about && <span className="font-mono">{job.about}</span>}
        </h1>
        <Link href="/jobs" className="text-accent text-sm underline">
          All jobs
        </Link>
      </div>
      {failure !== undefined && <FailureNotice failure={failure} />}
      {followed === undefined && failure === undefined && (
        <p role="status" className="text-ink-soft text-sm">
          Loading the job…
        </p>
      )}
      {job === null && (
        <EmptyNotice title="No such job">It does not exist, or is not yours to see.</EmptyNotice>
      )}
      {job && (
        <>
          <StatePanel job={job} />
          {job.kind === 'TRAIN_TASK' && (
            <Panel title="Training" testId="training">
              <TrainingCurve points={followed?.points ?? []} />
            </Panel>
          )}
          <Problems problems={followed?.problems ?? []} />
          <Outcome job={job} />
        </>
      )}
    </div>
  );
}

function useFollowed(id: string) {
  const [followed, setFollowed] = useState<Followed>();
  const [failure, setFailure] = useState<ApiFailure>();
  useEffect(() => {
    const abort = new AbortController();
    setFollowed(undefined);
    followTraining(
      id,
      (change) =>
        setFollowed((before) => {
          if (change === null) return { job: null, points: [], problems: [] };
          return {
            job: { ...before?.job, ...change.job } as ModelJob,
            points: [...(before?.points ?? []), ...change.points],
            problems: [...(before?.problems ?? []), ...change.problems],
          };
        }),
      abort.signal,
    ).catch((error) => !isAbort(error) && !abort.signal.aborted && setFailure(toApiFailure(error)));
    return () => abort.abort();
  }, [id]);
  return { followed, failure };
}

function StatePanel({ job }: { job: ModelJob }) {
  const mayCancel = useMay('CURATOR');
  const [failure, setFailure] = useState<ApiFailure>();
  const cancel = async () => {
    try {
      failFromUserErrors((await request('CancelJob', { input: { job: job.id } })).cancelJob.userErrors);
    } catch (error) {
      setFailure(toApiFailure(error));
    }
  };
  const isEnded = isOver(job.state);
  const took =
    job.startedAt !== null && job.finishedAt !== null
      ? ` · took ${durationText(Date.parse(job.finishedAt) - Date.parse(job.startedAt))}`
      : '';
  return (
    <Panel
      title={stateWords[job.state]}
      testId="job-detail"
      aside={`${timeText(job.createdAt)}${took}${job.attempt > 1 ? ` · attempt ${job.attempt}` : ''}`}
    >
      <div data-testid="job-detail-state" data-state={job.state} className="flex flex-col gap-2 text-sm">
        {!isEnded && (
          <div className="flex flex-wrap items-center gap-3">
            <progress max={1} value={job.progress} aria-label="Progress" className="h-1.5 min-w-32 flex-1" />
            <span className="tabular-nums">{percentText(job.progress)}</span>
            <span className="text-ink-soft" role="status">
              {job.step || 'waits for a worker'}
            </span>
            {mayCancel && (
              <button
                type="button"
                onClick={() => void cancel()}
                className="min-h-6 rounded border border-control-line px-2 text-xs hover:bg-raised"
              >
                Cancel
              </button>
            )}
          </div>
        )}
        {isEnded && job.error === null && (
          <p>{job.state === 'SUCCEEDED' ? 'It ran to its end.' : 'It was stopped.'}</p>
        )}
        {job.error !== null && (
          <p
            data-testid="job-detail-error"
            data-code={job.error.code}
            className="rounded bg-danger-wash px-2 py-1"
          >
            <strong className="font-semibold text-danger">{explainFailure(job.error.code)}.</strong>{' '}
            {job.error.message} <code className="font-mono text-2xs text-ink-soft">{job.error.code}</code>
          </p>
        )}
        {failure !== undefined && <FailureNotice failure={failure} />}
      </div>
    </Panel>
  );
}

function Problems({ problems }: { problems: readonly string[] }) {
  if (problems.length === 0) return null;
  return (
    <Panel title="What is wrong with the data" testId="problems">
      <ul className="list-disc pl-5 text-sm">
        {problems.map((problem, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they only grow
          <li key={at}>{problem}</li>
        ))}
      </ul>
    </Panel>
  );
}

function Outcome({ job }: { job: ModelJob }) {
  const { modelVersion, training, segmentation } = job;
  if (!modelVersion && !training && !segmentation) return null;
  return (
    <Panel title="What came of it" testId="outcome">
      <div className="flex flex-col gap-2 text-sm">
        {modelVersion && (
          <p className="flex flex-wrap items-center gap-2">
            <Link
              href={`/models/${encodeURIComponent(modelVersion.model.name)}`}
              className="font-mono text-accent underline"
            >
              {modelVersion.uri}
            </Link>
            <VerdictBadge certificate={modelVersion.certificate} />
          </p>
        )}
        {training && (
          <p>
            Dice {training.dice === null ? 'not measured' : training.dice.toFixed(3)} on{' '}
            {plural(training.testCases, 'test case')}; trained on {training.trainingCases} in{' '}
            {durationText(1000 * training.seconds)}.
          </p>
        )}
        {training?.notes.map((note) => (
          <p key={note} className="text-ink-soft text-xs">
            {note}
          </p>
        ))}
        {segmentation && <p>The segmentation lies with its case, over the picture and as volumes.</p>}
      </div>
    </Panel>
  );
}
