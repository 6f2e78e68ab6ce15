// What is written over each plane: its name, slice n/N, patient letters, a scale bar, the window. Text, not pixels,
// so that it can be read, selected by tests, and stays sharp. Colours are fixed: the ground below is always black.
import type { Tile, ViewSnapshot } from './niivue-view';
import { planeAxis, planeLetters, planeNames } from './plane-letters';
import { scaleBar, scaleText } from './scale-bar';
import { windowText } from './window-presets';

const plate = 'rounded-sm bg-black/55 px-1'; // keeps the words readable over an inverted picture

const narrowTilePx = 260; // below it the plane's name reaches the letter in the middle

export function TileOverlay({ snapshot, isInverted }: { snapshot: ViewSnapshot; isInverted: boolean }) {
  const { range, valueAtCrosshair } = snapshot;
  return (
    <div className="pointer-events-none absolute inset-0 select-none text-[#d5e2ea] text-[0.7rem] tabular-nums [text-shadow:0_0_3px_#000,0_0_2px_#000]">
      {snapshot.tiles.map((tile) => (
        <TileText key={tile.plane} tile={tile} snapshot={snapshot} isInverted={isInverted} />
      ))}
      <p data-testid="window-level" className={`absolute right-1 bottom-1 font-mono ${plate}`}>
        {valueAtCrosshair !== undefined && <span className="mr-3">{Math.round(valueAtCrosshair)} HU</span>}
        {windowText(range)}
      </p>
    </div>
  );
}

function TileText({
  tile,
  snapshot,
  isInverted,
}: {
  tile: Tile;
  snapshot: ViewSnapshot;
  isInverted: boolean;
}) {
  const { left, top, width, height, plane } = tile;
  const place = { left, top, width, height };
  if (plane === 'render') {
    return (
      <div className={`absolute ${isInverted ? 'bg-black' : ''}`} style={place} data-testid="tile-3d">
        <span className="absolute top-1 left-2">{isInverted ? '3-D has no inverted view' : '3-D'}</span>
      </div>
    );
  }
  const letters = planeLetters[plane];
  const axis = planeAxis[plane];
  return (
    <div className="absolute" style={place} data-testid={`tile-${plane}`}>
      <span className={`absolute top-1 left-1 ${plate}`}>
        {planeNames[plane]}{' '}
        <span data-testid={`slice-${plane}`} className="font-mono">
          {snapshot.voxel[axis] + 1}/{snapshot.size[axis]}
        </span>
      </span>
      <span data-testid={`letters-${plane}`} className="font-semibold text-[#ffd38a] text-sm">
        <span className={`absolute top-1/2 left-1.5 -translate-y-1/2 ${plate}`}>{letters.left}</span>
        <span className={`absolute top-1/2 right-1.5 -translate-y-1/2 ${plate}`}>{letters.right}</span>
        <span
          className={`absolute ${width < narrowTilePx ? 'top-6' : 'top-1'} left-1/2 -translate-x-1/2 ${plate}`}
        >
          {letters.top}
        </span>
        <span className={`absolute bottom-1 left-1/2 -translate-x-1/2 ${plate}`}>{letters.bottom}</span>
      </span>
      <Scale tile={tile} />
    </div>
  );
}

function Scale({ tile }: { tile: Tile }) {
  const bar = scaleBar(tile.width, tile.fovMm);
  if (bar === undefined) return null;
  return (
    <span
      data-testid={`scale-${tile.plane}`}
      className={`absolute bottom-1 left-1 flex flex-col items-start pb-1 ${plate}`}
    >
      {scaleText(bar.lengthMm)}
      <span className="h-1.5 border-[#d5e2ea] border-x border-b" style={{ width: bar.lengthPx }} />
    </span>
  );
}
