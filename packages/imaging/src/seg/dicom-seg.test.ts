import { createRequire } from 'node:module';
import { AppError, sha256 } from '@tomograph/kernel';
import { describe, expect, test } from 'vitest';
import { affineFrom } from '../geometry/affine.js';
import { cieLab16 } from './cielab.js';
import { type SegOptions, writeDicomSeg } from './dicom-seg.js';
import { joinBits, packBits } from './join-bits.js';

const dcmjs = createRequire(import.meta.url)('dcmjs');

const grid = { size: [3, 5, 4], affine: affineFrom([0.7, 0.8, 2.5], [-10, 20, -30]) } as const;
/** 15 voxels a frame: frames do not end on byte borders. */
const plane = (...on: number[]): Uint8Array =>
  packBits(
    Uint8Array.from({ length: 15 }, (_, i) => Number(on.includes(i))),
    1,
  )!;
const options: SegOptions = {
  grid,
  content: sha256('content'),
  segments: [
    {
      label: 'liver',
      snomed: { code: '10200004', display: 'Liver' },
      algorithm: 'pvt-base/1',
      colour: [221, 130, 101],
      frames: [
        { k: 1, bits: plane(0, 7, 14) },
        { k: 2, bits: plane(3) },
      ],
    },
    {
      label: 'odd thing',
      snomed: null,
      algorithm: 'odd/1',
      colour: [0, 0, 255],
      frames: [{ k: 1, bits: plane(7, 8) }],
    },
  ],
};

// dcmjs has no types, and gives a sequence of one item as that item
// biome-ignore lint/suspicious/noExplicitAny: datasets are what the file holds
type Item = any;
const listOf = (value: Item): Item[] => (Array.isArray(value) ? value : [value]);
const first = (value: Item): Item => listOf(value)[0];

function read(bytes: Uint8Array) {
  const file = dcmjs.data.DicomMessage.readFile(bytes.slice().buffer);
  return dcmjs.data.DicomMetaDictionary.naturalizeDataset(file.dict);
}

function voxelsOf(dataset: { PixelData: ArrayBuffer[] | ArrayBuffer }, frame: number): number[] {
  const pixels = dataset.PixelData;
  const bytes = new Uint8Array(Array.isArray(pixels) ? pixels[0]! : pixels);
  return Array.from({ length: 15 }, (_, i) => i).filter((i) => {
    const bit = frame * 15 + i;
    return ((bytes[bit >> 3]! >> (bit & 7)) & 1) === 1;
  });
}

describe('a DICOM segmentation', () => {
  test('keeps overlapping structures apart, voxel by voxel', () => {
    const dataset = read(writeDicomSeg(options));
    expect(dataset.NumberOfFrames).toBe(3);
    expect([0, 1, 2].map((frame) => voxelsOf(dataset, frame))).toEqual([[0, 7, 14], [3], [7, 8]]);
    const groups = dataset.PerFrameFunctionalGroupsSequence;
    expect(
      groups.map(
        (g: Item) =>
          g.SegmentIdentificationSequence[0]?.ReferencedSegmentNumber ??
          g.SegmentIdentificationSequence.ReferencedSegmentNumber,
      ),
    ).toEqual([1, 1, 2]);
  });

  test('says where every frame lies in the patient', () => {
    const dataset = read(writeDicomSeg(options));
    const positions = dataset.PerFrameFunctionalGroupsSequence.map((g: Item) =>
      first(g.PlanePositionSequence).ImagePositionPatient.map(Number),
    );
    expect(positions).toEqual([
      [-10, 20, -27.5],
      [-10, 20, -25],
      [-10, 20, -27.5],
    ]);
    const shared = first(dataset.SharedFunctionalGroupsSequence);
    expect(first(shared.PixelMeasuresSequence).PixelSpacing.map(Number)).toEqual([0.8, 0.7]);
    expect(first(shared.PlaneOrientationSequence).ImageOrientationPatient.map(Number)).toEqual([
      1, 0, 0, 0, 1, 0,
    ]);
  });

  test('codes structures in SNOMED CT, and those without a code in a scheme of its own', () => {
    const segments = read(writeDicomSeg(options)).SegmentSequence;
    const codes = segments.map((s: Item) => first(s.SegmentedPropertyTypeCodeSequence));
    expect(codes.map((c: Item) => [c.CodeValue, c.CodingSchemeDesignator])).toEqual([
      ['10200004', 'SCT'],
      ['odd thing', '99TOMOGRAPH'],
    ]);
  });

  test('names the images that it was made of when they are known', () => {
    const source = {
      studyUid: '1.2.3',
      seriesUid: '1.2.3.4',
      frameOfReferenceUid: '1.2.3.5',
      sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
      sopInstanceUids: ['1.1', '1.2', '1.3', '1.4'],
    };
    const dataset = read(writeDicomSeg({ ...options, source }));
    expect(dataset.StudyInstanceUID).toBe('1.2.3');
    expect(dataset.FrameOfReferenceUID).toBe('1.2.3.5');
    const series = first(dataset.ReferencedSeriesSequence);
    expect(series.SeriesInstanceUID).toBe('1.2.3.4');
    expect(listOf(series.ReferencedInstanceSequence)).toHaveLength(4);
  });

  test('of equal content has equal bytes', () => {
    expect(writeDicomSeg(options)).toEqual(writeDicomSeg(options));
  });

  test('of nothing is refused', () => {
    expect(() => writeDicomSeg({ ...options, segments: [] })).toThrow(AppError);
  });
});

test('bits of frames follow each other without gaps', () => {
  expect([...joinBits([Uint8Array.of(0b111), Uint8Array.of(0b101)], 3)]).toEqual([0b101111, 0]);
  expect(packBits([0, 2, 2, 1], 2)).toEqual(Uint8Array.of(0b0110));
  expect(packBits([0, 1], 2)).toBeUndefined();
});

test('white and black are the ends of CIELab lightness', () => {
  expect(cieLab16([255, 255, 255])[0]).toBe(65_535);
  expect(cieLab16([0, 0, 0])[0]).toBe(0);
  expect(Math.abs(cieLab16([128, 128, 128])[1] - 32_896)).toBeLessThan(20); // a* = 0 of -128..127
});
