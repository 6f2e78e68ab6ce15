// Rows as they leave this room. No vectors, no hashes; blob digests only where a reader must find the bytes.
import type { BodyPart, JobState, Modality, ReadingNote, Sex, Sha256, XrayView } from '@tomograph/kernel';
import type { Role } from './viewer.js';

export interface StudyRecord {
  readonly id: string;
  readonly projectId: string;
  readonly patientId: string;
  readonly studyKey: string;
  readonly label: string;
  readonly patientKey: string;
  readonly sex: Sex;
  readonly ageBand: number | null;
  /** Midnight UTC of the shifted day. */
  readonly shiftedDay: Date | null;
  readonly bodyPart: BodyPart;
  readonly modalities: readonly Modality[];
  readonly isDemo: boolean;
  readonly createdAt: Date;
}

/** Digests of WebP images. */
export interface Thumbnails {
  readonly axial: Sha256;
  readonly coronal: Sha256;
  readonly sagittal: Sha256;
  readonly mip: Sha256;
}

export interface SeriesRecord {
  readonly id: string;
  readonly studyId: string;
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
  readonly createdAt: Date;
}

export interface XrayRecord {
  readonly id: string;
  readonly studyId: string;
  readonly contentDigest: Sha256;
  readonly modality: Modality;
  readonly view: XrayView;
  readonly width: number;
  readonly height: number;
  readonly spacingMm: readonly number[];
  readonly imageBlob: Sha256;
  readonly thumbnailBlob: Sha256;
  readonly notes: readonly ReadingNote[];
  readonly createdAt: Date;
}

export interface ReportRecord {
  readonly id: string;
  readonly studyId: string;
  readonly contentDigest: Sha256;
  readonly text: string;
  readonly createdAt: Date;
}

export interface SentenceRecord {
  readonly id: string;
  readonly reportId: string;
  readonly section: string;
  readonly ordinal: number;
  readonly text: string;
  readonly findingsPresent: readonly string[];
  readonly findingsAbsent: readonly string[];
  readonly findingsUnsure: readonly string[];
}

export interface BlobRecord {
  readonly digest: Sha256;
  readonly bytes: number;
  readonly mediaType: string;
}

export interface JobRecord {
  readonly id: string;
  readonly projectId: string;
  readonly kind: string;
  readonly key: string;
  readonly state: JobState;
  readonly progress: number;
  readonly step: string;
  readonly input: unknown;
  readonly result: unknown;
  /** `{ code, message, facts }` of a failed job. */
  readonly error: unknown;
  readonly attempt: number;
  readonly cancelAsked: boolean;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface UploadRecord {
  readonly id: string;
  readonly projectId: string;
  readonly kind: string;
  readonly maxBytes: number;
  readonly receivedBytes: number | null;
  readonly jobId: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface ApiKeyRecord {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly role: Role;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface ProjectRecord {
  readonly id: string;
  readonly name: string;
}
