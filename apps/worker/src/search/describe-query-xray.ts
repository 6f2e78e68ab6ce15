// An image as a question: read in isolation, described, given as vectors of the spaces that are active now. Nothing of
// it is stored. An X-ray is the usual question; a CT works as well and asks with both of its projections.
import { activeSpace, type Database } from '@tomograph/data';
import { readInIsolation } from '@tomograph/imaging';
import { AppError } from '@tomograph/kernel';
import type { QueryVector } from '@tomograph/retrieval';
import type { ComputeThread } from '../compute/compute-thread.js';

/**
 * @param path the image file, or a folder or zip of one series
 * @throws AppError NOT_AN_IMAGE when no X-ray or CT is in it, INVALID_ARGUMENT when nothing in it can be described,
 *   SPACE_STATE when no image space is active, and what reading throws
 */
export async function describeQueryXray(
  path: string,
  deps: { readonly database: Database; readonly compute: ComputeThread },
  signal?: AbortSignal,
): Promise<QueryVector[]> {
  const { items, refused } = await readInIsolation(path, {
    key: deps.database.secrets.pseudonymKey,
    timeoutMs: 60_000,
    ...(signal ? { signal } : {}),
  });
  const item = items.find(({ kind }) => kind === 'XRAY') ?? items.find(({ kind }) => kind === 'CT');
  if (!item) throw notAnImage(refused[0]);
  const derived =
    item.kind === 'XRAY'
      ? await deps.compute.run('describeXray', { image: item.image, view: item.view }, signal)
      : item.kind === 'CT'
        ? await deps.compute.run('describeVolume', { volume: item.volume }, signal)
        : [];
  if (derived.length === 0) {
    throw new AppError('INVALID_ARGUMENT', {
      message:
        'no body can be made out in this image, so there is nothing to compare: try another view or crop',
    });
  }
  const space = await activeSpace(deps.database, 'image');
  if (!space) {
    throw new AppError('SPACE_STATE', { message: 'no image space is active: images cannot be searched yet' });
  }
  const meaning = await activeSpace(deps.database, 'meaning');
  return [space, ...(meaning ? [meaning] : [])].flatMap(({ id, width, digest }) =>
    derived
      // of a learned space the whole asks, its regions do not
      .filter((one) => one.space === digest && (digest === space.digest || one.part === ''))
      .map(({ vector, part }) => ({ spaceId: id, width, vector, part })),
  );
}

function notAnImage(refusal: { code: string; message: string } | undefined): AppError {
  if (refusal) return new AppError(refusal.code as AppError['code'], { message: refusal.message });
  return new AppError('NOT_AN_IMAGE', {
    message: 'neither an X-ray nor a CT: ask with a PNG, JPEG or DICOM X-ray, or with a CT series',
  });
}
