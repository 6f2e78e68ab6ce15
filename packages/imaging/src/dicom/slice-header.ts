// One frame's facts, copied out of its header: what sorting, geometry and rescaling need. Plain numbers; the
// identifying ones (UIDs) stay inside the reader and leave it only as keyed pseudonyms.
import type { ReadLimits } from '../read/limits.js';
import type { DicomDataset } from './dataset.js';
import type { OpenDicom } from './open-dicom.js';
import { type PixelFormat, pixelFormat } from './pixels.js';
import { tag } from './tags.js';

export interface SliceHeader {
  /** Index of the file in the input. */
  readonly file: number;
  readonly frame: number;
  readonly format: PixelFormat;
  readonly seriesUid: string;
  readonly instanceUid: string;
  readonly instanceNumber: number;
  /** Acquisition, temporal position, kernel: tells apart volumes that share a series and a place. */
  readonly group: readonly string[];
  readonly imageType: readonly string[];
  /** Image Position (Patient), LPS mm, of the centre of the first pixel. */
  readonly position: readonly number[] | undefined;
  /** Direction of increasing column index, then of increasing row index. */
  readonly orientation: readonly number[] | undefined;
  /** (between rows, between columns) in mm, as DICOM orders it. */
  readonly pixelSpacing: readonly number[] | undefined;
  readonly thicknessMm: number | undefined;
  readonly slope: number;
  readonly intercept: number;
  /** False when the header gives no intercept: the values are then taken as they are. */
  readonly hasRescale: boolean;
  /** False for maps (perfusion, effective atomic number …) that a CT header also describes. */
  readonly isHounsfield: boolean;
  readonly padding: readonly [number, number] | undefined;
}

/** A header per frame: enhanced multi-frame files take position, spacing and rescale from their groups. */
export function sliceHeaders(file: OpenDicom, fileIndex: number, limits: ReadLimits): SliceHeader[] {
  const { dataset } = file;
  const format = pixelFormat(dataset, limits);
  const shared = dataset.items(tag.SharedFunctionalGroupsSequence)[0];
  const perFrame = dataset.items(tag.PerFrameFunctionalGroupsSequence);
  return Array.from({ length: format.frames }, (_, frame) => {
    const layers = [perFrame[frame], shared].filter((layer) => layer !== undefined);
    const place = functional(layers, tag.PlanePositionSequence, dataset);
    const plane = functional(layers, tag.PlaneOrientationSequence, dataset);
    const measures = functional(layers, tag.PixelMeasuresSequence, dataset);
    const transform = functional(layers, tag.PixelValueTransformationSequence, dataset);
    const content = functional(layers, tag.FrameContentSequence, dataset);
    return {
      file: fileIndex,
      frame,
      format,
      seriesUid: dataset.string(tag.SeriesInstanceUID) ?? '',
      instanceUid: `${dataset.string(tag.SOPInstanceUID) ?? fileIndex}/${frame}`,
      instanceNumber: dataset.number(tag.InstanceNumber) ?? 0,
      group: [
        String(dataset.number(tag.AcquisitionNumber) ?? ''),
        String(
          content.number(tag.TemporalPositionIndex) ?? dataset.number(tag.TemporalPositionIdentifier) ?? '',
        ),
        dataset.text(tag.ConvolutionKernel) ?? '',
        dataset.string(tag.AcquisitionTime) ?? '',
      ],
      imageType: dataset.strings(tag.ImageType),
      position: finite(place.numbers(tag.ImagePositionPatient), 3),
      orientation: finite(plane.numbers(tag.ImageOrientationPatient), 6),
      pixelSpacing: positive(measures.numbers(tag.PixelSpacing)),
      thicknessMm: measures.number(tag.SliceThickness) ?? measures.number(tag.SpacingBetweenSlices),
      slope: transform.number(tag.RescaleSlope) ?? 1,
      intercept: transform.number(tag.RescaleIntercept) ?? 0,
      hasRescale: transform.has(tag.RescaleIntercept),
      isHounsfield: isHounsfield(dataset, transform),
      padding: paddingRange(dataset, format),
    };
  });
}

function isHounsfield(dataset: DicomDataset, transform: DicomDataset): boolean {
  const type = transform.string(tag.RescaleType) ?? 'HU';
  return ['HU', 'US', 'UNSPECIFIED'].includes(type) && !dataset.strings(tag.ImageType).includes('PERFUSION');
}

/** The first functional group that has the macro, else the header itself (classic files). */
function functional(layers: readonly DicomDataset[], sequence: number, fallback: DicomDataset): DicomDataset {
  for (const layer of layers) {
    const item = layer.items(sequence)[0];
    if (item) return item;
  }
  return fallback;
}

function finite(values: readonly number[], count: number): readonly number[] | undefined {
  return values.length === count && values.every(Number.isFinite) ? values : undefined;
}

function positive(values: readonly number[]): readonly number[] | undefined {
  return finite(values, 2)?.every((value) => value > 0) ? values : undefined;
}

/** Padding in stored values; written as US even where pixels are signed, so its sign is taken from the pixels. */
function paddingRange(dataset: DicomDataset, format: PixelFormat): readonly [number, number] | undefined {
  const low = signedAs(dataset.uint(tag.PixelPaddingValue), format);
  if (low === undefined) return undefined;
  const high = signedAs(dataset.uint(tag.PixelPaddingRangeLimit), format) ?? low;
  return [Math.min(low, high), Math.max(low, high)];
}

function signedAs(value: number | undefined, format: PixelFormat): number | undefined {
  if (value === undefined) return undefined;
  const half = 2 ** (format.bitsAllocated - 1);
  return format.signed && value >= half && value < 2 * half ? value - 2 * half : value;
}
