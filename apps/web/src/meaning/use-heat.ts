// The heat map over the shown CT: chosen on this page or by the address, and the box that its regions divide.
import { useCallback, useMemo, useState } from 'react';
import { useOperation } from '../graphql/use-operation';
import type { HeatOverlay } from '../viewer/use-heat-overlay';
import { type HeatMap, heatParams, parseHeat } from './heat-map';

export interface Heat {
  readonly shown: HeatMap | undefined;
  readonly overlay: HeatOverlay | undefined;
  readonly failure: ReturnType<typeof useOperation>['failure'];
  /** Undefined: none over the picture. */
  readonly show: (map: HeatMap | undefined) => void;
}

/** @param series the shown CT; undefined: nothing is asked */
export function useHeat(series: string | undefined): Heat {
  const [shown, setShown] = useState<HeatMap | undefined>(() =>
    typeof window === 'undefined' ? undefined : parseHeat(new URLSearchParams(window.location.search)),
  );
  const asked = shown === undefined || series === undefined ? undefined : { series };
  const { data, failure } = useOperation('RegionBox', asked);
  const show = useCallback((map: HeatMap | undefined) => {
    setShown(map);
    const params = new URLSearchParams(window.location.search);
    for (const name of ['heat', 'cell', 'shows']) params.delete(name);
    if (map !== undefined)
      for (const [name, value] of Object.entries(heatParams(map))) params.set(name, value);
    const text = params.toString();
    window.history.replaceState(null, '', text === '' ? window.location.pathname : `?${text}`);
  }, []);
  const node = data?.node;
  const box = node && 'regionBox' in node && node.id === series ? node.regionBox : undefined;
  const overlay = useMemo(() => (shown && box ? { map: shown, box } : undefined), [shown, box]);
  return { shown, overlay, failure, show };
}
