// What the schema's types are made of: records as they leave packages/data. The public names are in the files beside
// this one; what no client may see (digests of blobs, affines, hashes) has no field there.
import type { ErrorCode, Polarity } from '@tomograph/kernel';

export type {
  ApiKeyRecord,
  JobEventRecord,
  JobRecord,
  NoduleAssessmentRecord,
  Page,
  ProjectRecord,
  ReportRecord,
  SegmentationRecord,
  SentenceRecord,
  SeriesRecord,
  SpaceRecord,
  StudyRecord,
  UploadRecord,
  XrayRecord,
} from '@tomograph/data';

export interface FindingMentionShape {
  readonly code: string;
  readonly polarity: Polarity;
}

export interface UserErrorShape {
  readonly code: ErrorCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}
