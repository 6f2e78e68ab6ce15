// Frames of a whole input -> stacks that can become one volume each: by series, size, orientation and spacing,
// and, where a series visits one place several times, by acquisition, time or kernel.
import type { ReadingNote } from '@tomograph/kernel';
import type { SliceHeader } from './slice-header.js';

export interface Stack {
  readonly slices: readonly SliceHeader[];
  /** What tells this stack from its sisters of the same series ('' when it has none). Never identifying. */
  readonly part: string;
  readonly notes: readonly ReadingNote[];
}

/** Stacks in order of first appearance; within a stack, slices are sorted along the normal (rising). */
export function sortIntoStacks(headers: readonly SliceHeader[]): Stack[] {
  const bySeries = groupBy(headers, (header) => header.seriesUid);
  return [...bySeries.values()].flatMap((series) => {
    const stacks = groupByShape(series).flatMap((slices) =>
      separate(dropCopies(slices)).flatMap((part) => regularRuns(alongNormal(part))),
    );
    // Parts are numbered by what they hold, not by the order in which files came.
    stacks.sort((a, b) => firstNumber(a.slices) - firstNumber(b.slices));
    return stacks.map((stack, i) => ({ ...stack, part: stacks.length === 1 ? '' : String(i + 1) }));
  });
}

function firstNumber(slices: readonly SliceHeader[]): number {
  return slices.reduce((least, slice) => Math.min(least, slice.instanceNumber), Number.POSITIVE_INFINITY);
}

/** How far a slice distance may be from the usual one: 2 %, or positions printed to a tenth of a millimetre. */
export function gapTolerance(usualMm: number): number {
  return Math.max(0.02 * usualMm, Math.min(0.11, 0.25 * usualMm));
}

/** Distance of a slice along its own normal, LPS mm; undefined without geometry. */
export function distanceAlongNormal(header: SliceHeader): number | undefined {
  if (!header.position || !header.orientation) return undefined;
  const normal = normalOf(header.orientation);
  return header.position.reduce((sum, value, i) => sum + value * normal[i]!, 0);
}

/** Column direction x row direction: increasing slices go this way. */
export function normalOf(orientation: readonly number[]): [number, number, number] {
  const [a, b, c, d, e, f] = orientation as [number, number, number, number, number, number];
  return [b * f - c * e, c * d - a * f, a * e - b * d];
}

/** Scanners print rounded cosines and sizes: what is this near is one stack. */
const cosineTolerance = 0.005;
const spacingTolerance = 0.001;

function sameShape(a: SliceHeader, b: SliceHeader): boolean {
  return (
    a.format.rows === b.format.rows &&
    a.format.columns === b.format.columns &&
    a.format.samplesPerPixel === b.format.samplesPerPixel &&
    isLocalizer(a) === isLocalizer(b) &&
    isNear(a.orientation, b.orientation, cosineTolerance) &&
    isNear(a.pixelSpacing, b.pixelSpacing, spacingTolerance)
  );
}

function isNear(
  a: readonly number[] | undefined,
  b: readonly number[] | undefined,
  tolerance: number,
): boolean {
  if (!a || !b) return a === b;
  return a.every((value, i) => Math.abs(value - b[i]!) <= tolerance);
}

function groupByShape(slices: readonly SliceHeader[]): SliceHeader[][] {
  const groups: SliceHeader[][] = [];
  for (const slice of slices) {
    const group = groups.find((one) => sameShape(one[0]!, slice));
    if (group) group.push(slice);
    else groups.push([slice]);
  }
  return groups;
}

/** A scout view, or a picture of one: kept apart from the volume it lies beside. */
export function isLocalizer(header: SliceHeader): boolean {
  return header.imageType.some((value) => /LOCALIZER|SCOUT|SURVIEW|TOPO/i.test(value));
}

function dropCopies(slices: readonly SliceHeader[]): SliceHeader[] {
  return [...new Map(slices.map((slice) => [slice.instanceUid, slice])).values()];
}

/** Splits by the first property that gives every part each place once; unsplittable stacks stay whole. */
function separate(slices: readonly SliceHeader[]): SliceHeader[][] {
  if (!hasRepeats(slices)) return [[...slices]];
  // One image saved again and again (other encodings, other windows) is no stack: each is read by itself.
  if (new Set(slices.map(placeOf)).size === 1) return slices.map((slice) => [slice]);
  for (let property = 0; property < 4; property++) {
    const parts = [...groupBy(slices, (slice) => slice.group[property]!).values()];
    if (parts.length > 1 && parts.length <= slices.length / 2 && parts.every((part) => !hasRepeats(part))) {
      return parts;
    }
  }
  return [[...slices]];
}

function hasRepeats(slices: readonly SliceHeader[]): boolean {
  return new Set(slices.map(placeOf)).size < slices.length;
}

function placeOf(slice: SliceHeader): string {
  return slice.position?.map((value) => value.toFixed(2)).join() ?? slice.instanceUid;
}

/** Slices that a part of a mixed series needs at least to stand as a volume of its own. */
const minRun = 5;

/**
 * Head protocols scan thin below and thick above in one series. Where the whole series is two or three runs of
 * regular distance, each run is a volume; everything else stays whole, and geometry decides.
 */
function regularRuns(slices: readonly SliceHeader[]): Omit<Stack, 'part'>[] {
  const whole = [{ slices, notes: [] }];
  const places = slices.map(distanceAlongNormal);
  if (slices.length < 2 * minRun || places.some((place) => place === undefined)) return whole;
  const gaps = places.slice(1).map((place, i) => place! - places[i]!);
  const runs: SliceHeader[][] = [[slices[0]!]];
  let current: number | undefined;
  gaps.forEach((gap, i) => {
    const isSame = current === undefined || Math.abs(gap - current) <= gapTolerance(current);
    if (isSame) {
      current ??= gap;
      runs.at(-1)!.push(slices[i + 1]!);
    } else {
      runs.push([slices[i + 1]!]);
      current = undefined;
    }
  });
  if (runs.length < 2 || runs.length > 3 || runs.some((run) => run.length < minRun)) return whole;
  return runs.map((run, i) => ({
    slices: run,
    notes: [
      {
        code: 'MIXED_SPACING_SPLIT',
        message: `the series changes its slice distance: part ${i + 1} of ${runs.length}, ${run.length} slices`,
      },
    ],
  }));
}

function alongNormal(slices: readonly SliceHeader[]): SliceHeader[] {
  return [...slices].sort(
    (a, b) =>
      (distanceAlongNormal(a) ?? 0) - (distanceAlongNormal(b) ?? 0) ||
      a.instanceNumber - b.instanceNumber ||
      a.file - b.file ||
      a.frame - b.frame,
  );
}

function groupBy<T>(values: readonly T[], key: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const name = key(value);
    const group = groups.get(name);
    if (group) group.push(value);
    else groups.set(name, [value]);
  }
  return groups;
}
