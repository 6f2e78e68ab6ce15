// Opens a volume in a canvas and keeps the view as the state says. React's side of NiivueView, without any markup.
import { type RefObject, useEffect, useRef, useState } from 'react';
import { type ApiFailure, isAbort, toApiFailure } from '../graphql/api-failure';
import { fetchVolume } from './fetch-volume';
import { NiivueView, type ViewSnapshot } from './niivue-view';
import type { ViewerState } from './viewer-state';
import { presetById, rangeOf, windowPresets } from './window-presets';

export interface VolumeSource {
  readonly url: string;
  /** False: the planes stand without a 3-D tile (see memory-budget.ts). */
  readonly has3dBesidePlanes: boolean;
}

export interface VolumeView {
  readonly view: RefObject<NiivueView | undefined>;
  readonly snapshot: ViewSnapshot | undefined;
  readonly received: { bytes: number; total: number | undefined } | undefined;
  readonly failure: ApiFailure | undefined;
  readonly isReady: boolean;
  /** Sets the grey range of the state again after a drag in the picture has changed it. */
  readonly reapply: () => void;
}

export function presetOf(state: ViewerState) {
  return presetById(state.window) ?? windowPresets[0]!;
}

/** An inverted volume rendering is a white block (air becomes opaque), so 3-D alone is never inverted. */
export function isInvertedNow(state: ViewerState): boolean {
  return state.isInverted && state.layout !== '3d';
}

export function useVolumeView(
  canvas: RefObject<HTMLCanvasElement | null>,
  { url, has3dBesidePlanes }: VolumeSource,
  state: ViewerState,
  change: (change: Partial<ViewerState>) => void,
): VolumeView {
  const view = useRef<NiivueView>(undefined);
  const [snapshot, setSnapshot] = useState<ViewSnapshot>();
  const [received, setReceived] = useState<VolumeView['received']>();
  const [failure, setFailure] = useState<ApiFailure>();
  const [isReady, setIsReady] = useState(false);
  const start = useRef(state);

  useEffect(() => {
    const abort = new AbortController();
    setIsReady(false);
    setFailure(undefined);
    const open = async () => {
      const onProgress = (bytes: number, total: number | undefined) => setReceived({ bytes, total });
      const bytes = await fetchVolume(url, { signal: abort.signal, onProgress });
      const { current } = start;
      const options = {
        range: rangeOf(presetOf(current)),
        isInverted: isInvertedNow(current),
        layout: current.layout,
        has3dBesidePlanes,
      };
      const opened = await NiivueView.open(canvas.current!, bytes, options, setSnapshot);
      if (abort.signal.aborted) return opened.close();
      view.current = opened;
      if (current.at !== undefined) opened.moveTo(current.at);
      setIsReady(true);
    };
    open().catch((error) => !isAbort(error) && setFailure(toApiFailure(error)));
    return () => {
      abort.abort();
      view.current?.close();
      view.current = undefined;
    };
  }, [canvas, url, has3dBesidePlanes]);

  const { min, max } = rangeOf(presetOf(state));
  const isInverted = isInvertedNow(state);
  useEffect(() => {
    if (isReady) view.current?.setAppearance({ min, max }, isInverted);
  }, [isReady, min, max, isInverted]);
  useEffect(() => {
    if (isReady) view.current?.setLayout(state.layout);
  }, [isReady, state.layout]);
  usePlaceInAddress(isReady ? snapshot : undefined, change);

  const reapply = () => view.current?.setAppearance({ min, max }, isInverted);
  return { view, snapshot, received, failure, isReady, reapply };
}

/** Writes the crosshair's voxel into the address once it has come to rest; the middle is the default and left out. */
function usePlaceInAddress(
  snapshot: ViewSnapshot | undefined,
  change: (change: Partial<ViewerState>) => void,
) {
  const place = snapshot?.voxel.join('-');
  const middle = snapshot?.size.map((length) => Math.floor(length / 2)).join('-');
  useEffect(() => {
    if (place === undefined) return;
    const [i, j, k] = place.split('-').map(Number);
    const timer = setTimeout(() => change({ at: place === middle ? undefined : [i!, j!, k!] }), 400);
    return () => clearTimeout(timer);
  }, [place, middle, change]);
}
