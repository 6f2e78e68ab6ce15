// DICOM Segmentation objects (PS3.3 A.51, C.8.20): one binary segment per structure, overlaps kept, empty frames left
// out. Not a reader. The bytes are encoded by dcmjs; what stands in them is decided here.
import { createRequire } from 'node:module';
import { AppError, type Sha256, sha256 } from '@tomograph/kernel';
import { directionCosines, spacingMm } from '../geometry/affine.js';
import { geometryDigest } from '../geometry/grid.js';
import type { Grid } from '../volume.js';
import { cieLab16, type Rgb } from './cielab.js';
import { joinBits } from './join-bits.js';

// its ES build needs a browser; the CommonJS one has no types
const dcmjs = createRequire(import.meta.url)('dcmjs') as {
  log?: { setLevel(level: string): void };
  data: {
    DicomMetaDictionary: { denaturalizeDataset(dataset: object): object };
    DicomDict: new (meta: object) => { dict: object; write(): ArrayBuffer };
  };
};

const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66.4';
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const IMPLEMENTATION = '2.25.329800735698586629295641978511506172918';

export interface SegmentOfSeg {
  /** 1.. without gaps: the order of the segments. */
  readonly label: string;
  /** SNOMED CT; null where the structure has no code: then it is coded in a scheme of our own. */
  readonly snomed: { readonly code: string; readonly display: string } | null;
  readonly algorithm: string;
  /** What kind of thing it is; default an anatomical structure. */
  readonly category?: { readonly code: string; readonly display: string };
  readonly colour: Rgb;
  /** Slices that hold the structure, k ascending. Bits in reading order, first voxel in the lowest bit (PS3.5 8.1.1). */
  readonly frames: readonly { readonly k: number; readonly bits: Uint8Array }[];
}

/** The images that were segmented, where they are at hand. Absent: the object stands alone, in a frame of its own. */
export interface SegSource {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly frameOfReferenceUid: string;
  readonly sopClassUid: string;
  /** By slice k of the grid; empty where the images have no files: then the frames refer to none. */
  readonly sopInstanceUids: readonly string[];
}

export interface SegOptions {
  /** Index axes i, j in the plane, k across: slices are frames. */
  readonly grid: Grid;
  readonly segments: readonly SegmentOfSeg[];
  readonly source?: SegSource;
  /** What the UIDs are made of when there is no source; equal content gives equal bytes. */
  readonly content: Sha256;
  /** Who the images are of, as pseudonym; nothing else of a patient is written. */
  readonly subject?: string;
}

/** By which others refer to the object that `writeDicomSeg` makes of the same options. */
export function segReference(options: Pick<SegOptions, 'grid' | 'content'>) {
  return {
    sopClassUid: SEGMENTATION,
    sopInstanceUid: uid(options, 'instance'),
    seriesUid: uid(options, 'series'),
  };
}

/**
 * @returns a Part 10 file
 * @throws AppError INVALID_ARGUMENT for no segments, more than 65,535, or none with a frame
 */
export function writeDicomSeg(options: SegOptions): Uint8Array {
  const { grid, segments } = options;
  const frames = segments.flatMap((segment, at) =>
    segment.frames.map((frame) => ({ ...frame, segment: at + 1 })),
  );
  if (segments.length === 0 || segments.length > 65_535 || frames.length === 0) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `a segmentation of ${segments.length} structures with ${frames.length} slices cannot be written as DICOM SEG`,
    });
  }
  const instance = uid(options, 'instance');
  const { DicomMetaDictionary, DicomDict } = dcmjs.data;
  const file = new DicomDict(
    DicomMetaDictionary.denaturalizeDataset({
      _vrMap: { FileMetaInformationVersion: 'OB' },
      FileMetaInformationVersion: Uint8Array.of(0, 1).buffer,
      MediaStorageSOPClassUID: SEGMENTATION,
      MediaStorageSOPInstanceUID: instance,
      TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
      ImplementationClassUID: IMPLEMENTATION,
    }),
  );
  const [nx, ny] = grid.size;
  file.dict = DicomMetaDictionary.denaturalizeDataset({
    _vrMap: { PixelData: 'OB' },
    ...patientAndSeries(options, instance),
    ...pixelFacts(grid, frames.length),
    SegmentSequence: segments.map(segmentItem),
    SharedFunctionalGroupsSequence: [sharedGroups(grid)],
    PerFrameFunctionalGroupsSequence: frames.map(({ k, segment }) => frameItem(options, k, segment)),
    PixelData: joinBits(
      frames.map(({ bits }) => bits),
      nx * ny,
    ).buffer,
  });
  return new Uint8Array(file.write());
}

