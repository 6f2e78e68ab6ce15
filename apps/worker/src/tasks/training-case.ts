// One case of a data set: image and label map against each other and against what a task may learn from, then both on the
// base's grid. What is wrong is an answer, not an exception: a report names all of it. Runs in the compute thread.
import { readFile } from 'node:fs/promises';
import {
  type GridContent,
  gridFromBytes,
  type LabelVolume,
  reorient,
  resampleToSpacing,
  sameGeometry,
  spacingMm,
  type Volume,
} from '@tomograph/imaging';
import { AppError } from '@tomograph/kernel';
import type { CropCase, Extents } from '@tomograph/models';
import { type Preprocessing, toBaseGrid, zyx } from '../segment/base-grid.js';

export interface CaseProblem {
  readonly code: string;
  readonly message: string;
}

export interface CaseRequest {
  readonly imagePath: string;
  readonly labelPath: string;
  /** Values of the label maps in the order of the head's classes. */
  readonly values: readonly number[];
  /** Every value that the data set explains. */
  readonly known: readonly number[];
  readonly preprocessing: Preprocessing;
}

export interface PreparedCase {
  readonly problems: readonly CaseProblem[];
  /** Absent when there is a problem. */
  readonly data?: CropCase;
  /** Voxels of every class on the base's grid, in the order of `values`. */
  readonly voxels: readonly number[];
  readonly notes: readonly string[];
}

/** Coarser than this, and a structure is guessed rather than seen. */
const maxSpacingMm = 12;

export async function prepareCase(request: CaseRequest): Promise<PreparedCase> {
  const problems: CaseProblem[] = [];
  const read = async (path: string, as: GridContent['kind'], what: string) => {
    try {
      return await gridFromBytes(await readFile(path), as);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.push({ code: error.code, message: `${what}: ${error.message}` });
      return undefined;
    }
  };
  const image = await read(request.imagePath, 'VOLUME', 'image');
  const label = await read(request.labelPath, 'LABELS', 'label map');
  if (image?.kind !== 'VOLUME' || label?.kind !== 'LABELS') return { problems, voxels: [], notes: [] };
  problems.push(...problemsOf(image, label, request));
  if (problems.length > 0) return { problems, voxels: [], notes: [] };
  const data = onBaseGrid(image.volume, label.labels, request);
  const voxels = request.values.map((_, at) => count(data.labels, at + 1));
  return { problems, data, voxels, notes: notesOf(image.volume, request.preprocessing) };
}

function problemsOf(
  { volume, modality, notes }: Extract<GridContent, { kind: 'VOLUME' }>,
  { labels, notes: labelNotes }: Extract<GridContent, { kind: 'LABELS' }>,
  { known }: CaseRequest,
): CaseProblem[] {
  const problems: CaseProblem[] = [];
  const add = (code: string, message: string): void => void problems.push({ code, message });
  for (const [what, list] of [
    ['image', notes],
    ['label map', labelNotes],
  ] as const) {
    const assumed = list.find(({ code }) => code === 'ORIENTATION_ASSUMED');
    if (assumed !== undefined) {
      add(
        'GEOMETRY_UNSUPPORTED',
        `${what}: its header gives no orientation, so left and right are not known`,
      );
    }
  }
  if (modality !== 'CT')
    add('INVALID_ARGUMENT', 'image: no voxel is below -200 HU, so it is no CT in Hounsfield units');
  const spacing = spacingMm(volume.affine);
  if (Math.max(...spacing) > maxSpacingMm) {
    add('GEOMETRY_UNSUPPORTED', `image: voxels of ${words(spacing)} mm, at most ${maxSpacingMm} mm apart`);
  }
  if (!sameGeometry(volume, labels, Math.min(...spacing) / 4)) {
    const own = spacingMm(labels.affine);
    const isTurned = labels.size.join() === volume.size.join() && words(own) === words(spacing);
    add(
      'GEOMETRY_UNSUPPORTED',
      isTurned
        ? 'label map: same size as its image, but another orientation or position'
        : `label map: grid ${labels.size.join('×')} at ${words(own)} mm, its image has ${volume.size.join('×')} at ${words(spacing)} mm`,
    );
  }
  const found = new Set(labels.voxels);
  const odd = [...found].filter((value) => value !== 0 && !known.includes(value)).sort((a, b) => a - b);
  if (odd.length > 0) {
    const rest = odd.length > 10 ? ` and ${odd.length - 10} more` : '';
    add(
      'INVALID_ARGUMENT',
      `label map: holds the values ${odd.slice(0, 10).join(', ')}${rest}, which nothing explains`,
    );
  }
  return problems;
}

function onBaseGrid(volume: Volume, labels: LabelVolume, { values, preprocessing }: CaseRequest): CropCase {
  const table = new Uint8Array(65_536);
  values.forEach((value, at) => {
    table[value] = at + 1;
  });
  const grid = toBaseGrid(volume, preprocessing);
  const classes = { ...labels, affine: volume.affine, voxels: labels.voxels.map((value) => table[value]!) };
  const coarse = resampleToSpacing(reorient(classes, 'LPS'), preprocessing.spacingMmXyz!);
  return { size: zyx(grid.size) as Extents, image: grid.voxels, labels: Uint8Array.from(coarse.voxels) };
}

function notesOf({ affine }: Volume, { spacingMmXyz }: Preprocessing): string[] {
  const spacing = spacingMm(affine);
  const isCoarse = spacing.some((mm, a) => mm > 1.5 * spacingMmXyz![a]!);
  return isCoarse
    ? [`voxels of ${words(spacing)} mm are coarser than the base's ${words(spacingMmXyz!)} mm`]
    : [];
}

const words = (mm: readonly number[]): string => mm.map((value) => value.toFixed(2)).join(' × ');

function count(labels: Uint8Array, wanted: number): number {
  let n = 0;
  for (const label of labels) if (label === wanted) n++;
  return n;
}
