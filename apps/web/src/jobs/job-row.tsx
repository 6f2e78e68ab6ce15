'use client';
// One job: what it is, where it stands, what came of it, and why it failed in words.
import Link from 'next/link';
import { useState } from 'react';
import { durationText, percentText, plural, timeText } from '../format/quantities';
import { sentenceCase, stateWords } from '../format/words';
import { type ApiFailure, failFromUserErrors, toApiFailure } from '../graphql/api-failure';
import { request } from '../graphql/client';
import type { JobPartsFragment, JobState } from '../graphql/generated/types';
import { explainFailure } from '../shell/explain-failure';
import { FailureNotice } from '../shell/notices';
import { isOver } from './follow-job';

/** Jobs about models have a page of their own: a curve, a certificate, a segmentation. */
const pagedKinds = new Set(['SEGMENT', 'TRAIN_TASK', 'VERIFY', 'IMPORT_ADAPTER']);

const stateStyles: Record<JobState, string> = {
  QUEUED: 'bg-raised text-ink-soft',
  RUNNING: 'bg-accent-wash text-accent',
  SUCCEEDED: 'bg-absent-wash text-absent',
  FAILED: 'bg-danger-wash text-danger',
  CANCELLED: 'bg-raised text-ink-soft',
};

export function JobRow({
  job,
  onChanged,
}: {
  job: JobPartsFragment;
  onChanged: (job: JobPartsFragment) => void;
}) {
  const [failure, setFailure] = useState<ApiFailure>();
  const cancel = async () => {
    try {
      const { cancelJob } = await request('CancelJob', { input: { job: job.id } });
      failFromUserErrors(cancelJob.userErrors);
      if (cancelJob.job !== null) onChanged(cancelJob.job);
    } catch (error) {
      setFailure(toApiFailure(error));
    }
  };
  return (
    <li
      data-testid="job"
      data-job-id={job.id}
      data-state={job.state}
      className="rounded-md border border-line bg-panel px-3 py-2 text-sm"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span
          className={`rounded px-1.5 py-px font-medium text-2xs ${stateStyles[job.state]}`}
          data-testid="job-state"
        >
          {stateWords[job.state]}
        </span>
        {pagedKinds.has(job.kind) ? (
          <Link
            href={`/jobs/${encodeURIComponent(job.id)}`}
            prefetch={false}
            data-testid="job-page"
            className="font-medium text-accent underline"
          >
            {sentenceCase(job.kind)}
          </Link>
        ) : (
          <span className="font-medium">{sentenceCase(job.kind)}</span>
        )}
        <span className="text-ink-soft text-xs">{timingText(job)}</span>
        {!isOver(job.state) && (
          <button
            type="button"
            data-testid="cancel-job"
            onClick={cancel}
            className="ml-auto min-h-6 rounded border border-control-line px-2 text-xs hover:bg-raised"
          >
            Cancel<span className="sr-only"> {sentenceCase(job.kind)} job</span>
          </button>
        )}
      </div>
      {!isOver(job.state) && <Progress job={job} />}
      {job.error !== null && <JobError error={job.error} />}
      {failure !== undefined && <FailureNotice failure={failure} />}
      <Outcome job={job} />
    </li>
  );
}

function Progress({ job }: { job: JobPartsFragment }) {
  return (
    <div className="mt-1.5 flex items-center gap-3 text-ink-soft text-xs">
      <progress
        max={1}
        value={job.progress}
        aria-label={`${sentenceCase(job.kind)} progress`}
        className="h-1.5 flex-1 accent-accent"
      />
      <span className="w-10 text-right tabular-nums">{percentText(job.progress)}</span>
      <span className="w-44 truncate" data-testid="job-step">
        {job.step}
      </span>
    </div>
  );
}

function JobError({ error }: { error: { code: string; message: string } }) {
  return (
    <p data-testid="job-error" data-code={error.code} className="mt-1.5 rounded bg-danger-wash px-2 py-1">
      <strong className="font-semibold text-danger">{explainFailure(error.code)}.</strong> {error.message}{' '}
      <code className="font-mono text-2xs text-ink-soft">{error.code}</code>
    </p>
  );
}

const casesShown = 12;

function Outcome({ job }: { job: JobPartsFragment }) {
  if (job.cases.length === 0 && job.refused.length === 0) return null;
  return (
    <div className="mt-1.5 flex flex-col gap-1.5 text-xs">
      {job.cases.length > 0 && (
        <ul className="flex flex-wrap items-center gap-x-2 gap-y-1" aria-label="Cases made">
          {job.cases.slice(0, casesShown).map((made) => (
            <li key={made.id}>
              <Link
                href={`/cases/${encodeURIComponent(made.id)}`}
                prefetch={false}
                data-testid="job-case"
                className="inline-flex min-h-6 items-center rounded bg-accent-wash px-1.5 font-mono text-accent hover:underline"
              >
                {made.label}
              </Link>
            </li>
          ))}
          {job.cases.length > casesShown && (
            <li className="text-ink-soft">and {job.cases.length - casesShown} more</li>
          )}
        </ul>
      )}
      {job.refused.length > 0 && (
        <details data-testid="job-refused">
          <summary className="text-present">{plural(job.refused.length, 'input')} not taken</summary>
          <ul className="mt-1 flex flex-col gap-1">
            {job.refused.map((input) => (
              <li key={input.source + input.code} data-code={input.code}>
                <span className="font-mono">{input.source}</span>: {explainFailure(input.code)}.{' '}
                {input.message}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function timingText(job: JobPartsFragment): string {
  const parts = [timeText(job.createdAt)];
  if (job.startedAt !== null && job.finishedAt !== null) {
    parts.push(`took ${durationText(Date.parse(job.finishedAt) - Date.parse(job.startedAt))}`);
  }
  if (job.attempt > 1) parts.push(`attempt ${job.attempt}`);
  return parts.join(' · ');
}
