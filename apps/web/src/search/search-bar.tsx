'use client';
// The one bar: text, an X-ray (chosen, pasted or dropped), or both at once.
import { type FormEvent, type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { type ApiFailure, toApiFailure } from '../graphql/api-failure';
import { uploadBytes } from '../jobs/upload-bytes';
import { FailureNotice } from '../shell/notices';
import { previewOf, rememberPreview } from './query-preview';
import type { SearchState } from './search-state';

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
  const [isOver, setIsOver] = useState(false);
  const [progress, setProgress] = useState<number>();
  const [failure, setFailure] = useState<ApiFailure>();
  const chooser = useRef<HTMLInputElement>(null);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    change({ text: typed() });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    onEnterResults();
  };
  const addXray = async (file: File | undefined) => {
    if (file === undefined) return;
    setFailure(undefined);
    setProgress(0);
    try {
      const id = await uploadBytes(file, 'QUERY_XRAY', { onProgress: setProgress });
      rememberPreview(id, file);
      change({ xray: id, text: typed() });
    } catch (error) {
      setFailure(toApiFailure(error));
    } finally {
      setProgress(undefined);
    }
  };

  return (
    <div className="flex flex-col gap-2">
      <search>
        <form
          data-testid="search-form"
          onSubmit={submit}
          onDragOver={(event) => {
            event.preventDefault();
            setIsOver(true);
          }}
          onDragLeave={() => setIsOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setIsOver(false);
            void addXray(event.dataTransfer.files[0]);
          }}
          onPaste={(event) => {
            if (event.clipboardData.files.length > 0) void addXray(event.clipboardData.files[0]);
          }}
          className={`flex min-h-12 flex-wrap items-center gap-2 rounded-lg border bg-panel px-2 py-1.5 transition-colors focus-within:border-accent ${
            isOver ? 'border-accent border-dashed bg-accent-wash' : 'border-control-line'
          }`}
        >
          {state.xray !== undefined && (
            <XrayChip id={state.xray} onRemove={() => change({ xray: undefined })} />
          )}
          {state.case !== undefined && (
            <QueryChip
              label="Like a case"
              onRemove={() => change({ case: undefined })}
              removeLabel="Remove the case from the query"
            />
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
              void addXray(event.target.files?.[0]);
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

function XrayChip({ id, onRemove }: { id: string; onRemove: () => void }) {
  const preview = previewOf(id);
  return (
    <QueryChip
      label="X-ray"
      onRemove={onRemove}
      removeLabel="Remove the X-ray from the query"
      testId="query-xray"
    >
      {preview !== undefined && (
        // biome-ignore lint/performance/noImgElement: a local object URL, nothing to optimise
        <img src={preview} alt="Query X-ray" className="size-8 rounded bg-black object-cover" />
      )}
    </QueryChip>
  );
}

function QueryChip(props: {
  label: string;
  removeLabel: string;
  onRemove: () => void;
  testId?: string;
  children?: React.ReactNode;
}) {
  return (
    <span
      data-testid={props.testId}
      className="flex h-9 items-center gap-2 rounded-md bg-accent-wash pr-1 pl-1.5 text-accent text-sm"
    >
      {props.children}
      {props.label}
      <button
        type="button"
        onClick={props.onRemove}
        aria-label={props.removeLabel}
        className="size-6 rounded hover:bg-raised"
      >
        ×
      </button>
    </span>
  );
}
