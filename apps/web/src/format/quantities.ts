// Quantities as text: ages, sizes, times. Always the same locale-free way, so that screenshots and people agree.

/** 60 -> `60–69 y`, 90 -> `90+ y` (bands are decades, the last one is open). */
export function ageBandText(band: number | null): string {
  if (band === null) return 'Age unknown';
  return band >= 90 ? '90+\u00a0y' : `${band}–\u2060${band + 9}\u00a0y`; // it never wraps inside
}

export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Voxels, as `512 × 512 × 120`. */
export function sizeText(size: readonly number[]): string {
  return size.join(' × ');
}

/** Millimetres, as `0.70 × 0.70 × 1.25 mm`. */
export function spacingText(spacingMm: readonly number[]): string {
  return `${spacingMm.map((value) => value.toFixed(2)).join(' × ')} mm`;
}

/** Millilitres with three significant digits: `1,480 mL`, `182 mL`, `4.21 mL`. */
export function volumeText(ml: number): string {
  if (ml >= 999.5) return `${Math.round(ml).toLocaleString('en')}\u00a0mL`;
  return `${ml >= 99.95 ? Math.round(ml) : ml.toPrecision(3)}\u00a0mL`;
}

export function percentText(fraction: number): string {
  return `${Math.round(Math.min(1, Math.max(0, fraction)) * 100)} %`;
}

export function durationText(ms: number): string {
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Local wall-clock time to the minute: `2026-03-01 14:05`. */
export function timeText(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
