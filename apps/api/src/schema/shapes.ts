// What the schema's types are made of: rows as they leave packages/data and hits as they leave packages/retrieval,
// without what no client may see (digests of blobs, vectors, hashes). The public names are in the files beside this one.
import type { BodyPart, ErrorCode, JobState, Modality, ReadingNote, Sex, XrayView } from '@tomograph/kernel';
import type { RoleName } from './enums.js';

export interface CaseShape {
  readonly id: string;
  readonly projectId: string;
  readonly label: string;
  readonly patientKey: string;
  readonly sex: Sex;
  readonly ageBand: number | null;
  readonly shiftedDay: Date | null;
  readonly bodyPart: BodyPart;
  readonly modalities: readonly Modality[];
  readonly isDemo: boolean;
  readonly createdAt: Date;
}

export interface SeriesShape {
  readonly id: string;
  readonly studyId: string;
  readonly modality: Modality;
  readonly bodyPart: BodyPart;
  readonly size: readonly number[];
  readonly spacingMm: readonly number[];
  readonly contentDigest: string;
  readonly notes: readonly ReadingNote[];
}

export interface XrayShape {
  readonly id: string;
  readonly studyId: string;
  readonly view: XrayView;
  readonly modality: Modality;
  readonly width: number;
  readonly height: number;
  readonly spacingMm: readonly number[];
  readonly notes: readonly ReadingNote[];
}

export interface ReportShape {
  readonly id: string;
  readonly studyId: string;
  readonly text: string;
}

export interface SentenceShape {
  readonly id: string;
  readonly reportId: string;
  readonly section: string;
  readonly ordinal: number;
  readonly text: string;
  readonly findingsPresent: readonly string[];
  readonly findingsAbsent: readonly string[];
  readonly findingsUnsure: readonly string[];
}

export interface FindingShape {
  readonly code: string;
  readonly name: string;
  readonly synonyms: readonly string[];
  readonly snomed: string | null;
}

export type PolarityName = 'PRESENT' | 'ABSENT' | 'UNCERTAIN';

export interface FindingMentionShape {
  readonly code: string;
  readonly polarity: PolarityName;
}

export interface JobShape {
  readonly id: string;
  readonly kind: string;
  readonly state: JobState;
  readonly progress: number;
  readonly step: string;
  readonly attempt: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly result: unknown;
  readonly error: unknown;
}

export interface JobEventShape {
  readonly seq: number;
  readonly at: Date;
  readonly state: JobState;
  readonly progress: number;
  readonly step: string;
}

export interface SpaceShape {
  readonly id: number;
  readonly name: string;
  readonly version: number;
  readonly channel: string;
  readonly digest: string;
  readonly width: number;
  readonly phase: 'BUILDING' | 'READY' | 'ACTIVE' | 'RETIRED';
  readonly stored: number;
  readonly expected: number;
  readonly recallAt10: number | null;
  readonly since: Date | null;
}

export interface ProjectShape {
  readonly id: string;
  readonly name: string;
}

export interface ApiKeyShape {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly role: RoleName;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface UploadShape {
  readonly id: string;
  readonly expiresAt: Date;
  readonly maxBytes: number;
}

export interface UserErrorShape {
  readonly code: ErrorCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** One page of a Relay connection over `T`, cursors included. */
export interface ConnectionShape<T> {
  readonly edges: readonly { readonly node: T; readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}
