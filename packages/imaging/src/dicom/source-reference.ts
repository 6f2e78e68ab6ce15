// The UIDs of the images that a volume was read from, for objects that refer to them: in files that their owner asks for,
// on the owner's machine. Nothing of this is stored or logged; reading itself (read/) gives pseudonyms only.
import { applyAffine, invertAffine } from '../geometry/affine.js';
import { defaultLimits } from '../read/limits.js';
import type { SegSource } from '../seg/dicom-seg.js';
import type { Grid } from '../volume.js';
import { openDicom } from './open-dicom.js';
import { tag } from './tags.js';

/**
 * @param files single-frame DICOM files of one series, in any order
 * @param grid of the volume; slices of it are k
 * @returns undefined unless every slice has exactly one file of one series: a half reference is worse than none
 * @throws AppError as openDicom
 */
export async function sourceReference(
  files: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  grid: Grid,
): Promise<SegSource | undefined> {
  const toIndex = invertAffine(grid.affine);
  const bySlice = new Map<number, string>();
  let common: Omit<SegSource, 'sopInstanceUids'> | undefined;
  for await (const bytes of files) {
    const { dataset } = await openDicom(bytes, defaultLimits);
    const uids = [
      tag.StudyInstanceUID,
      tag.SeriesInstanceUID,
      tag.FrameOfReferenceUID,
      tag.SOPClassUID,
      tag.SOPInstanceUID,
    ].map((name) => dataset.string(name));
    const position = dataset.numbers(tag.ImagePositionPatient);
    if (uids.some((uid) => !isUid(uid)) || position.length !== 3) return undefined;
    const [studyUid, seriesUid, frameOfReferenceUid, sopClassUid, instance] = uids as string[];
    const found = {
      studyUid: studyUid!,
      seriesUid: seriesUid!,
      frameOfReferenceUid: frameOfReferenceUid!,
      sopClassUid: sopClassUid!,
    };
    common ??= found;
    if (Object.entries(found).some(([name, uid]) => common![name as keyof typeof found] !== uid))
      return undefined;
    const k = Math.round(applyAffine(toIndex, [position[0]!, position[1]!, position[2]!])[2]);
    if (k < 0 || k >= grid.size[2] || bySlice.has(k)) return undefined;
    bySlice.set(k, instance!);
  }
  if (common === undefined || bySlice.size !== grid.size[2]) return undefined;
  return { ...common, sopInstanceUids: Array.from({ length: grid.size[2] }, (_, k) => bySlice.get(k)!) };
}

function isUid(uid: string | undefined): uid is string {
  return uid !== undefined && uid.length <= 64 && /^[0-9]+(\.[0-9]+)+$/.test(uid);
}
