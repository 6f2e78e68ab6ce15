'use client';
// A report for a case that is here already: written or read from a text file, sent, and shown when it is stored.
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ApiFailure, isAbort, toApiFailure } from '../graphql/api-failure';
import { request } from '../graphql/client';
import { followJob } from '../jobs/follow-job';
import { sendReport } from '../jobs/send-case';
import { FailureNotice } from '../shell/notices';

const maxReportLength = 200_000;

export function AttachReport({ caseId, onAttached }: { caseId: string; onAttached: () => void }) {
  const [isOpen, setIsOpen] = useState(false);
  const [text, setText] = useState('');
  const [isSending, setIsSending] = useState(false);
  const [failure, setFailure] = useState<ApiFailure>();
  const abort = useRef<AbortController>(undefined);
  const opener = useRef<HTMLButtonElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => () => abort.current?.abort(), []);
  useEffect(() => {
    if (wasOpen.current && !isOpen) opener.current?.focus(); // else the focus is lost with the form
    if (isOpen) form.current?.scrollIntoView({ block: 'nearest' }); // its buttons too, not the text alone
    wasOpen.current = isOpen;
  }, [isOpen]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    abort.current = new AbortController();
    const { signal } = abort.current;
    setFailure(undefined);
    setIsSending(true);
    try {
      await attach(caseId, text, signal);
      setIsOpen(false);
      setText('');
      onAttached();
    } catch (error) {
      if (!isAbort(error)) setFailure(toApiFailure(error));
    } finally {
      setIsSending(false);
    }
  };

  if (!isOpen) {
    return (
      <button
        ref={opener}
        type="button"
        data-testid="attach-report"
        onClick={() => setIsOpen(true)}
        className="self-start rounded border border-control-line px-2.5 py-1 text-sm hover:bg-raised"
      >
        Add a report
      </button>
    );
  }
  return (
    <form
      ref={form}
      onSubmit={submit}
      className="flex flex-col gap-2 rounded-md border border-line bg-panel p-3"
    >
      <label className="flex flex-col gap-1 font-semibold text-sm">
        Report to add
        <textarea
          data-testid="attach-text"
          // biome-ignore lint/a11y/noAutofocus: it opened because somebody asked to write
          autoFocus
          rows={8}
          maxLength={maxReportLength}
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder={'FINDINGS: …\nIMPRESSION: …'}
          className="rounded border border-control-line bg-raised p-2 font-normal text-sm"
        />
      </label>
      <label className="flex items-center gap-2 text-ink-soft text-xs">
        or from a text file
        <input
          type="file"
          accept=".txt,text/plain"
          className="min-w-0 flex-1 text-xs"
          onChange={async (event) => {
            const file = event.target.files?.[0];
            if (file !== undefined)
              setText((await file.slice(0, 4 * maxReportLength).text()).slice(0, maxReportLength));
          }}
        />
      </label>
      <p className="text-ink-soft text-xs">
        Names, dates and numbers are replaced where they are recognised; read it over before you add it.
      </p>
      {failure !== undefined && <FailureNotice failure={failure} />}
      <div className="flex items-center justify-end gap-2">
        <span role="status" className="mr-auto text-ink-soft text-xs">
          {isSending && 'Reading the report…'}
        </span>
        <button
          type="button"
          onClick={() => {
            abort.current?.abort();
            setIsOpen(false);
          }}
          className="rounded border border-control-line px-2.5 py-1 text-sm hover:bg-raised"
        >
          Cancel
        </button>
        <button
          type="submit"
          data-testid="attach-submit"
          disabled={text.trim() === '' || isSending}
          className="rounded bg-accent px-3 py-1 font-medium text-accent-ink text-sm disabled:opacity-50"
        >
          Add report
        </button>
      </div>
    </form>
  );
}

/** Ends when the report is stored. @throws ApiFailure, among them what the job failed with */
async function attach(caseId: string, text: string, signal: AbortSignal): Promise<void> {
  const started = await sendReport(caseId, text, signal);
  await followJob(started.id, () => undefined, signal);
  signal.throwIfAborted();
  const { job } = await request('Job', { id: started.id }, { signal });
  if (job?.error) throw new ApiFailure(job.error.code, job.error.message);
  if (job?.state === 'CANCELLED') throw new ApiFailure('CANCELLED', 'its job was cancelled');
}
