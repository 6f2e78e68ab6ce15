// Files of nodules read back: the label map by this house's reader, SEG and report by dcmjs.
import { createRequire } from 'node:module';
import { affineFrom, applyAffine, decodeNifti, type Grid } from '@tomograph/imaging';
import { type AssessedNodule, sha256 } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { assessed } from './assessed.test-data.js';
import { type NoduleFilesOptions, noduleDicom, noduleFiles } from './nodule-files.js';

const dcmjs = createRequire(new URL('../../../../packages/imaging/package.json', import.meta.url))('dcmjs');
// biome-ignore lint/suspicious/noExplicitAny: dcmjs has no types
type Item = any;
const listOf = (value: Item): Item[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const read = (bytes: Uint8Array): Item =>
  dcmjs.data.DicomMetaDictionary.naturalizeDataset(
    dcmjs.data.DicomMessage.readFile(bytes.slice().buffer).dict,
  );
const all = (item: Item): Item[] => listOf(item.ContentSequence).flatMap((child) => [child, ...all(child)]);
const named = (item: Item, code: string): Item[] =>
  all(item).filter((child) => listOf(child.ConceptNameCodeSequence)[0]?.CodeValue === code);
const numberOf = (item: Item): number => Number(listOf(item.MeasuredValueSequence)[0].NumericValue);

const { mask, embedding: _, ...plain } = assessed;
const answer = {
  ...plain,
  prototypes: [],
  examples: {},
  pictures: {},
  perpendicularMm: 5.1,
} as unknown as AssessedNodule;
const grid: Grid = { size: [60, 50, 40], affine: affineFrom([0.8, 0.8, 1.5], [0, 0, 80]) };
const options: NoduleFilesOptions = {
  grid,
  source: {
    studyUid: '2.25.1',
    seriesUid: '2.25.2',
    frameOfReferenceUid: '2.25.3',
    sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUids: Array.from({ length: 40 }, (_, k) => `2.25.4${k}`),
  },
  model: { name: 'models:/pare/1', digest: sha256('model') },
  content: sha256('content'),
};
const nodule = { name: 'Nodule 1', answer, mask };

describe('the files of a nodule', () => {
  it('hold its mask voxel on voxel with the scan, cut out round it', async () => {
    const { mask: file } = await noduleFiles(nodule, options);
    const labels = await decodeNifti(file!);
    const step = applyAffine(labels.affine, [0, 0, 0]).map(
      (value, axis) => (value - [0, 0, 80][axis]!) / [0.8, 0.8, 1.5][axis]!,
    );
    for (const value of step) expect(Math.abs(value - Math.round(value))).toBeLessThan(1e-3);
    const inside = labels.voxels.reduce((sum, value) => sum + value, 0);
    const volume = inside * 0.8 * 0.8 * 1.5;
    const given = mask.voxels.reduce((sum, value) => sum + value, 0) * 2;
    expect(Math.abs(volume / given - 1)).toBeLessThan(0.25);
    expect(labels.voxels.length).toBeLessThan(60 * 50 * 40);
  });

  it('hold a DICOM SEG whose one segment is a nodule and whose frames refer to the slices they lie on', async () => {
    const seg = read((await noduleFiles(nodule, options)).seg!);
    const [segment] = listOf(seg.SegmentSequence);
    expect(listOf(segment.SegmentedPropertyTypeCodeSequence)[0]).toMatchObject({ CodeValue: '27925004' });
    expect(seg.FrameOfReferenceUID).toBe('2.25.3');
    for (const frame of listOf(seg.PerFrameFunctionalGroupsSequence)) {
      const [plane] = listOf(frame.PlanePositionSequence);
      const k = Math.round((plane.ImagePositionPatient[2] - 80) / 1.5);
      const [derivation] = listOf(frame.DerivationImageSequence);
      expect(listOf(derivation.SourceImageSequence)[0].ReferencedSOPInstanceUID).toBe(`2.25.4${k}`);
    }
  });

  it('hold a report whose group names the segment, with size, probability and interval as they were said', async () => {
    const files = await noduleFiles(nodule, options);
    const [report, seg] = [read(files.sr), read(files.seg!)];
    expect(report.StudyInstanceUID).toBe(seg.StudyInstanceUID);
    const [segment] = named(report, '121191');
    expect(listOf(segment.ReferencedSOPSequence)[0]).toMatchObject({
      ReferencedSOPInstanceUID: seg.SOPInstanceUID,
      ReferencedSegmentNumber: 1,
    });
    expect(named(report, '103339001').map(numberOf)).toEqual([9]);
    expect(named(report, '103340004').map(numberOf)).toEqual([5.1]);
    expect(named(report, '118565006').map(numberOf)).toEqual([128]);
    expect(named(report, 'RATED-MALIGNANT').map(numberOf)).toEqual([0.7]);
    expect(named(report, 'INTERVAL-LOW-90').map(numberOf)).toEqual([0.5]);
    expect(named(report, '111002')[0].TextValue).toBe(options.model.digest);
    const comments = named(report, '121106').map((item) => item.TextValue as string);
    expect(comments[0]).toMatch(/not histology/);
    expect(comments[1]).toBe('THICK_SLICES: thick');
  });

  it('of a list: one SEG, one report, and every group with the segment of its own nodule', () => {
    const away = { ...mask, affine: affineFrom([1, 1, 2], [5000, 0, 0]) };
    const moved = { ...mask, affine: affineFrom([1, 1, 2], [25, 20, 98]) };
    const { seg, sr } = noduleDicom(
      [nodule, { name: 'Nodule 2', answer, mask: away }, { name: 'Nodule 3', answer, mask: moved }],
      options,
    );
    expect(listOf(read(seg!).SegmentSequence).map((each) => each.SegmentLabel)).toEqual([
      'Nodule 1',
      'Nodule 3',
    ]);
    const report = read(sr);
    expect(named(report, '125007').map((group) => named(group, '112039')[0].TextValue)).toEqual([
      'Nodule 1',
      'Nodule 2',
      'Nodule 3',
    ]);
    const numbers = named(report, '125007').map((group) =>
      named(group, '121191').map((item) => listOf(item.ReferencedSOPSequence)[0].ReferencedSegmentNumber),
    );
    expect(numbers).toEqual([[1], [], [2]]);
  });

  it('where the mask lies between slices too far apart: a report without a segment', async () => {
    const sparse = {
      ...options,
      grid: { size: [60, 50, 2], affine: affineFrom([0.8, 0.8, 50], [0, 0, 80]) } as const,
    };
    const files = await noduleFiles(nodule, {
      ...sparse,
      source: { ...options.source, sopInstanceUids: [] },
    });
    expect(files.mask).toBeNull();
    expect(files.seg).toBeNull();
    expect(named(read(files.sr), '121191')).toEqual([]);
  });
});
