// Lays a heat map over the open volume and moves the crosshair to its region, once per map. True once it is shown.
import { type RefObject, useEffect, useState } from 'react';
import { cellMiddle, cellsAlong, type HeatMap, heatVolume, type RegionBox } from '../meaning/heat-map';
import type { NiivueView } from './niivue-view';

export interface HeatOverlay {
  readonly map: HeatMap;
  readonly box: RegionBox;
}

export function useHeatOverlay(
  view: RefObject<NiivueView | undefined>,
  isReady: boolean,
  overlay: HeatOverlay | undefined,
): boolean {
  const [shown, setShown] = useState<HeatOverlay>();
  useEffect(() => {
    const { current } = view;
    if (!isReady || overlay === undefined || current === undefined) return;
    const { map, box } = overlay;
    let isOver = false;
    current.showHeat(heatVolume(map.values, box)).then(() => {
      if (isOver) return current.removeHeat();
      current.moveToMm(cellMiddle(box, map.cell, cellsAlong(map.values)));
      setShown(overlay);
    });
    return () => {
      isOver = true;
      current.removeHeat();
    };
  }, [view, isReady, overlay]);
  return overlay !== undefined && shown === overlay;
}
