// Windows and views of X-rays.
import type { ReadingNote } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { DicomDataset } from '../dicom/dataset.js';
import type { PixelFormat } from '../dicom/pixels.js';
import { tag } from '../dicom/tags.js';
import { viewOf } from './read-dicom-xray.js';
import { displayValues } from './voi.js';

const format: PixelFormat = {
  rows: 1,
  columns: 5,
  frames: 1,
  samplesPerPixel: 1,
  photometric: 'MONOCHROME2',
  bitsAllocated: 16,
  bitsStored: 16,
  highBit: 15,
  signed: false,
};

function dataset(values: Partial<Record<keyof typeof tag, string>>): DicomDataset {
  const entries = Object.entries(values) as [keyof typeof tag, string][];
  const set = new DicomDataset(new TextEncoder().encode(entries.map(([, value]) => value).join('')), true);
  let offset = 0;
  for (const [name, value] of entries) {
    set.elements.set(tag[name], { vr: 'DS', offset, length: value.length });
    offset += value.length;
  }
  return set;
}

const show = (
  values: Parameters<typeof dataset>[0],
  stored = [0, 250, 500, 750, 1000],
  notes: ReadingNote[] = [],
) =>
  [...displayValues(Int32Array.from(stored), dataset(values), format, notes)].map((value) =>
    Number(value.toFixed(3)),
  );

describe('a window', () => {
  it('is linear as the standard writes it, clipped at both ends', () => {
    expect(show({ WindowCenter: '500.5', WindowWidth: '501' })).toEqual([0, 0, 0.5, 1, 1]);
    expect(show({ WindowCenter: '500', WindowWidth: '1000', VoiLutFunction: 'LINEAR_EXACT' })).toEqual([
      0, 0.25, 0.5, 0.75, 1,
    ]);
  });

  it('can be a sigmoid, or one step wide', () => {
    expect(show({ WindowCenter: '500', WindowWidth: '1000', VoiLutFunction: 'SIGMOID' })[2]).toBe(0.5);
    expect(show({ WindowCenter: '500', WindowWidth: '1' })).toEqual([0, 0, 1, 1, 1]);
  });

  it('applies after the rescale', () => {
    expect(
      show({ WindowCenter: '0.5', WindowWidth: '1001', RescaleSlope: '1', RescaleIntercept: '-500' })[2],
    ).toBe(0.5);
  });

  it('comes from percentiles when the file has none, and says so', () => {
    const notes: ReadingNote[] = [];
    expect(show({}, [0, 250, 500, 750, 1000], notes)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(notes.map((note) => note.code)).toEqual(['WINDOW_FROM_PERCENTILES']);
    expect(show({}, [7, 7, 7, 7, 7])).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('a view', () => {
  it.each([
    [{ ViewPosition: 'AP' }, 'AP'],
    [{ ViewPosition: 'PA' }, 'PA'],
    [{ ViewPosition: 'LL' }, 'LATERAL'],
    [{ SeriesDescription: 'Chest lat.' }, 'LATERAL'],
    [{ SeriesDescription: 'W034 Chest PA' }, 'PA'],
    [{ SeriesDescription: 'PAPA SMITH' }, 'UNKNOWN'],
    [{}, 'UNKNOWN'],
  ])('of %j is %s', (values, view) => {
    expect(viewOf(dataset(values))).toBe(view);
  });
});
