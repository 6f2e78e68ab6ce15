// An X-ray on its way into the question: one file at a time, the latest wins, and leaving the page stops it.
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiFailure, isAbort, toApiFailure } from '../graphql/api-failure';
import { uploadBytes } from '../jobs/upload-bytes';
import { rememberPreview } from './query-preview';

export interface QueryXray {
  /** Nothing happens without a file; `items` tell a folder from a file. */
  readonly send: (files: FileList | null, items?: DataTransferItemList) => void;
  /** 0 … 1 while it is sent. */
  readonly progress: number | undefined;
  readonly failure: ApiFailure | undefined;
}

/** @param onSent called with the upload's id */
export function useQueryXray(onSent: (uploadId: string) => void): QueryXray {
  const [progress, setProgress] = useState<number>();
  const [failure, setFailure] = useState<ApiFailure>();
  const latest = useRef(onSent); // filters may have changed while the bytes left
  latest.current = onSent;
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const send = useCallback(async (file: File, refusal: ApiFailure | undefined) => {
    running.current?.abort();
    const abort = new AbortController();
    running.current = abort;
    const unlessStopped = (act: () => void) => abort.signal.aborted || act();
    setFailure(refusal);
    if (refusal !== undefined) return;
    setProgress(0);
    try {
      const onProgress = (fraction: number) => unlessStopped(() => setProgress(fraction));
      const id = await uploadBytes(file, 'QUERY_XRAY', { onProgress, signal: abort.signal });
      unlessStopped(() => {
        rememberPreview(id, file);
        latest.current(id);
      });
    } catch (error) {
      if (!isAbort(error)) unlessStopped(() => setFailure(toApiFailure(error)));
    } finally {
      unlessStopped(() => setProgress(undefined));
    }
  }, []);
  return {
    send: (files, items) => {
      const file = files?.[0];
      if (file !== undefined) void send(file, refusalOf(files!.length, items));
    },
    progress,
    failure,
  };
}

function refusalOf(count: number, items: DataTransferItemList | undefined): ApiFailure | undefined {
  if (items?.[0]?.webkitGetAsEntry()?.isDirectory) {
    return new ApiFailure('INVALID_ARGUMENT', 'a folder: search with one X-ray, as PNG, JPEG or DICOM');
  }
  return count > 1
    ? new ApiFailure('INVALID_ARGUMENT', `${count} files: search with one X-ray at a time`)
    : undefined;
}
