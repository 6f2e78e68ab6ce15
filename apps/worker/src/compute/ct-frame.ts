// Where the region cells of a stored CT lie in the patient: computed from its voxels again, since vectors do not say it.
import { decodeNifti } from '@tomograph/imaging';
import { AppError } from '@tomograph/kernel';
import { type CtFrame, ctFrame } from '@tomograph/models';

/** @returns undefined where nothing in the scan is body */
export async function ctFrameOf({ nifti }: { nifti: Uint8Array }): Promise<CtFrame | undefined> {
  const volume = await decodeNifti(nifti);
  try {
    return ctFrame(volume);
  } catch (error) {
    if (error instanceof AppError && error.code === 'INVALID_ARGUMENT') return undefined;
    throw error;
  }
}
