// Marks over the planes: a ring where something is asked, a square where an answer lies. Only in planes within 2 mm of it.
import type { NiivueView, ViewSnapshot } from './niivue-view';
import type { ViewerMark } from './use-places';

interface Props {
  readonly view: NiivueView | undefined;
  /** Drawn anew with every draw of the picture. */
  readonly snapshot: ViewSnapshot;
  readonly marks: readonly ViewerMark[];
}

export function MarkOverlay({ view, marks }: Props) {
  if (view === undefined || marks.length === 0) return null;
  return (
    <div className="pointer-events-none absolute inset-0 overflow-hidden" aria-hidden="true">
      {marks.flatMap((mark) =>
        view.placesOf(mark).map(({ plane, left, top }) => (
          <span
            key={`${mark.name} ${mark.x} ${mark.y} ${mark.z} ${plane}`}
            data-testid="mark"
            data-plane={plane}
            className={`absolute size-7 -translate-x-1/2 -translate-y-1/2 border-2 text-[0.65rem] leading-none [text-shadow:0_0_3px_#000] ${
              mark.isAnswer
                ? 'border-[#ffc400] text-[#ffc400]'
                : 'rounded-full border-[#7fe3ff] text-[#7fe3ff]'
            }`}
            style={{ left, top }}
          >
            <span className="absolute -top-3 left-full">{mark.name}</span>
          </span>
        )),
      )}
    </div>
  );
}
