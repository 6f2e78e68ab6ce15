// A job that a form began, followed beside the form: how far it is, what went wrong, the way to its own page.
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { percentText } from '../format/quantities';
import { explainFailure } from '../shell/explain-failure';
import { followJob, isOver, type JobChange } from './follow-job';

interface Props {
  readonly id: string;
  readonly testId: string;
  /** What runs, for the bar's name. */
  readonly label: string;
  /** What the button says that gives the form back. */
  readonly again: string;
  /** Id of what the job made, asked for once it has succeeded. */
  readonly resultOf: (signal: AbortSignal) => Promise<string | undefined>;
  readonly onEnd: (result: string | undefined) => void;
  readonly onDismiss: () => void;
}

/** Give it the job's id as key: one job is followed once. */
export function JobLine({ id, testId, label, again, resultOf, onEnd, onDismiss }: Props) {
  const [job, setJob] = useState<JobChange>({});
  // biome-ignore lint/correctness/useExhaustiveDependencies: one job is followed once
  useEffect(() => {
    const abort = new AbortController();
    let last: JobChange = {};
    const follow = async () => {
      await followJob(id, (change) => setJob((before) => (last = { ...before, ...change })), abort.signal);
      if (abort.signal.aborted || last.state !== 'SUCCEEDED') return;
      onEnd(await resultOf(abort.signal));
    };
    follow().catch(() => undefined); // told by the job's own page
    return () => abort.abort();
  }, [id]);
  const isEnded = job.state !== undefined && isOver(job.state);
  return (
    <div className="mt-2 text-xs" role="status" data-testid={testId} data-state={job.state}>
      {!isEnded && (
        <div className="flex items-center gap-2">
          <progress max={1} value={job.progress ?? 0} aria-label={label} className="h-1.5 flex-1" />
          <span className="tabular-nums">{percentText(job.progress ?? 0)}</span>
          <span className="w-36 truncate text-ink-soft">{job.step || 'queued'}</span>
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
            {again}
          </button>
        )}
      </p>
    </div>
  );
}
