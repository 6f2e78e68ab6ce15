// Stored X-ray values -> [0, 1] with bone bright: modality rescale, window or lookup table, inversion.
// Source: DICOM PS3.3 C.11.2.1.2 (linear, linear exact, sigmoid), C.11.2.1.1 (LUT).
import type { ReadingNote } from '@tomograph/kernel';
import type { DicomDataset } from '../dicom/dataset.js';
import type { PixelFormat } from '../dicom/pixels.js';
import { tag } from '../dicom/tags.js';

export function displayValues(
  stored: Int32Array,
  dataset: DicomDataset,
  format: PixelFormat,
  notes: ReadingNote[],
): Float32Array {
  const slope = dataset.number(tag.RescaleSlope) ?? 1;
  const intercept = dataset.number(tag.RescaleIntercept) ?? 0;
  const toDisplay = windowOf(dataset) ?? lutOf(dataset) ?? percentiles(stored, slope, intercept, notes);
  const isInverted = format.photometric === 'MONOCHROME1';
  const shown = new Float32Array(stored.length);
  for (let i = 0; i < shown.length; i++) {
    const value = Math.min(1, Math.max(0, toDisplay(stored[i]! * slope + intercept)));
    shown[i] = isInverted ? 1 - value : value;
  }
  return shown;
}

type ToDisplay = (value: number) => number;

function windowOf(dataset: DicomDataset): ToDisplay | undefined {
  const center = dataset.number(tag.WindowCenter);
  const width = dataset.number(tag.WindowWidth);
  if (center === undefined || width === undefined || width < 1) return undefined;
  switch (dataset.string(tag.VoiLutFunction)) {
    case 'SIGMOID':
      return (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width));
    case 'LINEAR_EXACT':
      return (value) => (value - center) / width + 0.5;
    default:
      return width === 1
        ? (value) => (value > center - 0.5 ? 1 : 0)
        : (value) => (value - (center - 0.5)) / (width - 1) + 0.5;
  }
}

function lutOf(dataset: DicomDataset): ToDisplay | undefined {
  const item = dataset.items(tag.VoiLutSequence)[0];
  const [entries = 0, rawFirst = 0, bits = 0] = item?.numbers(tag.LutDescriptor) ?? [];
  const table = item?.numbers(tag.LutData) ?? [];
  const count = entries === 0 ? 65_536 : entries;
  if (!item || table.length < count || bits < 8 || bits > 16) return undefined;
  // The first mapped value is signed where pixels are; written as US, 0xffxx can only mean below zero.
  const first =
    dataset.uint(tag.PixelRepresentation) === 1 && rawFirst >= 32_768 ? rawFirst - 65_536 : rawFirst;
  const top = 2 ** bits - 1;
  return (value) => table[Math.min(count - 1, Math.max(0, Math.round(value) - first))]! / top;
}

/** Without a window the 0.5 and 99.5 percentiles of the image are black and white. */
function percentiles(stored: Int32Array, slope: number, intercept: number, notes: ReadingNote[]): ToDisplay {
  notes.push({
    code: 'WINDOW_FROM_PERCENTILES',
    message: 'no window in the file: the 0.5 and 99.5 percentiles were used',
  });
  const step = Math.max(1, Math.floor(stored.length / 100_000));
  const sample: number[] = [];
  for (let i = 0; i < stored.length; i += step) sample.push(stored[i]! * slope + intercept);
  sample.sort((a, b) => a - b);
  const at = (part: number) => sample[Math.min(sample.length - 1, Math.floor(part * sample.length))]!;
  const [low, high] = [at(0.005), at(0.995)];
  return high > low ? (value) => (value - low) / (high - low) : () => 0;
}
