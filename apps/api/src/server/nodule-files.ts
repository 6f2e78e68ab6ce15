// Files of assessed nodules below /v1/blobs/nodules/:id: mask, DICOM SEG and SR, which are blobs of the case, and pictures of
// the stored nodules that an answer names, which lie in its row. Who may not see the case finds none of them.
import type { ViewerDb } from '@tomograph/data';
import { isUuid, type Sha256, sha256 } from '@tomograph/kernel';

export const noduleParts = { mask: 'mask.nii.gz', seg: 'segmentation.dcm', sr: 'report.dcm' } as const;
export type NodulePart = keyof typeof noduleParts;

/** Path below the API's own address. */
export function noduleUrl(id: string, part: NodulePart): string {
  return `/v1/blobs/nodules/${id}/${noduleParts[part]}`;
}

/** @param number of the stored nodule */
export function nodulePictureUrl(id: string, number: number): string {
  return `/v1/blobs/nodules/${id}/like-${number}.png`;
}

export interface NoduleFile {
  readonly digest: Sha256;
  readonly mediaType: string;
  read(): Promise<Uint8Array>;
}

/** @returns undefined for any other path, and for what this viewer may not see */
export async function noduleFileAt(
  path: string,
  db: ViewerDb,
  blobs: { get(digest: Sha256): Promise<Uint8Array> },
): Promise<NoduleFile | undefined> {
  const [, v1, root, owner, id, name, ...more] = path.split('/');
  if (v1 !== 'v1' || root !== 'blobs' || owner !== 'nodules' || more.length > 0) return undefined;
  if (id === undefined || name === undefined || !isUuid(id)) return undefined;
  const picture = /^like-(\d{1,6})\.png$/.exec(name)?.[1];
  const part = (Object.keys(noduleParts) as NodulePart[]).find((each) => noduleParts[each] === name);
  if (picture === undefined && part === undefined) return undefined;
  const [row] = await db.noduleAssessmentsByIds([id]);
  if (row === undefined) return undefined;
  if (picture !== undefined) {
    const text = row.answer.kind === 'ASSESSED' ? row.answer.pictures[Number(picture)] : undefined;
    if (text === undefined) return undefined;
    const bytes = new Uint8Array(Buffer.from(text, 'base64'));
    return { digest: sha256(bytes), mediaType: 'image/png', read: async () => bytes };
  }
  const digest = { mask: row.maskBlob, seg: row.segBlob, sr: row.srBlob }[part!];
  if (digest === null) return undefined;
  const mediaType = part === 'mask' ? 'application/gzip' : 'application/dicom';
  return { digest, mediaType, read: () => blobs.get(digest) };
}
