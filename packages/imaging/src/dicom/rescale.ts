// Stored values -> int16 voxels: slope and intercept per slice, padding to air, nothing lost in silence.
// Source: DICOM PS3.3 C.11.1 (modality LUT), C.7.5.1.1.2 (pixel padding value).
import type { Modality, ReadingNote } from '@tomograph/kernel';
import { unsupported } from '../read/refuse.js';
import type { SliceHeader } from './slice-header.js';

/** HU of air, the value of everything outside the scanner's field of view. */
export const airHu = -1024;
/** No tissue and no noise is this far below air: scanners write it outside their field of view (-2000, -3024 …). */
export const paddingHu = -1500;

type SliceRescale = Pick<SliceHeader, 'slope' | 'intercept' | 'padding'>;

export class StoredToVoxels {
  private padded = 0;
  private rounded = 0;
  private isPaddingInTissue = false;

  constructor(private readonly modality: Modality) {}

  /** @throws AppError FORMAT_UNSUPPORTED when a value does not fit in int16 */
  write(stored: Int32Array, slice: SliceRescale, out: Int16Array): void {
    const { slope, intercept } = slice;
    const isCt = this.modality === 'CT';
    const padding = isCt ? this.usablePadding(slice) : undefined;
    for (let i = 0; i < out.length; i++) {
      const value = stored[i]!;
      const scaled = value * slope + intercept;
      if (isCt && (scaled <= paddingHu || (padding && value >= padding[0] && value <= padding[1]))) {
        out[i] = airHu;
        this.padded++;
        continue;
      }
      const whole = Math.round(scaled);
      if (Math.abs(scaled - whole) > 1e-3) this.rounded++;
      if (!(whole >= -32768 && whole <= 32767)) {
        unsupported(`a pixel value of ${scaled} after rescale does not fit in 16 bits`);
      }
      out[i] = whole;
    }
  }

  notes(): ReadingNote[] {
    const notes: ReadingNote[] = [];
    if (this.padded > 0) {
      notes.push({
        code: 'PADDING_TO_AIR',
        message: `${this.padded} voxels outside the field of view set to ${airHu} HU`,
      });
    }
    if (this.isPaddingInTissue) {
      notes.push({
        code: 'PADDING_IGNORED',
        message: 'the padding value of the header lies among tissue values and was not applied',
      });
    }
    if (this.rounded > 0) {
      notes.push({ code: 'VALUES_ROUNDED', message: `${this.rounded} values rounded to whole numbers` });
    }
    return notes;
  }

  /** A declared padding value counts only outside the range of tissue: a lying header must not blank organs. */
  private usablePadding({ slope, intercept, padding }: SliceRescale): readonly [number, number] | undefined {
    if (!padding) return undefined;
    const [low, high] = padding.map((value) => value * slope + intercept) as [number, number];
    if (Math.max(low, high) <= -900 || Math.min(low, high) >= 3071) return padding;
    this.isPaddingInTissue = true;
    return undefined;
  }
}
