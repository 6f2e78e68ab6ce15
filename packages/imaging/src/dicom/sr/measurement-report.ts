// Measurements as a DICOM structured report: Comprehensive 3D SR (PS3.3 A.35.13) by TID 1500 (PS3.16). One measurement
// group per finding, TID 1411 where a segment goes with it and TID 1501 where none does. Not a reader: that is
// report/structured-report.ts. The bytes are encoded by dcmjs.
import { createRequire } from 'node:module';
import { AppError, type Sha256, sha256 } from '@tomograph/kernel';
import {
  type Code,
  type ContentItem,
  codeOf,
  container,
  dcm,
  imageOf,
  numberOf,
  sct,
  textOf,
  uidOf,
} from './content-item.js';

// its ES build needs a browser; the CommonJS one has no types
const dcmjs = createRequire(import.meta.url)('dcmjs') as {
  data: {
    DicomMetaDictionary: { denaturalizeDataset(dataset: object): object };
    DicomDict: new (meta: object) => { dict: object; write(): ArrayBuffer };
  };
};

export const comprehensive3dSr = '1.2.840.10008.5.1.4.1.1.88.34';
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const IMPLEMENTATION = '2.25.329800735698586629295641978511506172918';
const maxGroups = 500;

export interface Measured {
  readonly name: Code;
  readonly value: number;
  readonly unit: Code;
  /** Bounds and the like, as children of the number. */
  readonly properties?: readonly Measured[];
}

export interface MeasurementGroup {
  /** What a person calls it: `Nodule 1`. */
  readonly trackingId: string;
  /** Equal for the same finding at another time. */
  readonly trackingUid: string;
  readonly finding: Code;
  readonly site: Code;
  readonly measured: readonly Measured[];
  /** Said of the finding in words. */
  readonly comments: readonly string[];
  readonly algorithm: { readonly name: string; readonly version: string; readonly parameters?: string };
  /** The segment that was measured; `seriesUid` is of the SEG object. */
  readonly segment?: {
    readonly seriesUid: string;
    readonly sopClassUid: string;
    readonly sopInstanceUid: string;
    readonly number: number;
  };
}

/** Where the measured images are. Without instances, the series is named and nothing else. */
export interface MeasuredSource {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly sopClassUid: string;
  readonly sopInstanceUids: readonly string[];
}

export interface MeasurementReport {
  readonly source: MeasuredSource;
  readonly groups: readonly MeasurementGroup[];
  /** What was done: LOINC or SNOMED; default CT of the chest. */
  readonly procedure?: Code;
  /** What the report's own UIDs are made of: equal content gives equal bytes. */
  readonly content: Sha256;
  /** Who the images are of, as pseudonym; nothing else of a patient is written. */
  readonly subject?: string;
}

/**
 * @returns a Part 10 file, explicit little endian
 * @throws AppError INVALID_ARGUMENT for no groups, more than 500, or a number that is not finite
 */
export function writeMeasurementReport(report: MeasurementReport): Uint8Array {
  const { groups } = report;
  if (groups.length === 0 || groups.length > maxGroups) {
    throw invalid(`a measurement report has 1 to ${maxGroups} groups, got ${groups.length}`);
  }
  const instance = uidFrom('sr instance', report.content);
  const { DicomMetaDictionary, DicomDict } = dcmjs.data;
  const file = new DicomDict(
    DicomMetaDictionary.denaturalizeDataset({
      _vrMap: { FileMetaInformationVersion: 'OB' },
      FileMetaInformationVersion: Uint8Array.of(0, 1).buffer,
      MediaStorageSOPClassUID: comprehensive3dSr,
      MediaStorageSOPInstanceUID: instance,
      TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
      ImplementationClassUID: IMPLEMENTATION,
    }),
  );
  file.dict = DicomMetaDictionary.denaturalizeDataset({
    ...header(report, instance),
    ...documentRoot(report),
  });
  return new Uint8Array(file.write());
}

/** A UID under 2.25 out of any text (PS3.5 B.2). */
export function uidFrom(what: string, of: string): string {
  return `2.25.${BigInt(`0x${sha256(`${what} ${of}`).slice(7, 37)}`)}`;
}

/** The UID that a UUID is (PS3.5 B.2). */
export function uidOfUuid(uuid: string): string {
  return `2.25.${BigInt(`0x${uuid.replaceAll('-', '')}`)}`;
}

function header(report: MeasurementReport, instance: string): object {
  const { source, subject = 'ANONYMOUS', content } = report;
  return {
    SpecificCharacterSet: 'ISO_IR 192',
    SOPClassUID: comprehensive3dSr,
    SOPInstanceUID: instance,
    StudyDate: '',
    StudyTime: '',
    ContentDate: '19000101', // type 1, but when this was is a patient's matter
    ContentTime: '000000',
    AccessionNumber: '',
    Modality: 'SR',
    Manufacturer: 'Tomograph',
    ManufacturerModelName: 'Tomograph',
    DeviceSerialNumber: '0',
    SoftwareVersions: '1',
    ReferringPhysicianName: '',
    SeriesDescription: 'Measurements, research use only',
    ReferencedPerformedProcedureStepSequence: [],
    PatientName: subject,
    PatientID: subject,
    PatientBirthDate: '',
    PatientSex: '',
    StudyInstanceUID: source.studyUid,
    SeriesInstanceUID: uidFrom('sr series', content),
    StudyID: '',
    SeriesNumber: '1001',
    InstanceNumber: '1',
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'UNVERIFIED', // nobody has signed it
    PerformedProcedureCodeSequence: [],
    ...evidence(report),
  };
}

