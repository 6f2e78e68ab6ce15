// Which reader a file belongs to, by its bytes; a name only breaks ties. Nothing is trusted further than that.
import { looksLikeDicom } from '../dicom/open-dicom.js';
import { looksLikeNifti } from '../nifti/nifti-header.js';

export type FileKind =
  | 'DICOM'
  | 'NIFTI'
  | 'GZIP'
  | 'NRRD'
  | 'META'
  | 'PNG'
  | 'JPEG'
  | 'ZIP'
  | 'TAR'
  | 'TEXT'
  | 'EMPTY'
  | 'UNKNOWN';

/** Bytes at the start of a file that identification looks at. */
export const identifyBytes = 4096;

/** @param head the first `identifyBytes` of the file; @param name its relative path */
export function identify(head: Uint8Array, name: string): FileKind {
  if (head.length === 0) return 'EMPTY';
  const starts = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  const text = (from: number, to: number) => String.fromCharCode(...head.subarray(from, to));
  if (text(128, 132) === 'DICM') return 'DICOM';
  if (starts(0x1f, 0x8b)) return 'GZIP';
  if (starts(0x50, 0x4b, 3, 4) || starts(0x50, 0x4b, 5, 6)) return 'ZIP';
  if (starts(0x89, 0x50, 0x4e, 0x47)) return 'PNG';
  if (starts(0xff, 0xd8, 0xff)) return 'JPEG';
  if (text(0, 4) === 'NRRD') return 'NRRD';
  if (text(257, 262) === 'ustar') return 'TAR';
  if (looksLikeNifti(head)) return 'NIFTI';
  if (/^\s*(ObjectType|NDims|Comment|ObjectSubType)\s*=/.test(text(0, 256))) return 'META';
  if (looksLikeDicom(head)) return 'DICOM';
  if (/\.(nii|hdr)$/i.test(name)) return 'NIFTI';
  if (/^\s*(NDims|DimSize|ElementDataFile)\s*=/m.test(text(0, identifyBytes))) return 'META';
  return isText(head) ? 'TEXT' : 'UNKNOWN';
}

function isText(head: Uint8Array): boolean {
  const controls = head.filter((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27)).length;
  return controls === 0;
}
