// A DICOM CR or DX image -> a float image in [0, 1], bone bright: window, inversion, view and pixel distance.
// Sources: DICOM PS3.3 C.11.2 (VOI LUT), C.7.6.3.1.2 (photometric interpretation), C.8.11.5 (views).
import { type Modality, pseudonym, type ReadingNote, type XrayView } from '@tomograph/kernel';
import type { DicomDataset } from '../dicom/dataset.js';
import type { OpenDicom } from '../dicom/open-dicom.js';
import { pixelFormat, readStoredFrames } from '../dicom/pixels.js';
import { seriesBodyPart } from '../dicom/read-series.js';
import { subjectOf } from '../dicom/subject.js';
import { tag } from '../dicom/tags.js';
import { imageDigest } from '../read/content-digest.js';
import { checkedCount } from '../read/limits.js';
import type { ReadContext } from '../read/read-context.js';
import { unsupported } from '../read/refuse.js';
import type { XrayItem } from '../read/result.js';
import type { Image2d } from '../volume.js';
import { displayValues } from './voi.js';
import { burnedInNote } from './xray-notes.js';

/** @throws AppError FORMAT_UNSUPPORTED for colour or several frames, FORMAT_CORRUPT, LIMIT_EXCEEDED */
export async function readDicomXray(
  file: OpenDicom,
  modality: Modality,
  source: string,
  context: ReadContext,
): Promise<XrayItem> {
  const { dataset } = file;
  const format = pixelFormat(dataset, context.limits);
  checkedCount([format.columns, format.rows], context.limits.maxPixels, 'X-ray');
  if (format.frames !== 1) unsupported(`an X-ray of ${format.frames} frames is not read, single images are`);
  if (!format.photometric.startsWith('MONOCHROME')) unsupported('a colour image is no X-ray');
  const { frames } = await readStoredFrames(file, context.limits, context.scratch);
  const notes: ReadingNote[] = [];
  const spacingMm = spacing(dataset, notes);
  const image: Image2d = {
    width: format.columns,
    height: format.rows,
    pixels: displayValues(frames[0]!, dataset, format, notes),
    ...(spacingMm ? { spacingMm } : {}),
  };
  if (file.syntax.lossy || dataset.string(tag.LossyImageCompression) === '01') {
    notes.push({ code: 'LOSSY', message: 'the image was compressed with loss before it came here' });
  }
  notes.push(burnedInNote);
  const digest = imageDigest(image);
  return {
    kind: 'XRAY',
    digest,
    seriesKey: pseudonym(context.key, 'series', dataset.string(tag.SeriesInstanceUID) ?? digest),
    subject: subjectOf(dataset, context.key, digest),
    sources: [source],
    image,
    view: viewOf(dataset),
    modality,
    bodyPart: seriesBodyPart(dataset),
    notes,
  };
}

/** (column, row) distance in mm: at the patient where calibrated, else at the detector, else unknown. */
function spacing(dataset: DicomDataset, notes: ReadingNote[]): readonly [number, number] | undefined {
  const patient = pair(dataset.numbers(tag.PixelSpacing));
  if (patient) return patient;
  const detector = pair(dataset.numbers(tag.ImagerPixelSpacing));
  if (detector) {
    notes.push({
      code: 'SPACING_AT_DETECTOR',
      message:
        'pixel distance is that of the detector: lengths in the patient are smaller by the magnification',
    });
  }
  return detector;
}

function pair(values: readonly number[]): readonly [number, number] | undefined {
  const [row, column] = values;
  const isUsable = values.length === 2 && values.every((value) => value > 1e-3 && value < 100);
  return isUsable ? [column!, row!] : undefined;
}

// SNOMED RT and SCT codes of CID 4010 (DX views).
const viewCodes: Readonly<Record<string, XrayView>> = {
  'R-10206': 'AP',
  'R-10214': 'PA',
  'R-10236': 'LATERAL',
  'R-10228': 'LATERAL',
  'R-10232': 'LATERAL',
  '399348003': 'AP',
  '272479007': 'PA',
  '399067008': 'LATERAL',
  '399198007': 'LATERAL',
  '399173006': 'LATERAL',
};

export function viewOf(dataset: DicomDataset): XrayView {
  const code = dataset.items(tag.ViewCodeSequence)[0]?.string(tag.CodeValue);
  if (code !== undefined && Object.hasOwn(viewCodes, code)) return viewCodes[code]!;
  const words = [
    dataset.string(tag.ViewPosition),
    dataset.text(tag.SeriesDescription),
    dataset.text(tag.ProtocolName),
  ];
  for (const word of words) {
    const text = word?.toUpperCase() ?? '';
    if (/\bPA\b|POSTERO-?ANTERIOR/.test(text)) return 'PA';
    if (/\bAP\b|ANTERO-?POSTERIOR/.test(text)) return 'AP';
    if (/^(LL|RL|LLD|RLD)$|\bLAT(ERAL)?\b/.test(text)) return 'LATERAL';
  }
  return 'UNKNOWN';
}
