'use client';
// The list of the page, all pages of it, as a file: study ids, labels, scores. Made here, sent nowhere.
import { useState } from 'react';
import { type ApiFailure, toApiFailure } from '../graphql/api-failure';
import { request } from '../graphql/client';
import { FailureNotice } from '../shell/notices';
import { collectRows, maxExportRows, toCsv, toJsonLines } from './export-rows';
import { hasQuery, type SearchState, toFilter, toSearchInput } from './search-state';

const pageSize = 100; // the most that the API gives at once

const formats = {
  jsonl: { name: 'JSONL', mediaType: 'application/x-ndjson', write: toJsonLines },
  csv: { name: 'CSV', mediaType: 'text/csv', write: toCsv },
} as const;

export function ExportList({ state }: { state: SearchState }) {
  const [isBusy, setIsBusy] = useState(false);
  const [note, setNote] = useState('');
  const [failure, setFailure] = useState<ApiFailure>();
  const save = async (format: keyof typeof formats) => {
    setIsBusy(true);
    setFailure(undefined);
    setNote('');
    try {
      const { rows, isComplete } = await collectRows((after) => fetchPage(state, after));
      const { mediaType, write } = formats[format];
      saveFile(new Blob([write(rows)], { type: mediaType }), `tomograph-cases.${format}`);
      if (!isComplete) setNote(`the first ${maxExportRows}`);
    } catch (error) {
      setFailure(toApiFailure(error));
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <div className="flex flex-wrap items-center gap-2 text-ink-soft text-xs">
      <span>Study ids of this list:</span>
      {(['jsonl', 'csv'] as const).map((format) => (
        <button
          key={format}
          type="button"
          data-testid={`export-${format}`}
          disabled={isBusy}
          onClick={() => save(format)}
          className="min-h-6 rounded border border-control-line px-2 hover:bg-raised disabled:opacity-50"
        >
          <span className="sr-only">Save as </span>
          {formats[format].name}
        </button>
      ))}
      <span role="status">{note}</span>
      {failure !== undefined && <FailureNotice failure={failure} />}
    </div>
  );
}

async function fetchPage(state: SearchState, after: string | undefined) {
  const page = { first: pageSize, ...(after === undefined ? {} : { after }) };
  if (hasQuery(state))
    return (await request('SearchIds', { input: toSearchInput(state), ...page })).searchCases;
  const filter = toFilter(state);
  return (await request('CaseIds', { ...page, ...(filter === undefined ? {} : { filter }) })).cases;
}

function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000); // the browser reads it after the click
}
