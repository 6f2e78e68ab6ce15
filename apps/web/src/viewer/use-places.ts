'use client';
// Places in the patient that the page and the picture share: where the crosshair rests, where it shall go, what is marked.
// LPS millimetres; the viewer's own numbers are RAS voxels.
import { type RefObject, useEffect } from 'react';
import type { NiivueView, ViewSnapshot } from './niivue-view';

export interface LpsPlace {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export interface ViewerMark extends LpsPlace {
  readonly name: string;
  /** Where an answer lies, rather than where one is asked. */
  readonly isAnswer: boolean;
}

export interface ViewerPlaces {
  readonly onRest: (place: LpsPlace) => void;
  readonly marks: readonly ViewerMark[];
  /** A new serial moves the crosshair, also to where it was sent before. */
  readonly wanted: (LpsPlace & { readonly serial: number }) | undefined;
}

const restMs = 120;

export function usePlaces(
  view: RefObject<NiivueView | undefined>,
  isReady: boolean,
  snapshot: ViewSnapshot | undefined,
  places: ViewerPlaces | undefined,
): void {
  const onRest = places?.onRest;
  const at = isReady ? snapshot?.pointLps : undefined;
  const [x, y, z] = at ?? [];
  useEffect(() => {
    if (onRest === undefined || x === undefined || y === undefined || z === undefined) return;
    const timer = setTimeout(() => onRest({ x, y, z }), restMs);
    return () => clearTimeout(timer);
  }, [onRest, x, y, z]);
  const wanted = places?.wanted;
  useEffect(() => {
    if (isReady && wanted !== undefined) view.current?.moveToLps(wanted);
  }, [isReady, wanted, view]);
}
