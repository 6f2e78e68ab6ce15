// What an ingest hands over and gets back: one study with its series, X-rays, reports and blobs. No patient's data.
import type {
  BodyPart,
  Modality,
  ReadingNote,
  Sha256,
  StudyId,
  SubjectFacts,
  XrayView,
} from '@tomograph/kernel';
import type { Thumbnails } from '../viewer/records.js';

export interface SavedBlob {
  readonly digest: Sha256;
  readonly bytes: number;
  readonly mediaType: string;
}

export interface NewSeries {
  /** sha256 over voxels and geometry: what makes two series the same. */
  readonly contentDigest: Sha256;
  readonly modality: Modality;
  readonly bodyPart: BodyPart;
  readonly size: readonly number[];
  readonly spacingMm: readonly number[];
  /** 3x4 row-major, index -> LPS mm. */
  readonly affine: readonly number[];
  readonly volumeBlob: Sha256;
  readonly thumbnails: Thumbnails;
  readonly notes: readonly ReadingNote[];
}

export interface NewXray {
  readonly contentDigest: Sha256;
  readonly modality: Modality;
  readonly view: XrayView;
  readonly width: number;
  readonly height: number;
  readonly spacingMm: readonly number[];
  readonly imageBlob: Sha256;
  readonly thumbnailBlob: Sha256;
  readonly notes: readonly ReadingNote[];
}

export interface NewReport {
  readonly contentDigest: Sha256;
  readonly text: string;
  /** In reading order. */
  readonly sentences: readonly NewSentence[];
}

export interface NewSentence {
  readonly section: 'FINDINGS' | 'IMPRESSION' | 'OTHER';
  readonly text: string;
  readonly findingsPresent: readonly string[];
  readonly findingsAbsent: readonly string[];
  readonly findingsUnsure: readonly string[];
}

export interface NewStudy {
  readonly projectId: string;
  /** Whose and when; or the id of an existing study to add to. */
  readonly subject: SubjectFacts | { readonly studyId: string };
  readonly bodyPart: BodyPart;
  readonly isDemo?: boolean;
  readonly series: readonly NewSeries[];
  readonly xrays: readonly NewXray[];
  readonly reports: readonly NewReport[];
  /** Every blob that the series and X-rays name, already in the store. */
  readonly blobs: readonly SavedBlob[];
}

export interface SavedStudy {
  readonly studyId: StudyId;
  /** True when everything was there already: nothing was added. */
  readonly duplicate: boolean;
  /** Ids in the order of the input, of what was there as of what was added. */
  readonly seriesIds: readonly string[];
  readonly xrayIds: readonly string[];
  readonly reportIds: readonly string[];
}
