// Read back with the reader of dcmjs, and held against the rules of TID 1500, 1501, 1411 and 4019 and of the IOD.
import { createRequire } from 'node:module';
import { sha256 } from '@tomograph/kernel';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../read/limits.js';
import { structuredText } from '../../report/structured-report.js';
import { openDicom } from '../open-dicom.js';
import { own, sct, ucum } from './content-item.js';
import {
  comprehensive3dSr,
  type MeasurementGroup,
  type MeasurementReport,
  uidFrom,
  uidOfUuid,
  writeMeasurementReport,
} from './measurement-report.js';

const dcmjs = createRequire(import.meta.url)('dcmjs');
// biome-ignore lint/suspicious/noExplicitAny: dcmjs has no types, and gives a sequence of one item as that item
type Item = any;
const listOf = (value: Item): Item[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const first = (value: Item): Item => listOf(value)[0];
const read = (bytes: Uint8Array): Item =>
  dcmjs.data.DicomMetaDictionary.naturalizeDataset(
    dcmjs.data.DicomMessage.readFile(bytes.slice().buffer).dict,
  );
const nameOf = (item: Item): string => first(item.ConceptNameCodeSequence)?.CodeValue ?? '';
const children = (item: Item, value?: string): Item[] =>
  listOf(item.ContentSequence).filter((child) => value === undefined || nameOf(child) === value);

const mm = ucum('mm', 'millimeter');
const group: MeasurementGroup = {
  trackingId: 'Nodule 1',
  trackingUid: uidFrom('nodule', 'a'),
  finding: sct('27925004', 'Nodule'),
  site: sct('39607008', 'Lung'),
  measured: [
    { name: sct('103339001', 'Long Axis'), value: 15.4321987, unit: mm },
    { name: sct('118565006', 'Volume'), value: 1948.25, unit: ucum('mm3', 'cubic millimeter') },
    {
      name: own('RATED-MALIGNANT', 'Probability that readers rate it malignant'),
      value: 0.81,
      unit: ucum('{0:1}', 'ratio from 0 to 1'),
      properties: [
        {
          name: own('INTERVAL-LOW-90', 'Lower end of 90 % interval'),
          value: 0.6,
          unit: ucum('{0:1}', 'ratio'),
        },
      ],
    },
  ],
  comments: ['Slices of 5 mm: äußerst unsicher'],
  algorithm: { name: 'pare', version: '1', parameters: 'sha256:00' },
};
const segment = {
  seriesUid: '2.25.5',
  sopClassUid: '1.2.840.10008.5.1.4.1.1.66.4',
  sopInstanceUid: '2.25.6',
  number: 2,
};
const report: MeasurementReport = {
  source: {
    studyUid: '2.25.1',
    seriesUid: '2.25.2',
    sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUids: ['2.25.3', '2.25.4'],
  },
  groups: [group, { ...group, trackingId: 'Nodule 2', trackingUid: uidFrom('nodule', 'b'), segment }],
  content: sha256('content'),
};

const groupsOf = (dataset: Item): Item[] => children(children(dataset, '126010')[0], '125007');

describe('a measurement report', () => {
  const dataset = read(writeMeasurementReport(report));

  it('is a Comprehensive 3D SR that nobody verified, of the study of its images, and of no named patient', () => {
    expect(dataset).toMatchObject({
      SOPClassUID: comprehensive3dSr,
      Modality: 'SR',
      CompletionFlag: 'COMPLETE',
      VerificationFlag: 'UNVERIFIED',
      StudyInstanceUID: '2.25.1',
      PatientID: 'ANONYMOUS',
    });
    for (const required of ['PatientBirthDate', 'StudyDate', 'AccessionNumber', 'ReferringPhysicianName'])
      expect(dataset).toHaveProperty(required);
  });

  it('is rooted in TID 1500 with language, device, procedure and one container of measurements', () => {
    expect(dataset).toMatchObject({ ValueType: 'CONTAINER', ContinuityOfContent: 'SEPARATE' });
    expect(nameOf(dataset)).toBe('126000');
    expect(first(dataset.ContentTemplateSequence)).toMatchObject({
      MappingResource: 'DCMR',
      TemplateIdentifier: '1500',
    });
    for (const [concept, relationship, type] of [
      ['121049', 'HAS CONCEPT MOD', 'CODE'],
      ['121005', 'HAS OBS CONTEXT', 'CODE'],
      ['121012', 'HAS OBS CONTEXT', 'UIDREF'],
      ['121058', 'HAS CONCEPT MOD', 'CODE'],
      ['111028', 'CONTAINS', 'CONTAINER'],
      ['126010', 'CONTAINS', 'CONTAINER'],
    ] as const) {
      const found = children(dataset, concept);
      expect(found, concept).toHaveLength(1);
      expect(found[0]).toMatchObject({ RelationshipType: relationship, ValueType: type });
    }
  });

  it('gives each group tracking, finding, site, algorithm and source series as the templates order', () => {
    const groups = groupsOf(dataset);
    expect(groups.map((each) => first(each.ContentTemplateSequence).TemplateIdentifier)).toEqual([
      '1501',
      '1411',
    ]);
    for (const each of groups) {
      const order = listOf(each.ContentSequence).map(nameOf);
      expect(order.slice(0, 7)).toEqual([
        '112039',
        '112040',
        '111001',
        '111003',
        '111002',
        '121071',
        '363698007',
      ]);
      expect(children(each, '121232')[0]).toMatchObject({ ValueType: 'UIDREF', UID: '2.25.2' });
      expect(first(children(each, '121071')[0].ConceptCodeSequence)).toMatchObject({
        CodeValue: '27925004',
        CodingSchemeDesignator: 'SCT',
      });
    }
    expect(children(groups[0], '121191')).toEqual([]);
    expect(first(children(groups[1], '121191')[0].ReferencedSOPSequence)).toMatchObject({
      ReferencedSOPInstanceUID: '2.25.6',
      ReferencedSegmentNumber: 2,
    });
  });

  it('gives numbers with UCUM units, and bounds as properties of their number', () => {
    const [long] = children(groupsOf(dataset)[0], '103339001');
    const value = first(long.MeasuredValueSequence);
    expect(Number(value.NumericValue)).toBe(15.4322);
    expect(first(value.MeasurementUnitsCodeSequence)).toMatchObject({
      CodeValue: 'mm',
      CodingSchemeDesignator: 'UCUM',
    });
    const [rated] = children(groupsOf(dataset)[0], 'RATED-MALIGNANT');
    const [low] = children(rated, 'INTERVAL-LOW-90');
    expect(low.RelationshipType).toBe('HAS PROPERTIES');
    expect(Number(first(low.MeasuredValueSequence).NumericValue)).toBe(0.6);
  });

  it('lists every object that the tree refers to as evidence, and nothing else', () => {
    const referred = new Set<string>();
    const walk = (item: Item): void => {
      for (const sop of listOf(item.ReferencedSOPSequence)) referred.add(sop.ReferencedSOPInstanceUID);
      for (const child of listOf(item.ContentSequence)) walk(child);
    };
    walk(dataset);
    const evidence = first(dataset.CurrentRequestedProcedureEvidenceSequence);
    const listed = listOf(evidence.ReferencedSeriesSequence).flatMap((series) =>
      listOf(series.ReferencedSOPSequence).map((sop) => sop.ReferencedSOPInstanceUID),
    );
    expect(new Set(listed)).toEqual(referred);
    expect(listed).toHaveLength(3);
  });

  it('is read by this house too: the words and numbers come out as text', async () => {
    const { dataset: own } = await openDicom(writeMeasurementReport(report), defaultLimits);
    const text = structuredText(own);
    expect(text).toContain('Long Axis: 15.4322 mm');
    expect(text).toContain('äußerst unsicher');
  });

  it('without instances and segments has no evidence and no image library', () => {
    const bare = read(
      writeMeasurementReport({
        ...report,
        source: { ...report.source, sopInstanceUids: [] },
        groups: [group],
      }),
    );
    expect(bare).not.toHaveProperty('CurrentRequestedProcedureEvidenceSequence');
    expect(children(bare, '111028')).toEqual([]);
  });

  it('has the same bytes for the same content, and UIDs that DICOM allows', () => {
    const [a, b] = [writeMeasurementReport(report), writeMeasurementReport(report)];
    expect(Buffer.compare(a, b)).toBe(0);
    for (const uid of [
      dataset.SOPInstanceUID,
      dataset.SeriesInstanceUID,
      uidOfUuid('ffffffff-ffff-4fff-bfff-ffffffffffff'),
    ]) {
      expect(uid).toMatch(/^2\.25\.\d+$/);
      expect(uid.length).toBeLessThanOrEqual(64);
    }
  });

  it('refuses no groups, too many, and numbers that are not finite', () => {
    expect(() => writeMeasurementReport({ ...report, groups: [] })).toThrowError(/got 0/);
    expect(() => writeMeasurementReport({ ...report, groups: Array(501).fill(group) })).toThrowError(
      /got 501/,
    );
    const bad = { ...group, measured: [{ ...group.measured[0]!, value: Number.NaN }] };
    expect(() => writeMeasurementReport({ ...report, groups: [bad] })).toThrowError(/finite/);
  });
});
