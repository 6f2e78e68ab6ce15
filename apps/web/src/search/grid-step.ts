// Where an arrow key leads in a grid whose number of columns follows the window's width. Pure.

export type ArrowKey = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

/** The next index, or undefined when the key leads out of the grid (up from the first row: back to the search box). */
export function gridStep(key: string, index: number, count: number, columns: number): number | undefined {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
  if (step === undefined) return undefined;
  const next = index + step;
  if (next < 0) return undefined;
  if (next < count) return next;
  // Down from a full row above a short last row lands on the last case instead of nowhere.
  const isRowBelow = Math.floor((count - 1) / columns) > Math.floor(index / columns);
  return key === 'ArrowDown' && isRowBelow ? count - 1 : undefined;
}

/** Columns of a laid-out grid: how many items share the first one's top edge. */
export function columnsOf(tops: readonly number[]): number {
  const first = tops[0];
  const below = tops.findIndex((top) => first !== undefined && Math.abs(top - first) > 1);
  return below === -1 ? Math.max(1, tops.length) : below;
}
