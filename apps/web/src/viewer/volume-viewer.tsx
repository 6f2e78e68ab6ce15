'use client';
// Three planes and 3-D of one series. Loads, follows the address, listens to keys. Drawing itself is NiiVue's.
import { useCallback, useEffect, useRef, useState } from 'react';
import { type ApiFailure, isAbort, toApiFailure } from '../graphql/api-failure';
import { FailureNotice } from '../shell/notices';
import { useSingleKeys } from '../shell/single-keys';
import { fetchVolume } from './fetch-volume';
import { LoadingNotice } from './loading-notice';
import { NiivueView, type ViewSnapshot } from './niivue-view';
import type { Plane } from './plane-letters';
import { SliceSliders } from './slice-sliders';
import { TileOverlay } from './tile-overlay';
import { useVolumeKeys } from './use-volume-keys';
import type { ViewerState } from './viewer-state';
import { ViewerToolbar } from './viewer-toolbar';
import { presetById, rangeOf, windowPresets } from './window-presets';

interface Props {
  readonly url: string;
  readonly label: string;
  readonly state: ViewerState;
  readonly change: (change: Partial<ViewerState>) => void;
}

export function VolumeViewer({ url, label, state, change }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const view = useRef<NiivueView>(undefined);
  const [snapshot, setSnapshot] = useState<ViewSnapshot>();
  const [received, setReceived] = useState<{ bytes: number; total: number | undefined }>();
  const [failure, setFailure] = useState<ApiFailure>();
  const [isReady, setIsReady] = useState(false);
  const [activePlane, setActivePlane] = useState<Plane>('axial');
  const start = useRef(state);

  useEffect(() => {
    const abort = new AbortController();
    setIsReady(false);
    setFailure(undefined);
    openView(canvas.current!, url, abort.signal, setReceived, setSnapshot).then(
      (opened) => {
        if (opened === undefined) return;
        view.current = opened;
        if (start.current.at !== undefined) opened.moveTo(start.current.at);
        setIsReady(true);
        if (document.activeElement === document.body) frame.current?.focus({ preventScroll: true });
      },
      (error) => !isAbort(error) && setFailure(toApiFailure(error)),
    );
    return () => {
      abort.abort();
      view.current?.close();
      view.current = undefined;
    };
  }, [url]);

  const preset = presetById(state.window) ?? windowPresets[0]!;
  useEffect(() => {
    if (isReady) view.current?.setRange(rangeOf(preset));
  }, [isReady, preset]);
  useEffect(() => {
    // An inverted volume rendering is a white block: air becomes opaque.
    if (isReady) view.current?.setInverted(state.isInverted && state.layout !== '3d');
  }, [isReady, state.isInverted, state.layout]);
  useEffect(() => {
    if (isReady) view.current?.setLayout(state.layout);
  }, [isReady, state.layout]);
  usePlaceInAddress(isReady ? snapshot : undefined, change);

  const reset = useCallback(() => {
    change({ window: undefined, isInverted: false, at: undefined });
    view.current?.setRange(rangeOf(windowPresets[0]!));
    view.current?.resetView();
  }, [change]);
  const choosePreset = (id: string) => {
    const chosen = presetById(id);
    if (chosen !== undefined) view.current?.setRange(rangeOf(chosen)); // also when a drag has left the same preset
    change({ window: id });
  };
  const plane = state.layout === 'mpr' || state.layout === '3d' ? activePlane : state.layout;
  const onKey = useVolumeKeys({ view, state, plane, frame, change, choosePreset, reset });
  useSingleKeys((event) => isReady && onKey(event));

  return (
    <section
      aria-label="Viewer"
      data-testid="viewer"
      data-ready={isReady}
      className="flex min-h-0 flex-1 flex-col"
    >
      <ViewerToolbar
        state={state}
        presetId={preset.id}
        change={change}
        onPreset={choosePreset}
        onReset={reset}
        onZoom={(factor) => view.current?.zoomBy(factor)}
        isDisabled={!isReady}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form's; this groups canvas and its keys */}
      <div
        ref={frame}
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the viewer takes arrow keys and space
        tabIndex={0}
        aria-label={`${label}. Arrow keys scroll the ${plane} plane.`}
        data-testid="viewer-frame"
        className="relative min-h-72 flex-1 overflow-hidden bg-black focus-visible:outline-offset-[-2px]"
        onPointerMove={(event) => setActivePlane(planeUnder(event.nativeEvent, snapshot) ?? activePlane)}
      >
        <canvas
          ref={canvas}
          className="absolute inset-0 size-full outline-none"
          tabIndex={-1}
          aria-hidden="true"
        />
        {isReady && snapshot !== undefined && (
          <TileOverlay snapshot={snapshot} isInverted={state.isInverted && state.layout !== '3d'} />
        )}
        {!isReady && failure === undefined && <LoadingNotice received={received} />}
        {failure !== undefined && (
          <div className="absolute inset-x-4 top-4">
            <FailureNotice failure={failure} />
          </div>
        )}
      </div>
      {isReady && snapshot !== undefined && (
        <SliceSliders snapshot={snapshot} onMove={(voxel) => view.current?.moveTo(voxel)} />
      )}
    </section>
  );
}

async function openView(
  canvas: HTMLCanvasElement,
  url: string,
  signal: AbortSignal,
  onReceived: (received: { bytes: number; total: number | undefined }) => void,
  onSnapshot: (snapshot: ViewSnapshot) => void,
): Promise<NiivueView | undefined> {
  const bytes = await fetchVolume(url, {
    signal,
    onProgress: (bytes, total) => onReceived({ bytes, total }),
  });
  const opened = await NiivueView.open(canvas, bytes, onSnapshot);
  if (!signal.aborted) return opened;
  opened.close();
  return undefined;
}

function planeUnder(
  event: { offsetX: number; offsetY: number },
  snapshot: ViewSnapshot | undefined,
): Plane | undefined {
  const tile = snapshot?.tiles.find(
    ({ left, top, width, height }) =>
      event.offsetX >= left &&
      event.offsetX < left + width &&
      event.offsetY >= top &&
      event.offsetY < top + height,
  );
  return tile === undefined || tile.plane === 'render' ? undefined : tile.plane;
}

/** Writes the crosshair's voxel into the address once it has come to rest; the middle is the default and left out. */
function usePlaceInAddress(snapshot: ViewSnapshot | undefined, change: Props['change']) {
  const place = snapshot?.voxel.join('-');
  const middle = snapshot?.size.map((length) => Math.floor(length / 2)).join('-');
  useEffect(() => {
    if (place === undefined) return;
    const [i, j, k] = place.split('-').map(Number);
    const timer = setTimeout(() => change({ at: place === middle ? undefined : [i!, j!, k!] }), 400);
    return () => clearTimeout(timer);
  }, [place, middle, change]);
}
