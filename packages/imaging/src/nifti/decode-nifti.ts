// A NIfTI that this installation wrote itself, back to a volume. For files of others use readInput: it knows label maps,
// pairs and caps.
import { AppError } from '@tomograph/kernel';
import { defaultLimits } from '../read/limits.js';
import { gridContent } from '../read/stored-grid.js';
import type { Volume } from '../volume.js';
import { readNifti } from './read-nifti.js';

/**
 * @returns voxels int16, affine LPS mm
 * @throws AppError FORMAT_CORRUPT, and what readNifti throws
 */
export async function decodeNifti(bytes: Uint8Array): Promise<Volume> {
  const content = gridContent(await readNifti(bytes, defaultLimits), 'VOLUME');
  if (content.kind === 'VOLUME') return content.volume;
  throw new AppError('FORMAT_CORRUPT', { message: 'the stored NIfTI holds labels, not a volume' });
}
