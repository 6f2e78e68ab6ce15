'use client';
// Three planes and 3-D of one series, with its tools, keys, and the words over the picture. Drawing itself is NiiVue's.
import { useEffect, useRef, useState } from 'react';
import { FailureNotice } from '../shell/notices';
import { useSingleKeys } from '../shell/single-keys';
import { LoadingNotice } from './loading-notice';
import { MarkOverlay } from './mark-overlay';
import type { ViewSnapshot } from './niivue-view';
import type { Plane } from './plane-letters';
import { SliceSliders } from './slice-sliders';
import { TileOverlay } from './tile-overlay';
import { type HeatOverlay, useHeatOverlay } from './use-heat-overlay';
import { type LabelOverlay, useLabelOverlay } from './use-label-overlay';
import { usePlaces, type ViewerPlaces } from './use-places';
import { useVolumeKeys } from './use-volume-keys';
import { isInvertedNow, presetOf, useVolumeView, type VolumeSource } from './use-volume-view';
import type { ViewerState } from './viewer-state';
import { ViewerToolbar } from './viewer-toolbar';

interface Props extends VolumeSource {
  readonly label: string;
  readonly overlay?: LabelOverlay | undefined;
  readonly heat?: HeatOverlay | undefined;
  readonly places?: ViewerPlaces | undefined;
  readonly state: ViewerState;
  readonly change: (change: Partial<ViewerState>) => void;
}

export function VolumeViewer({ label, overlay, heat, places, state, change, ...source }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLElement>(null);
  const { view, snapshot, received, failure, isReady, reapply } = useVolumeView(
    canvas,
    source,
    state,
    change,
  );
  const labels = useLabelOverlay(view, isReady, overlay);
  const isHeatShown = useHeatOverlay(view, isReady, heat);
  usePlaces(view, isReady, snapshot, places);
  const [activePlane, setActivePlane] = useState<Plane>('axial');
  useEffect(() => {
    if (isReady && document.activeElement === document.body) frame.current?.focus({ preventScroll: true });
  }, [isReady]);

  const preset = presetOf(state);
  const choosePreset = (id: string) => (id === preset.id ? reapply() : change({ window: id }));
  const reset = () => {
    change({ window: undefined, isInverted: false, at: undefined });
    reapply();
    view.current?.resetView();
  };
  const plane = state.layout === 'mpr' || state.layout === '3d' ? activePlane : state.layout;
  const onKey = useVolumeKeys({ view, state, plane, frame, change, choosePreset, reset });
  useSingleKeys((event) => isReady && onKey(event));

  return (
    <section
      aria-label="Viewer"
      data-testid="viewer"
      data-ready={isReady}
      data-labels={labels.state}
      data-heat={isHeatShown}
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
      <section
        ref={frame}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture takes arrow keys and space
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
          <TileOverlay snapshot={snapshot} isInverted={isInvertedNow(state)} />
        )}
        {isReady && snapshot !== undefined && places !== undefined && (
          <MarkOverlay view={view.current} snapshot={snapshot} marks={places.marks} />
        )}
        {isReady && !source.has3dBesidePlanes && state.layout === 'mpr' && (
          <p className="pointer-events-none absolute right-2 bottom-8 max-w-56 text-right text-[#b9c4cf] text-xs">
            No 3-D beside the planes: this browser draws without a graphics card. Key v shows 3-D alone,
            slowly.
          </p>
        )}
        {labels.state === 'loading' && labels.failure === undefined && (
          <p
            role="status"
            className="absolute top-2 left-1/2 -translate-x-1/2 rounded bg-black/70 px-2 py-1 text-[#d5e2ea] text-xs"
          >
            Loading the label map…
          </p>
        )}
        {labels.failure !== undefined && (
          <div className="absolute inset-x-4 top-4">
            <FailureNotice failure={labels.failure} />
          </div>
        )}
        {!isReady && failure === undefined && <LoadingNotice received={received} />}
        {failure !== undefined && (
          <div className="absolute inset-x-4 top-4">
            <FailureNotice failure={failure} />
          </div>
        )}
      </section>
      <SliceSliders
        snapshot={isReady ? snapshot : undefined}
        onMove={(voxel) => view.current?.moveTo(voxel)}
      />
    </section>
  );
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
