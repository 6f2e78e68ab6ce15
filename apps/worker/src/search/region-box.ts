// The box of the patient that a CT's region cells divide, for showing a heat map over its slices. Computed from the
// stored volume, remembered by its digest.
import { AppError, type Sha256 } from '@tomograph/kernel';
import type { CtFrame } from '@tomograph/models';
import type { MeaningServices, MeaningViewer } from './ct-vectors.js';

const remembered = new Map<Sha256, CtFrame>();
const maxRemembered = 500;

/** @returns LPS mm. @throws AppError NOT_FOUND; INVALID_ARGUMENT for a series without a body */
export async function regionBox(
  seriesId: string,
  { projectIds }: MeaningViewer,
  { database, compute }: Pick<MeaningServices, 'database' | 'compute'>,
  signal?: AbortSignal,
): Promise<CtFrame> {
  const [row] = await database.query<{ blob: Sha256 }>(
    `select s.volume_blob as blob from series s join study st on st.id = s.study_id
      where s.id = $1::uuid and st.project_id = any($2::uuid[]) and s.modality = 'CT'`,
    [seriesId, [...projectIds]],
  );
  if (row === undefined)
    throw new AppError('NOT_FOUND', { message: 'no such CT, or none that this key may see' });
  const known = remembered.get(row.blob);
  if (known !== undefined) return known;
  const nifti = await database.blobs.get(row.blob);
  const frame = await compute.run('ctFrame', { nifti }, signal);
  if (frame === undefined) {
    throw new AppError('INVALID_ARGUMENT', {
      message: 'no body can be made out in this series, so it has no regions',
    });
  }
  if (remembered.size >= maxRemembered) remembered.delete(remembered.keys().next().value!);
  remembered.set(row.blob, frame);
  return frame;
}
