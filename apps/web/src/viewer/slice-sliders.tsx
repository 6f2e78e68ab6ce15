// The three slice positions as sliders: the way without dragging in the picture, and the one a screen reader hears.
// Without a snapshot it keeps its place, so that the picture above does not change its size when it comes.
import type { ViewSnapshot } from './niivue-view';
import { planeAxis, planeNames, planes } from './plane-letters';
import type { Voxel } from './viewer-state';

export function SliceSliders(props: { snapshot: ViewSnapshot | undefined; onMove: (voxel: Voxel) => void }) {
  const { voxel, size } = props.snapshot ?? { voxel: [0, 0, 0], size: [1, 1, 1] };
  return (
    <div className="grid grid-cols-3 gap-4 border-line border-t bg-panel px-3 py-1">
      {planes.map((plane) => {
        const axis = planeAxis[plane];
        return (
          <label key={plane} className="flex min-h-6 items-center gap-2 text-ink-soft text-xs">
            {planeNames[plane]}
            <input
              type="range"
              data-testid={`slider-${plane}`}
              disabled={props.snapshot === undefined}
              min={1}
              max={size[axis]}
              value={voxel[axis] + 1}
              aria-valuetext={`slice ${voxel[axis] + 1} of ${size[axis]}`}
              onChange={(event) =>
                props.onMove(
                  voxel.map((value, i) => (i === axis ? Number(event.target.value) - 1 : value)) as never,
                )
              }
              className="min-w-0 flex-1 accent-accent"
            />
          </label>
        );
      })}
    </div>
  );
}
