// A line through points as an SVG path. Pure.

export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** @param points x and y from 0 to 1, y upwards; what lies outside is drawn at the edge */
export function curvePath(points: readonly (readonly [x: number, y: number])[], area: Area): string {
  const place = (share: number) => Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0));
  return points
    .map(([x, y], at) => {
      const px = area.left + area.width * place(x);
      const py = area.top + area.height * (1 - place(y));
      return `${at === 0 ? 'M' : 'L'}${px.toFixed(1)} ${py.toFixed(1)}`;
    })
    .join('');
}

/** The next round number, of one digit or 1.5: the top of an axis. */
export function niceMax(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const decade = 10 ** Math.floor(Math.log10(value));
  return (
    [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => step * decade).find((top) => top >= value * 0.999) ??
    10 * decade
  );
}
