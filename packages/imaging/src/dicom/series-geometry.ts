// A sorted stack -> where its voxels lie (LPS, mm), or a refusal in words. Tilted stacks say by how much each
// slice is displaced; the voxels are moved in tilt.ts.
import type { ReadingNote } from '@tomograph/kernel';
import { refuse } from '../read/refuse.js';
import type { Affine, Vec3 } from '../volume.js';
import type { SliceHeader } from './slice-header.js';
import { distanceAlongNormal, gapTolerance, normalOf } from './sort-series.js';

export interface StackGeometry {
  readonly size: Vec3;
  /** Of the stack as if upright: the k axis is the normal. */
  readonly affine: Affine;
  /** In-plane displacement per slice, in pixels (i, j), that an upright stack would not have; [0, 0] = no tilt. */
  readonly shearPixels: readonly [number, number];
  readonly notes: readonly ReadingNote[];
}

/** @throws AppError GEOMETRY_UNSUPPORTED for no position, no area, mixed distances, missing or doubled slices */
export function stackGeometry(slices: readonly SliceHeader[]): StackGeometry {
  const first = slices[0]!;
  const last = slices.at(-1)!;
  const notes: ReadingNote[] = [];
  if (!first.position || !first.orientation || !first.pixelSpacing) {
    return refuse('GEOMETRY_UNSUPPORTED', 'the images say neither where they lie nor how large a pixel is');
  }
  const column = unit(first.orientation.slice(0, 3));
  const row = unit(first.orientation.slice(3));
  if (Math.abs(dot(column, row)) > 1e-3) {
    refuse('GEOMETRY_UNSUPPORTED', 'the row and column directions of the images are not at right angles');
  }
  const normal = normalOf([...column, ...row]);
  const [rowSpacing, columnSpacing] = first.pixelSpacing as [number, number];
  const count = slices.length;
  const spacing = count === 1 ? singleSpacing(first, notes) : sliceSpacing(slices, notes);
  const travel = last.position!.map((value, i) => (value - first.position![i]!) / Math.max(1, count - 1));
  const shear: [number, number] =
    count === 1 ? [0, 0] : [dot(travel, column) / columnSpacing, dot(travel, row) / rowSpacing];
  checkStraight(slices, travel, Math.min(rowSpacing, columnSpacing));
  const isTilted = Math.max(Math.abs(shear[0]), Math.abs(shear[1])) * Math.max(1, count - 1) > 0.5;
  if (isTilted) {
    const sideways = Math.hypot(shear[0] * columnSpacing, shear[1] * rowSpacing);
    const degrees = (Math.atan2(sideways, spacing) * 180) / Math.PI;
    if (degrees > 45) refuse('GEOMETRY_UNSUPPORTED', 'the slices lie side by side rather than on a stack');
    notes.push({
      code: 'TILT_CORRECTED',
      message: `gantry tilt of ${degrees.toFixed(1)} degrees corrected by shifting each slice in its plane`,
    });
  }
  const affine = [0, 1, 2].flatMap((axis) => [
    column[axis]! * columnSpacing,
    row[axis]! * rowSpacing,
    normal[axis]! * spacing,
    first.position![axis]!,
  ]);
  return {
    size: [first.format.columns, first.format.rows, count],
    affine,
    shearPixels: isTilted ? shear : [0, 0],
    notes,
  };
}

function singleSpacing(slice: SliceHeader, notes: ReadingNote[]): number {
  notes.push({ code: 'SINGLE_SLICE', message: 'the series has one slice: it is no volume to navigate in' });
  return slice.thicknessMm !== undefined && slice.thicknessMm > 0 ? slice.thicknessMm : 1;
}

function sliceSpacing(slices: readonly SliceHeader[], notes: ReadingNote[]): number {
  const places = slices.map((slice) => distanceAlongNormal(slice));
  if (places.some((place) => place === undefined)) {
    refuse('GEOMETRY_UNSUPPORTED', 'some of the images do not say where they lie');
  }
  const gaps = places.slice(1).map((place, i) => place! - places[i]!);
  const median = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)]!;
  const tolerance = gapTolerance(Math.abs(median));
  if (gaps.some((gap) => gap < 1e-3)) {
    refuse('GEOMETRY_UNSUPPORTED', 'several images lie at one place and nothing tells them apart');
  }
  const mean = (places.at(-1)! - places[0]!) / gaps.length;
  const odd = gaps.filter((gap) => Math.abs(gap - median) > tolerance);
  if (odd.length === 0) {
    const spread = Math.max(...gaps) - Math.min(...gaps);
    if (spread > 0.04 * mean) {
      notes.push({
        code: 'SPACING_EVENED',
        message: `slice distances differ by up to ${spread.toFixed(2)} mm (rounded positions) and were taken as equal`,
      });
    }
    return mean;
  }
  const isMissing = odd.every((gap) => {
    const steps = Math.round(gap / median);
    return steps >= 2 && Math.abs(gap - steps * median) <= tolerance * steps;
  });
  const missing = odd.reduce((sum, gap) => sum + Math.round(gap / median) - 1, 0);
  return refuse(
    'GEOMETRY_UNSUPPORTED',
    isMissing
      ? `${missing} of ${slices.length + missing} slices are missing (distance ${median.toFixed(2)} mm): send the whole series`
      : `slice distances differ, from ${Math.min(...gaps).toFixed(2)} to ${Math.max(...gaps).toFixed(2)} mm: one regular stack is needed`,
    { slices: slices.length },
  );
}

/** Every slice must lie on the straight line from the first to the last. */
function checkStraight(slices: readonly SliceHeader[], travel: readonly number[], pixelMm: number): void {
  const origin = slices[0]!.position!;
  const tolerance = Math.max(0.1, 0.5 * pixelMm, 0.03 * Math.hypot(...travel));
  slices.forEach((slice, k) => {
    const off = Math.hypot(...origin.map((value, i) => slice.position![i]! - value - k * travel[i]!));
    if (off > tolerance)
      refuse('GEOMETRY_UNSUPPORTED', `slice ${k + 1} lies ${off.toFixed(1)} mm off the stack's line`);
  });
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  if (!(length > 0.5 && length < 2))
    refuse('GEOMETRY_UNSUPPORTED', 'an image direction has no length of one');
  return vector.map((value) => value / length);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
