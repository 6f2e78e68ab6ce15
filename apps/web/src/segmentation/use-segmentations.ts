'use client';
// The segmentations of a series, which of them lies over the picture, and what of it is hidden. The choice stands in the
// address (`seg`), what is hidden does not.
import { useCallback, useMemo, useState } from 'react';
import { viaThisServer } from '../graphql/blob-address';
import type { Data } from '../graphql/client';
import { useOperation } from '../graphql/use-operation';
import type { LabelOverlay } from '../viewer/use-label-overlay';

export type Segmentation = Extract<
  NonNullable<Data<'Segmentations'>['node']>,
  { segmentations: unknown }
>['segmentations'][number];

export interface Segmentations {
  readonly all: readonly Segmentation[];
  readonly failure: ReturnType<typeof useOperation>['failure'];
  readonly chosen: Segmentation | undefined;
  readonly hidden: ReadonlySet<number>;
  readonly opacity: number;
  readonly overlay: LabelOverlay | undefined;
  /** Undefined: none over the picture. */
  readonly choose: (id: string | undefined) => void;
  readonly setHidden: (hidden: ReadonlySet<number>) => void;
  readonly setOpacity: (opacity: number) => void;
  readonly reload: () => void;
}

const nothing: ReadonlySet<number> = new Set();

/** @param series undefined: nothing is asked */
export function useSegmentations(series: string | undefined, asked: string | null): Segmentations {
  const { data, failure, reload } = useOperation(
    'Segmentations',
    series === undefined ? undefined : { series },
  );
  const [chosenId, setChosenId] = useState(asked ?? undefined);
  const [hidden, setHidden] = useState<ReadonlySet<number>>(nothing);
  const [opacity, setOpacity] = useState(0.5);
  const node = data?.node;
  const all = node && 'segmentations' in node && node.id === series ? node.segmentations : [];
  const chosen = all.find(({ id }) => id === chosenId);
  const choose = useCallback((id: string | undefined) => {
    setChosenId(id);
    setHidden(nothing);
    const params = new URLSearchParams(window.location.search);
    if (id === undefined) params.delete('seg');
    else params.set('seg', id);
    const text = params.toString();
    window.history.replaceState(null, '', text === '' ? window.location.pathname : `?${text}`);
  }, []);
  const overlay = useMemo<LabelOverlay | undefined>(
    () =>
      chosen && {
        url: viaThisServer(chosen.labelsUrl),
        structures: chosen.structures,
        hidden,
        opacity,
      },
    [chosen, hidden, opacity],
  );
  return { all, failure, chosen, hidden, opacity, overlay, choose, setHidden, setOpacity, reload };
}