/** Every object that the tree refers to (type 1C: absent where it refers to none). */
function evidence({ source, groups }: MeasurementReport): object {
  const series = new Map<string, Map<string, string>>();
  const add = (seriesUid: string, instance: string, sopClass: string): void => {
    const known = series.get(seriesUid) ?? new Map<string, string>();
    series.set(seriesUid, known.set(instance, sopClass));
  };
  for (const instance of source.sopInstanceUids) add(source.seriesUid, instance, source.sopClassUid);
  for (const { segment } of groups)
    if (segment) add(segment.seriesUid, segment.sopInstanceUid, segment.sopClassUid);
  if (series.size === 0) return {};
  return {
    CurrentRequestedProcedureEvidenceSequence: [
      {
        StudyInstanceUID: source.studyUid,
        ReferencedSeriesSequence: [...series].map(([seriesUid, instances]) => ({
          SeriesInstanceUID: seriesUid,
          ReferencedSOPSequence: [...instances].map(([instance, sopClass]) => ({
            ReferencedSOPClassUID: sopClass,
            ReferencedSOPInstanceUID: instance,
          })),
        })),
      },
    ],
  };
}

function documentRoot(report: MeasurementReport): object {
  const { source, groups, content } = report;
  const procedure = report.procedure ?? { value: '24627-2', scheme: 'LN', meaning: 'CT Chest' };
  return container(
    undefined,
    dcm('126000', 'Imaging Measurement Report'),
    [
      codeOf('HAS CONCEPT MOD', dcm('121049', 'Language of Content Item and Descendants'), {
        value: 'en',
        scheme: 'RFC5646',
        meaning: 'English',
      }),
      codeOf('HAS OBS CONTEXT', dcm('121005', 'Observer Type'), dcm('121007', 'Device')),
      uidOf('HAS OBS CONTEXT', dcm('121012', 'Device Observer UID'), uidFrom('device', 'Tomograph')),
      textOf('HAS OBS CONTEXT', dcm('121013', 'Device Observer Name'), 'Tomograph'),
      textOf('HAS OBS CONTEXT', dcm('121014', 'Device Observer Manufacturer'), 'Tomograph'),
      codeOf('HAS CONCEPT MOD', dcm('121058', 'Procedure Reported'), procedure),
      ...imageLibrary(source),
      container(
        'CONTAINS',
        dcm('126010', 'Imaging Measurements'),
        groups.map((group) => groupItem(group, source, content)),
      ),
    ],
    '1500',
  );
}

/** TID 1600: the images themselves, where they are known. */
function imageLibrary({ sopClassUid, sopInstanceUids }: MeasuredSource): ContentItem[] {
  if (sopInstanceUids.length === 0) return [];
  const images = sopInstanceUids.map((sopInstanceUid) =>
    imageOf('CONTAINS', undefined, { sopClassUid, sopInstanceUid }),
  );
  const group = container('CONTAINS', dcm('126200', 'Image Library Group'), [
    codeOf('HAS ACQ CONTEXT', dcm('121139', 'Modality'), dcm('CT', 'Computed Tomography')),
    ...images,
  ]);
  return [container('CONTAINS', dcm('111028', 'Image Library'), [group])];
}

function groupItem(group: MeasurementGroup, source: MeasuredSource, content: Sha256): ContentItem {
  const { segment, algorithm } = group;
  const measured = group.measured.map((each) => measuredItem(each, 'CONTAINS'));
  return container(
    'CONTAINS',
    dcm('125007', 'Measurement Group'),
    [
      textOf('HAS OBS CONTEXT', dcm('112039', 'Tracking Identifier'), group.trackingId),
      uidOf('HAS OBS CONTEXT', dcm('112040', 'Tracking Unique Identifier'), group.trackingUid),
      textOf('HAS CONCEPT MOD', dcm('111001', 'Algorithm Name'), algorithm.name),
      textOf('HAS CONCEPT MOD', dcm('111003', 'Algorithm Version'), algorithm.version),
      textOf('HAS CONCEPT MOD', dcm('111002', 'Algorithm Parameters'), algorithm.parameters ?? content),
      codeOf('CONTAINS', dcm('121071', 'Finding'), group.finding),
      codeOf('HAS CONCEPT MOD', sct('363698007', 'Finding Site'), group.site),
      ...(segment === undefined
        ? []
        : [
            imageOf('CONTAINS', dcm('121191', 'Referenced Segment'), {
              sopClassUid: segment.sopClassUid,
              sopInstanceUid: segment.sopInstanceUid,
              segment: segment.number,
            }),
          ]),
      uidOf('CONTAINS', dcm('121232', 'Source series for segmentation'), source.seriesUid),
      ...measured,
      ...group.comments.map((comment) => textOf('CONTAINS', dcm('121106', 'Comment'), comment)),
    ],
    segment === undefined ? '1501' : '1411',
  );
}

function measuredItem(measured: Measured, of: 'CONTAINS' | 'HAS PROPERTIES'): ContentItem {
  const { name, value, unit, properties = [] } = measured;
  if (!Number.isFinite(value)) throw invalid(`${name.meaning} is ${value}: only finite numbers are written`);
  return numberOf(
    of,
    name,
    value,
    unit,
    properties.map((each) => measuredItem(each, 'HAS PROPERTIES')),
  );
}

function invalid(message: string): AppError {
  return new AppError('INVALID_ARGUMENT', { message });
}