function patientAndSeries(options: SegOptions, instance: string): object {
  const { source, subject = 'ANONYMOUS', content } = options;
  const frameOfReference = source?.frameOfReferenceUid ?? uid(options, 'frame');
  return {
    SpecificCharacterSet: 'ISO_IR 192',
    ImageType: ['DERIVED', 'PRIMARY'],
    SOPClassUID: SEGMENTATION,
    SOPInstanceUID: instance,
    StudyDate: '',
    StudyTime: '',
    ContentDate: '19000101', // type 1, but when this was is a patient's matter
    ContentTime: '000000',
    AccessionNumber: '',
    Modality: 'SEG',
    Manufacturer: 'Tomograph',
    ManufacturerModelName: 'Tomograph',
    DeviceSerialNumber: '0',
    SoftwareVersions: '1',
    ReferringPhysicianName: '',
    SeriesDescription: 'Segmentation, research use only',
    PatientName: subject,
    PatientID: subject,
    PatientBirthDate: '',
    PatientSex: '',
    StudyInstanceUID: source?.studyUid ?? uid(options, 'study'),
    SeriesInstanceUID: uid(options, 'series'),
    StudyID: '',
    SeriesNumber: '1000',
    InstanceNumber: '1',
    FrameOfReferenceUID: frameOfReference,
    PositionReferenceIndicator: '',
    ContentLabel: 'SEGMENTATION',
    ContentDescription: `made of ${content}`.slice(0, 64),
    ContentCreatorName: 'Tomograph',
    SegmentationType: 'BINARY',
    ...(source === undefined || source.sopInstanceUids.length === 0
      ? {}
      : {
          ReferencedSeriesSequence: [
            {
              SeriesInstanceUID: source.seriesUid,
              ReferencedInstanceSequence: source.sopInstanceUids.map((sop) => ({
                ReferencedSOPClassUID: source.sopClassUid,
                ReferencedSOPInstanceUID: sop,
              })),
            },
          ],
        }),
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: uid(options, 'dimensions') }],
    DimensionIndexSequence: [
      dimension(options, 0x0062000b, 0x0062000a, 'ReferencedSegmentNumber'), // SegmentIdentificationSequence
      dimension(options, 0x00200032, 0x00209113, 'ImagePositionPatient'), // PlanePositionSequence
    ],
  };
}

function dimension(options: SegOptions, pointer: number, group: number, label: string): object {
  return {
    DimensionOrganizationUID: uid(options, 'dimensions'),
    DimensionIndexPointer: pointer,
    FunctionalGroupPointer: group,
    DimensionDescriptionLabel: label,
  };
}

function pixelFacts({ size: [nx, ny] }: Grid, frames: number): object {
  return {
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    NumberOfFrames: frames,
    Rows: ny,
    Columns: nx,
    BitsAllocated: 1,
    BitsStored: 1,
    HighBit: 0,
    PixelRepresentation: 0,
    LossyImageCompression: '00',
  };
}

const anatomy = { code: '123037004', display: 'Anatomical Structure' };

function segmentItem(
  { label, snomed, algorithm, colour, category = anatomy }: SegmentOfSeg,
  at: number,
): object {
  const type = snomed ?? { code: label.slice(0, 16), display: label };
  return {
    SegmentNumber: at + 1,
    SegmentLabel: label.slice(0, 64),
    SegmentAlgorithmType: 'AUTOMATIC',
    SegmentAlgorithmName: algorithm.slice(0, 64),
    SegmentedPropertyCategoryCodeSequence: [code(category.code, 'SCT', category.display)],
    SegmentedPropertyTypeCodeSequence: [
      code(type.code, snomed === null ? '99TOMOGRAPH' : 'SCT', type.display),
    ],
    RecommendedDisplayCIELabValue: cieLab16(colour),
  };
}

function code(value: string, scheme: string, meaning: string): object {
  return { CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning.slice(0, 64) };
}

function sharedGroups(grid: Grid): object {
  const [dx, dy, dz] = spacingMm(grid.affine);
  const [i, j] = directionCosines(grid.affine);
  return {
    PixelMeasuresSequence: [
      { SliceThickness: decimal(dz), SpacingBetweenSlices: decimal(dz), PixelSpacing: [dy, dx].map(decimal) },
    ],
    PlaneOrientationSequence: [{ ImageOrientationPatient: [...i, ...j].map(decimal) }],
  };
}

function frameItem({ grid, source }: SegOptions, k: number, segment: number): object {
  const position = [0, 4, 8].map((row) => grid.affine[row + 3]! + k * grid.affine[row + 2]!);
  const sop = source?.sopInstanceUids[k];
  return {
    FrameContentSequence: [{ DimensionIndexValues: [segment, k + 1] }],
    PlanePositionSequence: [{ ImagePositionPatient: position.map(decimal) }],
    SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segment }],
    ...(source === undefined || sop === undefined
      ? {}
      : {
          DerivationImageSequence: [
            {
              DerivationCodeSequence: [code('113076', 'DCM', 'Segmentation')],
              SourceImageSequence: [
                {
                  ReferencedSOPClassUID: source.sopClassUid,
                  ReferencedSOPInstanceUID: sop,
                  PurposeOfReferenceCodeSequence: [
                    code('121322', 'DCM', 'Source image for image processing operation'),
                  ],
                },
              ],
            },
          ],
        }),
  };
}

/** Under 2.25 from digests: of the geometry for the frame of reference, of the content for everything else. */
function uid({ content, grid }: Pick<SegOptions, 'grid' | 'content'>, what: string): string {
  const of = what === 'frame' ? geometryDigest(grid) : content;
  return `2.25.${BigInt(`0x${sha256(`${what} ${of}`).slice(7, 37)}`)}`;
}

/** A decimal string of at most 16 characters (PS3.5 6.2). */
function decimal(value: number): string {
  const text = String(Math.round(value * 1e8) / 1e8);
  return text.length <= 16 ? text : value.toPrecision(9);
}
