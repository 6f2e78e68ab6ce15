// Window and level: from Hounsfield units to grey bytes, with the field's usual windows.
import { AppError } from '@tomograph/kernel';

export interface Window {
  readonly widthHu: number;
  readonly centreHu: number;
}

export const windowPresets = {
  softTissue: { widthHu: 400, centreHu: 40 },
  lung: { widthHu: 1500, centreHu: -600 },
  liver: { widthHu: 150, centreHu: 90 },
  bone: { widthHu: 2500, centreHu: 480 },
  brain: { widthHu: 80, centreHu: 40 },
} as const satisfies Record<string, Window>;
export type WindowPreset = keyof typeof windowPresets;

/**
 * Linear between centre - width/2 (0) and centre + width/2 (255), clamped; not finite = 0.
 * @throws AppError INVALID_ARGUMENT for a width that is not positive
 */
export function applyWindow(values: ArrayLike<number>, { widthHu, centreHu }: Window): Uint8Array {
  if (!(widthHu > 0) || !Number.isFinite(widthHu) || !Number.isFinite(centreHu)) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `a window needs a positive width and a finite centre in HU, got width ${widthHu}, centre ${centreHu}`,
    });
  }
  const grey = new Uint8Array(values.length);
  const low = centreHu - widthHu / 2;
  const scale = 255 / widthHu;
  for (let at = 0; at < grey.length; at++) {
    const value = (values[at]! - low) * scale;
    grey[at] = value >= 255 ? 255 : value > 0 ? Math.round(value) : 0;
  }
  return grey;
}

/** The window between the 1st and 99th percentile of a sample: for values that are not HU (MR, PET, X-ray). */
export function windowFromPercentiles(values: ArrayLike<number>): Window {
  const step = Math.max(1, Math.floor(values.length / 65_536));
  const sample: number[] = [];
  for (let at = 0; at < values.length; at += step) if (Number.isFinite(values[at])) sample.push(values[at]!);
  sample.sort((a, b) => a - b);
  const low = sample[Math.floor(0.01 * (sample.length - 1))] ?? 0;
  const high = sample[Math.ceil(0.99 * (sample.length - 1))] ?? 0;
  return { widthHu: high > low ? high - low : 1, centreHu: (low + high) / 2 };
}
