// Puts a label map over the open volume and keeps what is hidden in step. React's side of NiivueView's labels.
import { type RefObject, useEffect, useState } from 'react';
import { type ApiFailure, isAbort, toApiFailure } from '../graphql/api-failure';
import { fetchVolume } from './fetch-volume';
import type { ShownStructure } from './label-overlay';
import type { NiivueView } from './niivue-view';

export interface LabelOverlay {
  /** Of the .nii.gz, through this server. */
  readonly url: string;
  readonly structures: readonly ShownStructure[];
  /** Values that are not drawn. */
  readonly hidden: ReadonlySet<number>;
  /** 0 to 1. */
  readonly opacity: number;
}

export type OverlayState = 'none' | 'loading' | 'shown';

export function useLabelOverlay(
  view: RefObject<NiivueView | undefined>,
  isReady: boolean,
  overlay: LabelOverlay | undefined,
): { state: OverlayState; failure: ApiFailure | undefined } {
  const [shown, setShown] = useState<string>();
  const [failure, setFailure] = useState<ApiFailure>();
  const url = isReady ? overlay?.url : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: one file is one overlay; the next effect keeps the rest
  useEffect(() => {
    setFailure(undefined);
    const { current } = view;
    if (url === undefined || overlay === undefined || current === undefined) return;
    const abort = new AbortController();
    const open = async () => {
      const bytes = await fetchVolume(url, { signal: abort.signal, onProgress: () => undefined });
      if (abort.signal.aborted) return;
      await current.showLabels(bytes, overlay.structures, overlay.hidden, overlay.opacity);
      if (abort.signal.aborted) return current.removeLabels();
      setShown(url);
    };
    open().catch((error) => !isAbort(error) && setFailure(toApiFailure(error)));
    return () => {
      abort.abort();
      setShown(undefined);
      current.removeLabels();
    };
  }, [url]);

  const isShown = shown !== undefined && shown === url;
  const hidden = overlay?.hidden;
  const opacity = overlay?.opacity;
  useEffect(() => {
    if (isShown && hidden !== undefined) view.current?.hideLabels(hidden);
  }, [isShown, hidden, view]);
  useEffect(() => {
    if (isShown && opacity !== undefined) view.current?.setLabelOpacity(opacity);
  }, [isShown, opacity, view]);
  return { state: url === undefined ? 'none' : isShown ? 'shown' : 'loading', failure };
}
