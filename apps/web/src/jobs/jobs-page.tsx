'use client';
// Uploads and what becomes of them.
import { useRouter, useSearchParams } from 'next/navigation';
import { stateWords } from '../format/words';
import type { JobState } from '../graphql/generated/types';
import { EmptyNotice, FailureNotice } from '../shell/notices';
import { JobRow } from './job-row';
import { UploadPanel } from './upload-panel';
import { useJobs } from './use-jobs';

const states = [
  'QUEUED',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'CANCELLED',
] as const satisfies readonly JobState[];

export function JobsPage() {
  const router = useRouter();
  const asked = useSearchParams().get('state');
  const state = states.find((candidate) => candidate === asked);
  const { jobs, hasMore, failure, reload, put } = useJobs(state);
  return (
    <div className="mx-auto grid w-full max-w-7xl flex-1 content-start items-start gap-4 p-3 lg:grid-cols-[24rem_1fr]">
      <h1 className="sr-only">Upload and jobs</h1>
      <UploadPanel
        onStarted={(job) => {
          put(job);
          if (state !== undefined) router.push('/jobs'); // a new job is in no filtered list
        }}
      />
      <section aria-label="Jobs" className="min-w-0">
        <div className="mb-2 flex items-center justify-between gap-3">
          <h2 className="font-semibold text-sm">Jobs</h2>
          <label className="flex items-center gap-2 text-ink-soft text-xs">
            Show
            <select
              data-testid="job-state-filter"
              value={state ?? ''}
              onChange={(event) =>
                router.push(event.target.value === '' ? '/jobs' : `/jobs?state=${event.target.value}`)
              }
              className="h-7 rounded border border-control-line bg-panel px-1 text-ink"
            >
              <option value="">all</option>
              {states.map((name) => (
                <option key={name} value={name}>
                  {stateWords[name].toLowerCase()}
                </option>
              ))}
            </select>
          </label>
        </div>
        {failure !== undefined && <FailureNotice failure={failure} onRetry={reload} />}
        {jobs === undefined && failure === undefined && (
          <p role="status" className="text-ink-soft text-sm">
            Loading jobs…
          </p>
        )}
        {jobs?.length === 0 && (
          <EmptyNotice title={state === undefined ? 'Nothing has been done yet' : 'No job is in this state'}>
            Uploads, embeddings and other work appear here.
          </EmptyNotice>
        )}
        <ul data-testid="jobs" className="flex flex-col gap-2">
          {jobs?.map((job) => (
            <JobRow key={job.id} job={job} onChanged={put} />
          ))}
        </ul>
        {hasMore && <p className="py-3 text-center text-ink-soft text-xs">The latest 50 are shown.</p>}
      </section>
    </div>
  );
}
