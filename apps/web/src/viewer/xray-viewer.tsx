'use client';
// A projection radiograph: the whole image, inverted and magnified on demand. Not windowed: the picture is 8 bit.
import { useEffect, useRef, useState } from 'react';
import type { CaseXray } from '../cases/case-types';
import { viewWords } from '../format/words';
import { viaThisServer } from '../graphql/blob-address';
import { useSingleKeys } from '../shell/single-keys';
import { scaleBar, scaleText } from './scale-bar';
import { ToolButton, ToolGroup } from './tool-button';
import type { ViewerState } from './viewer-state';

interface Props {
  readonly xray: CaseXray;
  readonly state: ViewerState;
  readonly change: (change: Partial<ViewerState>) => void;
}

export function XrayViewer({ xray, state, change }: Props) {
  const [zoom, setZoom] = useState(1);
  const [shownPx, setShownPx] = useState(0);
  const image = useRef<HTMLImageElement>(null);
  const zoomBy = (factor: number) => setZoom((value) => Math.min(8, Math.max(1, value * factor)));
  const reset = () => {
    setZoom(1);
    change({ isInverted: false });
  };
  useEffect(() => {
    const watch = new ResizeObserver(() => setShownPx(image.current?.getBoundingClientRect().width ?? 0));
    if (image.current !== null) watch.observe(image.current);
    return () => watch.disconnect();
  }, []);
  useSingleKeys((event) => {
    const isOnPage =
      event.target === document.body ||
      (event.target instanceof HTMLElement && event.target.tagName === 'SECTION');
    if (event.key === 'i') change({ isInverted: !state.isInverted });
    else if (event.key === '+' || event.key === '=') zoomBy(1.25);
    else if (event.key === '-') zoomBy(0.8);
    else if (event.key === ' ' && isOnPage) reset();
    else return false;
    return true;
  });
  const spacing = xray.spacingMm[0];
  const bar = spacing === undefined ? undefined : scaleBar(shownPx, spacing * xray.width, 0.2);
  return (
    <section aria-label="Viewer" data-testid="xray-viewer" className="flex min-h-0 flex-1 flex-col">
      <div
        role="toolbar"
        aria-label="Viewer tools"
        className="flex border-line border-b bg-panel px-2 py-1.5"
      >
        <ToolGroup label="View">
          <ToolButton
            name="Invert"
            keyName="i"
            testId="invert"
            isPressed={state.isInverted}
            onPress={() => change({ isInverted: !state.isInverted })}
          />
          <ToolButton name="Zoom out" face="−" keyName="-" onPress={() => zoomBy(0.8)} />
          <ToolButton name="Zoom in" face="+" keyName="+" onPress={() => zoomBy(1.25)} />
          <ToolButton name="Reset" keyName="space" testId="reset" onPress={reset} />
        </ToolGroup>
      </div>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by key
        tabIndex={0}
        aria-label="X-ray image"
        className="relative min-h-72 flex-1 overflow-auto bg-black"
      >
        {/* biome-ignore lint/performance/noImgElement: full resolution is the point */}
        <img
          ref={image}
          src={viaThisServer(xray.imageUrl)}
          alt={`X-ray, ${viewWords[xray.view]}`}
          className="mx-auto object-contain"
          style={{
            height: `${zoom * 100}%`,
            maxWidth: 'none',
            filter: state.isInverted ? 'invert(1)' : undefined,
          }}
        />
        <p className="pointer-events-none absolute top-1 left-2 text-[#d5e2ea] text-xs [text-shadow:0_0_3px_#000]">
          {viewWords[xray.view]} · {xray.width} × {xray.height}
        </p>
        {bar !== undefined && (
          <span
            className="pointer-events-none absolute bottom-1.5 left-2 text-[#d5e2ea] text-xs"
            data-testid="scale-xray"
          >
            {scaleText(bar.lengthMm)}
            <span
              className="block h-1.5 border-[#d5e2ea] border-x border-b"
              style={{ width: bar.lengthPx }}
            />
          </span>
        )}
      </section>
    </section>
  );
}
