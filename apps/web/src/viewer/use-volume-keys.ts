// Which key does what in the volume viewer. Letters and digits act on the whole page, arrows and space in the viewer.
import type { RefObject } from 'react';
import type { NiivueView } from './niivue-view';
import type { Plane } from './plane-letters';
import type { Layout, ViewerState } from './viewer-state';
import { windowPresets } from './window-presets';

interface Context {
  readonly view: RefObject<NiivueView | undefined>;
  readonly frame: RefObject<HTMLElement | null>;
  readonly state: ViewerState;
  readonly plane: Plane;
  readonly change: (change: Partial<ViewerState>) => void;
  readonly choosePreset: (id: string) => void;
  readonly reset: () => void;
}

const layoutKeys: Readonly<Record<string, Layout>> = {
  m: 'mpr',
  a: 'axial',
  c: 'coronal',
  s: 'sagittal',
  v: '3d',
};
const sliceKeys: Readonly<Record<string, number>> = {
  ArrowUp: 1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowLeft: -1,
  PageUp: 10,
  PageDown: -10,
};

/** @returns a handler that answers true when it took the key */
export function useVolumeKeys(context: Context): (event: KeyboardEvent) => boolean {
  return (event) => {
    const { view, state, change } = context;
    const preset = windowPresets.find(({ key }) => key === event.key);
    if (preset !== undefined) {
      context.choosePreset(preset.id);
      return true;
    }
    const layout = layoutKeys[event.key];
    if (layout !== undefined) {
      change({ layout });
      return true;
    }
    if (event.key === 'i') {
      change({ isInverted: !state.isInverted });
      return true;
    }
    if (event.key === '+' || event.key === '=' || event.key === '-') {
      view.current?.zoomBy(event.key === '-' ? 1 / 1.25 : 1.25);
      return true;
    }
    return isInViewer(event.target, context.frame.current) && actInViewer(event.key, context);
  };
}

function actInViewer(key: string, { view, plane, reset }: Context): boolean {
  const slices = sliceKeys[key];
  if (slices !== undefined) view.current?.step(plane, slices);
  else if (key === ' ') reset();
  else return false;
  return true;
}

function isInViewer(target: EventTarget | null, frame: HTMLElement | null): boolean {
  return target === document.body || (target instanceof Node && frame?.contains(target) === true);
}
