'use client';
// Where cases come in: a folder, an archive or a file, dropped anywhere on the page or chosen, with a report in words
// if there is one.
import { type FormEvent, type InputHTMLAttributes, useRef, useState } from 'react';
import { bytesText, percentText, plural } from '../format/quantities';
import { type ApiFailure, toApiFailure } from '../graphql/api-failure';
import type { JobPartsFragment } from '../graphql/generated/types';
import { useFileDrop } from '../shell/file-drop';
import { FailureNotice, Panel } from '../shell/notices';
import { filesOfDrop, isMeantToUpload } from './dropped-files';
import { type SendPhase, sendCase } from './send-case';

const maxReportLength = 200_000;
const phaseWords: Record<SendPhase, string> = {
  packing: 'Packing',
  sending: 'Sending',
  starting: 'Starting the job',
};
// React knows the attribute, its types do not.
const folderAttributes = { webkitdirectory: '' } as InputHTMLAttributes<HTMLInputElement>;

export function UploadPanel({ onStarted }: { onStarted: (job: JobPartsFragment) => void }) {
  const [files, setFiles] = useState<readonly File[]>([]);
  const [report, setReport] = useState('');
  const [sending, setSending] = useState<{ phase: SendPhase; fraction: number }>();
  const [failure, setFailure] = useState<ApiFailure>();
  const abort = useRef<AbortController>(undefined);

  const choose = (chosen: readonly File[]) => {
    setFailure(undefined);
    setFiles(chosen.filter(isMeantToUpload));
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    abort.current = new AbortController();
    setFailure(undefined);
    try {
      const onPhase = (phase: SendPhase, fraction: number) => setSending({ phase, fraction });
      onStarted(await sendCase(files, report, { onPhase, signal: abort.current.signal }));
      setFiles([]);
      setReport('');
    } catch (error) {
      setFailure(toApiFailure(error));
    } finally {
      setSending(undefined);
    }
  };

  return (
    <Panel title="Add cases" testId="upload-panel">
      <form onSubmit={submit} className="flex flex-col gap-3">
        <DropArea files={files} onFiles={choose} />
        <label className="flex flex-col gap-1 text-ink-soft text-xs">
          Report, if there is one
          <textarea
            data-testid="report-text"
            rows={6}
            maxLength={maxReportLength}
            value={report}
            onChange={(event) => setReport(event.target.value)}
            placeholder={'FINDINGS: …\nIMPRESSION: …'}
            className="rounded border border-control-line bg-raised p-2 text-ink text-sm"
          />
        </label>
        <p className="text-ink-soft text-xs">
          Names, dates and identifiers in headers are replaced before anything is stored. Text burned into
          pixels is not found: do not upload such images.
        </p>
        {sending !== undefined && (
          <div className="flex items-center gap-3 text-xs" role="status">
            <progress
              max={1}
              value={sending.fraction}
              aria-label="Upload"
              className="h-1.5 flex-1 accent-accent"
            />
            {phaseWords[sending.phase]} {sending.phase === 'sending' && percentText(sending.fraction)}
            <button type="button" onClick={() => abort.current?.abort()} className="text-accent underline">
              Stop
            </button>
          </div>
        )}
        {failure !== undefined && <FailureNotice failure={failure} />}
        <button
          type="submit"
          data-testid="upload-submit"
          disabled={files.length === 0 || sending !== undefined}
          className="h-9 rounded-md bg-accent px-4 font-medium text-accent-ink text-sm enabled:hover:brightness-110 disabled:opacity-50"
        >
          Upload
        </button>
      </form>
    </Panel>
  );
}

function DropArea({ files, onFiles }: { files: readonly File[]; onFiles: (files: readonly File[]) => void }) {
  const isOver = useFileDrop((dropped) => void filesOfDrop(dropped.items).then(onFiles));
  const fileInput = useRef<HTMLInputElement>(null);
  const folderInput = useRef<HTMLInputElement>(null);
  const button = 'rounded border border-control-line px-2.5 py-1 text-ink hover:bg-raised';
  return (
    <div
      data-testid="upload-drop"
      className={`flex flex-col items-center gap-2 rounded-md border border-dashed px-3 py-6 text-center text-sm ${
        isOver ? 'border-accent bg-accent-wash' : 'border-control-line'
      }`}
    >
      <p>Drop a DICOM folder, a zip, a NIfTI, NRRD or MHA file, or an X-ray</p>
      <div className="flex gap-2">
        <button type="button" className={button} onClick={() => fileInput.current?.click()}>
          Choose files
        </button>
        <button type="button" className={button} onClick={() => folderInput.current?.click()}>
          Choose a folder
        </button>
      </div>
      <input
        ref={fileInput}
        type="file"
        multiple
        data-testid="upload-files"
        aria-label="Files to upload"
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => onFiles([...(event.target.files ?? [])])}
      />
      <input
        ref={folderInput}
        type="file"
        {...folderAttributes}
        data-testid="upload-folder"
        aria-label="Folder to upload"
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => onFiles([...(event.target.files ?? [])])}
      />
      <p role="status" data-testid="upload-chosen" className="text-ink-soft text-xs">
        {files.length > 0 &&
          `${plural(files.length, 'file')}, ${bytesText(files.reduce((sum, file) => sum + file.size, 0))}`}
      </p>
    </div>
  );
}
