'use client';
// The one bar: text, an X-ray (chosen, pasted, or dropped anywhere on the page), or both at once.
import { type FormEvent, type KeyboardEvent, type RefObject, useEffect, useRef } from 'react';
import { useFileDrop } from '../shell/file-drop';
import { FailureNotice } from '../shell/notices';
import { CaseChip, XrayChip } from './query-chips';
import type { SearchState } from './search-state';
import { useQueryXray } from './use-query-xray';

const accepted = '.png,.jpg,.jpeg,.dcm,.dicom,image/png,image/jpeg,application/dicom';

interface Props {
  readonly state: SearchState;
  readonly box: RefObject<HTMLInputElement | null>;
  readonly change: (part: Partial<SearchState>) => void;
  readonly onEnterResults: () => void;
}

export function SearchBar({ state, box, change, onEnterResults }: Props) {
  // The box keeps its own text: words typed before the page was ready would be lost to a controlled one.
  const asked = useRef(state.text);
  useEffect(() => {
    if (asked.current !== state.text && box.current) box.current.value = state.text; // back and forward
    asked.current = state.text;
  }, [state.text, box]);
  const typed = () => box.current?.value.trim() ?? '';
  const chooser = useRef<HTMLInputElement>(null);
  const { send, progress, failure } = useQueryXray((id) => change({ xray: id, text: typed() }));
  const isOver = useFileDrop((dropped) => send(dropped.files, dropped.items));

  const submit = (event: FormEvent) => {
    event.preventDefault();
    change({ text: typed() });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    onEnterResults();
  };

  return (
    <div className="flex flex-col gap-2">
      <search>
        <form
          data-testid="search-form"
          onSubmit={submit}
          onPaste={(event) => send(event.clipboardData.files)}
          className={`flex min-h-12 flex-wrap items-center gap-2 rounded-lg border bg-panel px-2 py-1.5 transition-colors focus-within:border-accent ${
            isOver ? 'border-accent border-dashed bg-accent-wash' : 'border-control-line'
          }`}
        >
          {state.xray !== undefined && (
            <XrayChip id={state.xray} onRemove={() => change({ xray: undefined, text: typed() })} />
          )}
          {state.case !== undefined && (
            <CaseChip id={state.case} onRemove={() => change({ case: undefined, text: typed() })} />
          )}
          <input
            ref={box}
            type="search"
            name="q"
            data-testid="search-text"
            aria-label="Search reports, or drop an X-ray here"
            aria-keyshortcuts="/"
            autoComplete="off"
            spellCheck={false}
            maxLength={500}
            defaultValue={state.text}
            onKeyDown={onKey}
            placeholder="Findings in words: “pleural effusion, no pneumothorax” — or drop an X-ray"
            className="h-9 min-w-48 flex-1 basis-72 bg-transparent px-2 text-base focus:outline-none"
          />
          <input
            ref={chooser}
            type="file"
            accept={accepted}
            data-testid="xray-file"
            aria-label="X-ray file (PNG, JPEG or DICOM)"
            tabIndex={-1}
            className="sr-only"
            onChange={(event) => {
              send(event.target.files);
              event.target.value = '';
            }}
          />
          <button
            type="button"
            data-testid="add-xray"
            onClick={() => chooser.current?.click()}
            disabled={progress !== undefined}
            className="h-9 rounded-md border border-control-line px-3 text-sm hover:bg-raised"
          >
            {progress === undefined ? 'Add X-ray' : `Sending ${Math.round(progress * 100)} %`}
          </button>
          <button
            type="submit"
            data-testid="search-submit"
            className="h-9 rounded-md bg-accent px-4 font-medium text-accent-ink text-sm hover:brightness-110"
          >
            Search
          </button>
        </form>
      </search>
      {failure !== undefined && <FailureNotice failure={failure} />}
    </div>
  );
}
