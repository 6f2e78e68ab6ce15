// How long a scale bar is drawn: the longest round length that fits. Pure.

export interface ScaleBar {
  readonly lengthMm: number;
  readonly lengthPx: number;
}

/** At most `share` of the tile's width, of 1, 2 or 5 times a power of ten millimetres. Undefined for a tile without scale. */
export function scaleBar(widthPx: number, fovMm: number, share = 0.3): ScaleBar | undefined {
  if (!(widthPx > 0) || !(fovMm > 0)) return undefined;
  const mostMm = fovMm * share;
  const decade = 10 ** Math.floor(Math.log10(mostMm));
  const lengthMm = [5, 2, 1].map((step) => step * decade).find((length) => length <= mostMm) ?? decade;
  return { lengthMm, lengthPx: (lengthMm / fovMm) * widthPx };
}

export function scaleText(lengthMm: number): string {
  return lengthMm >= 10 ? `${lengthMm / 10} cm` : `${lengthMm} mm`;
}
