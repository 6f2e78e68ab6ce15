// The LIDC nodule crops of the shared data as cases: volume, mask, ratings and class. Nothing of it is kept.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeNifti } from '@tomograph/imaging';
import { attributeNames, classOf, type NoduleClass, type PatientCase, softTarget } from '@tomograph/models';
import { parseCsv } from '../../tests/csv.js';
import { sharedData } from '../../tests/shared-data.js';

export interface LidcNodule extends PatientCase {
  readonly name: string;
  readonly class: NoduleClass;
  /** Class of the set for every nodule, indeterminate ones included. */
  readonly diagnosedMalignant: boolean;
  /** As given in the set. */
  readonly diameterMm: number;
  /** Extent of the crop, mm: what an honest network must not profit from. */
  readonly cropMm: readonly [number, number, number];
  readonly sliceMm: number;
}

/** @returns undefined where the shared data are absent */
export async function readLidcNodules(): Promise<LidcNodule[] | undefined> {
  const folder = sharedData('nodules_lidc_voi');
  if (folder === undefined) return undefined;
  const nodules: LidcNodule[] = [];
  for (const row of parseCsv(readFileSync(join(folder, 'ratings.csv'), 'utf8'))) {
    const name = `${row.patient_id}_R_${row.nodule_id}`;
    const volume = await readCrop(join(folder, 'image', `${name}.nii.gz`));
    const labels = await readCrop(join(folder, 'nodule_mask', `${name}.nii.gz`));
    if (volume === undefined || labels === undefined) continue; // two rows have a mask but no image
    const rating = {
      diagnosis: row.Diagnosis_value === '1' ? ('MALIGNANT' as const) : ('BENIGN' as const),
      malignancy: Number(row.Malignancy_value),
    };
    const own = classOf(rating);
    nodules.push({
      name,
      patient: row.patient_id!,
      volume,
      labels,
      centre: middleOf(labels),
      class: own,
      target: softTarget(rating),
      malignant: own === 'MALIGNANT' ? true : own === 'BENIGN' ? false : undefined,
      diagnosedMalignant: rating.diagnosis === 'MALIGNANT',
      attributes: attributeNames.map((attribute) => scaledRating(attribute, row)),
      diameterMm: Number(row.diameter_mm),
      cropMm: volume.size.map((n, i) => n * volume.affine[5 * i]!) as [number, number, number],
      sliceMm: volume.affine[10]!,
    });
  }
  return nodules;
}

/** 1…5 -> 0…1; calcification 1…6, of which 6 is "absent" -> 0 and every other pattern -> 1. */
function scaledRating(attribute: string, row: Record<string, string>): number {
  const value = Number(row[`${attribute[0]!.toUpperCase()}${attribute.slice(1)}_value`]);
  return attribute === 'calcification' ? (value === 6 ? 0 : 1) : (value - 1) / 4;
}

/** On a grid of its own with positive axes: crops carry no place in the body. */
async function readCrop(
  path: string,
): Promise<{ size: readonly [number, number, number]; affine: number[]; voxels: Int16Array } | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch {
    return undefined;
  }
  const { size, affine, voxels } = await decodeNifti(bytes);
  const [x, y, z] = [0, 1, 2].map((axis) =>
    Math.hypot(affine[axis]!, affine[4 + axis]!, affine[8 + axis]!),
  ) as [number, number, number];
  return { size, affine: [x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0], voxels };
}

function middleOf({ size: [nx, ny], affine, voxels }: PatientCase['labels']): [number, number, number] {
  const sum = [0, 0, 0];
  let count = 0;
  for (let n = 0; n < voxels.length; n++) {
    if (voxels[n] === 0) continue;
    count++;
    sum[0]! += n % nx;
    sum[1]! += Math.floor(n / nx) % ny;
    sum[2]! += Math.floor(n / (nx * ny));
  }
  return [0, 1, 2].map((axis) => (sum[axis]! / count) * affine[5 * axis]!) as [number, number, number];
}
