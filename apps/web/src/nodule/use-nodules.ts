'use client';
// The assessments of a series, the one that is looked at, the places that are marked for the next one, and where the
// crosshair stands. The choice stands in the address (`nodule`); marks do not.
import { useCallback, useMemo, useRef, useState } from 'react';
import { viaThisServer } from '../graphql/blob-address';
import { useOperation } from '../graphql/use-operation';
import type { LabelOverlay } from '../viewer/use-label-overlay';
import type { ViewerMark, ViewerPlaces } from '../viewer/use-places';
import { type Lps, type NoduleAssessment, targetPlace } from './nodule-words';

/** The API takes 50; more marks than these are no longer told apart in a picture. */
export const maxMarks = 20;
const maskColour = '#ffc400';
const nothing: ReadonlySet<number> = new Set();

export interface Nodules {
  readonly all: readonly NoduleAssessment[];
  readonly isLoaded: boolean;
  readonly failure: ReturnType<typeof useOperation>['failure'];
  readonly reload: () => void;
  readonly chosen: NoduleAssessment | undefined;
  /** Looks at one: the crosshair goes there and its mask is shown. */
  readonly choose: (id: string | undefined) => void;
  readonly marks: readonly Lps[];
  readonly setMarks: (marks: readonly Lps[]) => void;
  /** Where the crosshair rests. */
  readonly place: Lps | undefined;
  readonly goTo: (place: Lps) => void;
  /** For the viewer. */
  readonly places: ViewerPlaces;
  readonly overlay: LabelOverlay | undefined;
}

/** @param series undefined: nothing is asked */
export function useNodules(series: string | undefined, asked: string | null): Nodules {
  const { data, failure, reload } = useOperation('Nodules', series === undefined ? undefined : { series });
  const [chosenId, setChosenId] = useState(asked ?? undefined);
  const [marks, setMarks] = useState<readonly Lps[]>([]);
  const [place, setPlace] = useState<Lps>();
  const [wanted, setWanted] = useState<ViewerPlaces['wanted']>();
  const serial = useRef(0);
  const node = data?.node;
  const isLoaded = node != null && 'noduleAssessments' in node && node.id === series;
  const all = isLoaded ? node.noduleAssessments : [];
  const chosen = all.find(({ id }) => id === chosenId);
  const goTo = useCallback((to: Lps) => setWanted({ ...to, serial: ++serial.current }), []);
  const choose = useCallback((id: string | undefined) => {
    setChosenId(id);
    const params = new URLSearchParams(window.location.search);
    if (id === undefined) params.delete('nodule');
    else params.set('nodule', id);
    const text = params.toString();
    window.history.replaceState(null, '', text === '' ? window.location.pathname : `?${text}`);
  }, []);
  const shownMarks = useMemo<readonly ViewerMark[]>(
    () => [
      ...marks.map((mark, n) => ({ ...mark, name: String(n + 1), isAnswer: false })),
      ...(chosen === undefined ? [] : [{ ...centreOf(chosen), name: '', isAnswer: true }]),
    ],
    [marks, chosen],
  );
  const maskUrl = chosen?.finding?.maskUrl;
  const overlay = useMemo<LabelOverlay | undefined>(
    () =>
      maskUrl
        ? {
            url: viaThisServer(maskUrl),
            structures: [{ value: 1, name: 'nodule', colour: maskColour }],
            hidden: nothing,
            opacity: 0.45,
          }
        : undefined,
    [maskUrl],
  );
  const places = useMemo<ViewerPlaces>(
    () => ({ onRest: setPlace, marks: shownMarks, wanted }),
    [shownMarks, wanted],
  );
  return { all, isLoaded, failure, reload, chosen, choose, marks, setMarks, place, goTo, places, overlay };
}

export function centreOf(assessment: NoduleAssessment): Lps {
  return assessment.finding?.centre ?? targetPlace(assessment);
}
