// What reading gives: images, label maps and reports without anything that identifies a patient.
import type {
  BodyPart,
  Modality,
  ReadingNote,
  Sha256,
  SubjectFacts,
  VolumeFacts,
  XrayView,
} from '@tomograph/kernel';
import type { Report } from '../report/report.js';
import type { Image2d, LabelVolume, Volume } from '../volume.js';
import type { ReadLimits } from './limits.js';

interface ReadItem {
  /** Of the content alone (voxels and geometry, pixels, or text): the same content has the same digest. */
  readonly digest: Sha256;
  readonly subject: SubjectFacts;
  /** Relative paths inside the input: for the caller's screen alone, not to be stored or logged. */
  readonly sources: readonly string[];
}

/** A volume: CT in HU; `facts.modality` says when it is MR, PT or OTHER (then voxels are stored values). */
export interface CtItem extends ReadItem {
  readonly kind: 'CT';
  /** Keyed pseudonym of the series; equal for the same series read twice. */
  readonly seriesKey: string;
  readonly volume: Volume;
  readonly facts: VolumeFacts;
}

export interface XrayItem extends ReadItem {
  readonly kind: 'XRAY';
  readonly seriesKey: string;
  /** Pixels in [0, 1], bone bright, row 0 at the top as stored. */
  readonly image: Image2d;
  readonly view: XrayView;
  readonly modality: Modality;
  readonly bodyPart: BodyPart;
  readonly notes: readonly ReadingNote[];
}

export interface ReportItem extends ReadItem {
  readonly kind: 'REPORT';
  readonly report: Report;
  readonly notes: readonly ReadingNote[];
}

export interface LabelItem extends ReadItem {
  readonly kind: 'LABEL';
  readonly labels: LabelVolume;
  readonly facts: VolumeFacts;
}

export type ReadInputItem = CtItem | XrayItem | ReportItem | LabelItem;

/** `source` is a relative path (or a folder with a count), `code` an ErrorCode. */
export interface Refusal {
  readonly source: string;
  readonly code: string;
  readonly message: string;
}

export interface ReadResult {
  readonly items: readonly ReadInputItem[];
  readonly refused: readonly Refusal[];
}

export interface ReadProgress {
  readonly phase: 'COLLECT' | 'HEADERS' | 'PIXELS';
  readonly done: number;
  readonly total: number;
}

export interface ReadOptions {
  /** Secret of this installation: pseudonyms and day shifts are made with it. */
  readonly key: Uint8Array;
  readonly limits?: Partial<ReadLimits>;
  readonly onProgress?: (progress: ReadProgress) => void;
  readonly signal?: AbortSignal;
  /** A folder for unpacked archives and decoder files; default: a fresh one (0700), removed at the end. */
  readonly scratch?: string;
}
