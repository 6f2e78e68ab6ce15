// A grid of samples from a research format (NIfTI, NRRD, MetaImage) -> a volume or a label map. These formats
// do not say what they hold, so the values decide, and a note says that they did.
import type { Modality, ReadingNote } from '@tomograph/kernel';
import { airHu, paddingHu } from '../dicom/rescale.js';
import type { Grid, LabelVolume, Volume } from '../volume.js';
import { corrupt, refuse, unsupported } from './refuse.js';
import type { Samples } from './samples.js';

export interface StoredGrid extends Grid {
  readonly samples: Samples;
  readonly slope: number;
  readonly intercept: number;
  /** What the header claims, where the format can; undefined = look at the values. */
  readonly isLabelMap?: boolean | undefined;
  readonly notes: readonly ReadingNote[];
}

export type GridContent =
  | {
      readonly kind: 'VOLUME';
      readonly volume: Volume;
      readonly modality: Modality;
      readonly notes: ReadingNote[];
    }
  | { readonly kind: 'LABELS'; readonly labels: LabelVolume; readonly notes: ReadingNote[] };

/** @throws AppError GEOMETRY_UNSUPPORTED for a flat grid, FORMAT_UNSUPPORTED for values int16 cannot hold */
export function gridContent(grid: StoredGrid, as?: 'VOLUME' | 'LABELS'): GridContent {
  checkAffine(grid);
  const seen = survey(grid);
  const isLabels = as === 'LABELS' || (as === undefined && (grid.isLabelMap ?? looksLikeLabels(grid, seen)));
  return isLabels ? asLabels(grid, seen) : asVolume(grid, seen);
}

export function asLabels(grid: StoredGrid, seen: Survey): GridContent {
  if (seen.fractions > 0 || seen.min < 0 || seen.max > 65_535) {
    unsupported(`label values must be whole numbers from 0 to 65535, got ${seen.min} to ${seen.max}`);
  }
  const voxels = new Uint16Array(grid.samples.length);
  for (let i = 0; i < voxels.length; i++)
    voxels[i] = Math.round(grid.samples[i]! * grid.slope + grid.intercept);
  return { kind: 'LABELS', labels: { size: grid.size, affine: grid.affine, voxels }, notes: [...grid.notes] };
}

function asVolume(grid: StoredGrid, seen: Survey): GridContent {
  // Air in HU is the only thing that tells CT from everything else in these formats.
  const isCt = seen.min <= -200 && seen.max <= 32_767;
  const notes = [...grid.notes];
  if (seen.max > 32_767 || (seen.min < -32_768 && !isCt)) {
    unsupported(`values from ${seen.min} to ${seen.max} do not fit in 16 bits`);
  }
  if (seen.fractions > 0 && seen.max - seen.min < 64) {
    unsupported(
      `fractions between ${seen.min} and ${seen.max} would be lost as whole numbers: not a CT in HU`,
    );
  }
  const voxels = new Int16Array(grid.samples.length);
  let padded = 0;
  for (let i = 0; i < voxels.length; i++) {
    const value = grid.samples[i]! * grid.slope + grid.intercept;
    if (isCt && value <= paddingHu) {
      voxels[i] = airHu;
      padded++;
    } else voxels[i] = Math.round(value);
  }
  if (padded > 0) {
    notes.push({
      code: 'PADDING_TO_AIR',
      message: `${padded} voxels outside the field of view set to ${airHu} HU`,
    });
  }
  if (seen.fractions > 0) {
    notes.push({ code: 'VALUES_ROUNDED', message: `${seen.fractions} values rounded to whole numbers` });
  }
  notes.push({
    code: 'MODALITY_FROM_VALUES',
    message: isCt
      ? 'taken for CT because its values reach below -200 HU'
      : 'no CT values: kept as another modality',
  });
  const volume = { size: grid.size, affine: grid.affine, voxels };
  return { kind: 'VOLUME', volume, modality: isCt ? 'CT' : 'OTHER', notes };
}

export interface Survey {
  readonly min: number;
  readonly max: number;
  readonly fractions: number;
  readonly distinct: number;
  /** Part of the voxels equal to their predecessor along i. */
  readonly flatness: number;
}

const maxDistinct = 512;

function survey({ samples, slope, intercept }: StoredGrid): Survey {
  let [min, max, fractions, equal] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  const distinct = new Set<number>();
  let previous = Number.NaN;
  for (let i = 0; i < samples.length; i++) {
    const stored = samples[i]!;
    if (stored === previous) {
      equal++;
      continue;
    }
    previous = stored;
    const value = stored * slope + intercept;
    if (!Number.isFinite(value)) corrupt('a voxel value is not a finite number');
    if (value < min) min = value;
    if (value > max) max = value;
    if (distinct.size <= maxDistinct) distinct.add(value);
    if (Math.abs(value - Math.round(value)) > 1e-3) fractions++;
  }
  return { min, max, fractions, distinct: distinct.size, flatness: equal / Math.max(1, samples.length - 1) };
}

/** Few whole values from 0 up, in patches: an image of one patient has noise, a label map has none. */
function looksLikeLabels(grid: StoredGrid, seen: Survey): boolean {
  return (
    seen.fractions === 0 &&
    seen.min === 0 &&
    seen.max >= 1 &&
    seen.max <= 65_535 &&
    seen.distinct <= maxDistinct &&
    seen.flatness > 0.85 &&
    grid.samples.length >= 64
  );
}

function checkAffine({ affine, size }: Grid): void {
  if (affine.length !== 12 || !affine.every(Number.isFinite))
    corrupt('the orientation holds a number that is not finite');
  const column = (at: number) => [affine[at]!, affine[at + 4]!, affine[at + 8]!] as const;
  const [a, b, c] = [column(0), column(1), column(2)];
  const volume = Math.abs(
    a[0] * (b[1] * c[2] - b[2] * c[1]) -
      a[1] * (b[0] * c[2] - b[2] * c[0]) +
      a[2] * (b[0] * c[1] - b[1] * c[0]),
  );
  const lengths = [a, b, c].map((axis) => Math.hypot(...axis));
  if (lengths.some((length) => !(length > 1e-4 && length < 1e4))) {
    refuse(
      'GEOMETRY_UNSUPPORTED',
      `voxel distances [${lengths.map((l) => l.toPrecision(3)).join(', ')}] mm are not usable`,
    );
  }
  const squareness = volume / (lengths[0]! * lengths[1]! * lengths[2]!);
  if (squareness < 0.999) {
    refuse(
      'GEOMETRY_UNSUPPORTED',
      'the axes of the grid are not at right angles: resample it to an upright grid',
      {
        size: [...size],
      },
    );
  }
}
