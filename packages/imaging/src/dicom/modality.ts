// What kind of object a DICOM file is, and what this build does with it: a slice of a volume, an X-ray, a
// report, or nothing it reads (said in words).
import type { ErrorCode, Modality } from '@tomograph/kernel';
import type { OpenDicom } from './open-dicom.js';
import { tag } from './tags.js';

export type DicomKind =
  | { readonly kind: 'SLICES'; readonly modality: Modality }
  | { readonly kind: 'XRAY'; readonly modality: Modality }
  | { readonly kind: 'REPORT' }
  | { readonly kind: 'REFUSED'; readonly code: ErrorCode; readonly message: string };

const storage = '1.2.840.10008.5.1.4.1.1.';
const refusedClasses: readonly (readonly [string, ErrorCode, string])[] = [
  ['66.4', 'FORMAT_UNSUPPORTED', 'a DICOM segmentation: send the mask as NIfTI'],
  ['66.7', 'FORMAT_UNSUPPORTED', 'a DICOM label map segmentation: send the mask as NIfTI'],
  ['481.2', 'FORMAT_UNSUPPORTED', 'a radiotherapy dose, which is no image of the patient'],
  ['481.', 'NOT_AN_IMAGE', 'a radiotherapy object (structure set, plan or record)'],
  ['11.', 'NOT_AN_IMAGE', 'a presentation state'],
  ['66', 'NOT_AN_IMAGE', 'a registration or raw data object'],
  ['67', 'NOT_AN_IMAGE', 'a real world value mapping'],
  ['88.59', 'NOT_AN_IMAGE', 'a key object selection: it names images and holds no text'],
  ['104.', 'FORMAT_UNSUPPORTED', 'an encapsulated document (PDF or other)'],
  ['9.', 'NOT_AN_IMAGE', 'a waveform'],
];

export function dicomKind(file: OpenDicom): DicomKind {
  const { dataset } = file;
  const sopClass = dataset.string(tag.SOPClassUID) ?? '';
  if (sopClass.startsWith('1.2.840.10008.1.3.10') || dataset.elements.has(tag.DirectoryRecordSequence)) {
    return {
      kind: 'REFUSED',
      code: 'NOT_AN_IMAGE',
      message: 'a DICOMDIR, which only lists files: the files beside it are read without it',
    };
  }
  const own = sopClass.startsWith(storage) ? sopClass.slice(storage.length) : '';
  const refusal = refusedClasses.find(([prefix]) => own === prefix || own.startsWith(dotted(prefix)));
  if (refusal) return { kind: 'REFUSED', code: refusal[1], message: refusal[2] };
  if (own.startsWith('88.') || dataset.string(tag.Modality) === 'SR') return { kind: 'REPORT' };
  if (!file.pixelData) {
    return { kind: 'REFUSED', code: 'NOT_AN_IMAGE', message: 'a DICOM object without pixels' };
  }
  return imageKind(dataset.string(tag.Modality) ?? '');
}

function dotted(prefix: string): string {
  return prefix.endsWith('.') ? prefix : `${prefix}.`;
}

function imageKind(modality: string): DicomKind {
  if (modality === 'CT' || modality === 'MR' || modality === 'PT') return { kind: 'SLICES', modality };
  if (modality === 'CR' || modality === 'DX') return { kind: 'XRAY', modality };
  if (modality === 'RG') return { kind: 'XRAY', modality: 'CR' };
  const named = /^[A-Z]{2,16}$/.test(modality)
    ? `an image of modality ${modality}`
    : 'an image without modality';
  return {
    kind: 'REFUSED',
    code: 'FORMAT_UNSUPPORTED',
    message: `${named}: CT, MR and PT volumes and CR and DX X-rays are read`,
  };
}
