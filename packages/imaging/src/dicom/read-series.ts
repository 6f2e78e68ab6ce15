// One stack of DICOM frames -> a volume item: geometry, voxels, tilt, notes, de-identified facts.
import { type Modality, pseudonym, type ReadingNote } from '@tomograph/kernel';
import { volumeDigest } from '../read/content-digest.js';
import { refuse } from '../read/refuse.js';
import type { CtItem } from '../read/result.js';
import { volumeFacts } from '../read/volume-facts.js';
import type { Volume } from '../volume.js';
import { burnedInNote } from '../xray/xray-notes.js';
import { bodyPartOf } from './body-part.js';
import type { DicomDataset } from './dataset.js';
import { type DecodeContext, decodeStack } from './decode-stack.js';
import { airHu } from './rescale.js';
import { stackGeometry } from './series-geometry.js';
import { isLocalizer, type Stack } from './sort-series.js';
import { subjectOf } from './subject.js';
import { tag } from './tags.js';
import { uprightStack } from './tilt.js';

/**
 * @param header the data set of any file of the stack
 * @returns voxels in HU for CT, affine in LPS mm
 * @throws AppError GEOMETRY_UNSUPPORTED, FORMAT_UNSUPPORTED, FORMAT_CORRUPT, LIMIT_EXCEEDED
 */
export async function readStack(
  stack: Stack,
  header: DicomDataset,
  headerModality: Modality,
  context: DecodeContext & { key: Uint8Array; sources: readonly string[] },
): Promise<CtItem> {
  const { slices } = stack;
  if (isLocalizer(slices[0]!)) {
    refuse('FORMAT_UNSUPPORTED', 'a localizer (scout view), kept apart from the volume it was made for');
  }
  const isMap = headerModality === 'CT' && slices.some((slice) => !slice.isHounsfield);
  const modality = isMap ? 'OTHER' : headerModality;
  const geometry = stackGeometry(slices);
  const { voxels, notes, lossy } = await decodeStack(slices, modality, context);
  const stored: Volume = { size: geometry.size, affine: geometry.affine, voxels };
  const isTilted = geometry.shearPixels.some((step) => step !== 0);
  const volume = isTilted
    ? uprightStack(stored, geometry.shearPixels, modality === 'CT' ? airHu : 0, context.limits)
    : stored;
  const allNotes: ReadingNote[] = [...stack.notes, ...geometry.notes, ...notes];
  if (modality === 'CT' && slices.some((slice) => !slice.hasRescale)) {
    allNotes.push({
      code: 'RESCALE_MISSING',
      message: 'the header does not say how values become HU: taken as HU',
    });
  }
  if (lossy || header.string(tag.LossyImageCompression) === '01') {
    allNotes.push({ code: 'LOSSY', message: 'the images were compressed with loss before they came here' });
  }
  if (mayShowText(header)) allNotes.push(burnedInNote);
  const digest = volumeDigest(volume);
  const series = slices[0]!.seriesUid || digest;
  return {
    kind: 'CT',
    digest,
    seriesKey: pseudonym(context.key, 'series', `${series}\0${stack.part}`),
    subject: subjectOf(header, context.key, digest),
    sources: context.sources,
    volume,
    facts: volumeFacts(volume, modality, seriesBodyPart(header), allNotes),
  };
}

/** Secondary captures are pictures of screens; some headers say outright that names are burned in. */
function mayShowText(header: DicomDataset): boolean {
  return (
    header.string(tag.BurnedInAnnotation) === 'YES' ||
    header.string(tag.SOPClassUID)?.startsWith('1.2.840.10008.5.1.4.1.1.7') === true
  );
}

/** Coded region first, typed descriptions last; only the closed list comes out. */
export function seriesBodyPart(header: DicomDataset) {
  return bodyPartOf([
    header.string(tag.BodyPartExamined),
    header.items(tag.AnatomicRegionSequence)[0]?.string(tag.CodeMeaning),
    header.text(tag.ProtocolName),
    header.text(tag.StudyDescription),
    header.text(tag.SeriesDescription),
  ]);
}
