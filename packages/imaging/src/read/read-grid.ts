// NIfTI, NRRD and MetaImage bytes -> a volume or a label map, for callers that know what they hold (masks for
// training, exported segmentations). Hostile files belong in readInIsolation.
import { readMeta } from '../mha/read-meta.js';
import { readNifti } from '../nifti/read-nifti.js';
import { readNrrd } from '../nrrd/read-nrrd.js';
import type { LabelVolume, Volume } from '../volume.js';
import { identify, identifyBytes } from './identify.js';
import { defaultLimits, type ReadLimits } from './limits.js';
import { refuse } from './refuse.js';
import { type GridContent, gridContent, type StoredGrid } from './stored-grid.js';

/**
 * @param bytes a .nii, .nii.gz, .nrrd or .mha file
 * @returns voxels as int16 (HU for CT), affine LPS mm
 * @throws AppError FORMAT_UNKNOWN, FORMAT_CORRUPT, FORMAT_UNSUPPORTED, GEOMETRY_UNSUPPORTED, LIMIT_EXCEEDED
 */
export async function volumeFromBytes(bytes: Uint8Array, limits: Partial<ReadLimits> = {}): Promise<Volume> {
  const content = gridContent(await readGrid(bytes, { ...defaultLimits, ...limits }), 'VOLUME');
  return content.kind === 'VOLUME' ? content.volume : refuse('FORMAT_UNSUPPORTED', 'the file holds labels');
}

/** As `volumeFromBytes`, for label maps: whole numbers 0 to 65535, 0 = background. */
export async function labelsFromBytes(
  bytes: Uint8Array,
  limits: Partial<ReadLimits> = {},
): Promise<LabelVolume> {
  const content = gridContent(await readGrid(bytes, { ...defaultLimits, ...limits }), 'LABELS');
  return content.kind === 'LABELS'
    ? content.labels
    : refuse('FORMAT_UNSUPPORTED', 'the file holds no labels');
}

/**
 * As the two above, with what the reader had to assume (`notes`), for callers that refuse assumptions.
 * @param as what the file must be taken for; undefined: its values decide
 */
export async function gridFromBytes(
  bytes: Uint8Array,
  as?: GridContent['kind'],
  limits: Partial<ReadLimits> = {},
): Promise<GridContent> {
  return gridContent(await readGrid(bytes, { ...defaultLimits, ...limits }), as);
}

async function readGrid(bytes: Uint8Array, limits: ReadLimits): Promise<StoredGrid> {
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const alone = async () => undefined;
  switch (identify(plain.subarray(0, identifyBytes), '')) {
    case 'NIFTI':
    case 'GZIP':
      return readNifti(plain, limits);
    case 'NRRD':
      return readNrrd(plain, limits, alone);
    case 'META':
      return readMeta(plain, limits, alone);
    default:
      return refuse('FORMAT_UNKNOWN', 'neither NIfTI nor NRRD nor MetaImage');
  }
}
