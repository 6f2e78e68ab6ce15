// Made by scripts/generate-graphql.mjs from the API schema and operations/*.graphql. Do not edit.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type ActivateSpaceInput = {
  clientMutationId?: string | null | undefined;
  space: string;
};

export type BodyPart =
  | 'ABDOMEN'
  | 'ABDOMEN_PELVIS'
  | 'CHEST'
  | 'CHEST_ABDOMEN'
  | 'HEAD'
  | 'LIMB'
  | 'NECK'
  | 'PELVIS'
  | 'UNKNOWN'
  | 'WHOLE_BODY';

export type CancelJobInput = {
  clientMutationId?: string | null | undefined;
  job: string;
};

/** Lists are alternatives, fields are all required; `from` and `to` are shifted days. */
export type CaseFilter = {
  ageBand?: Array<number> | null | undefined;
  bodyPart?: Array<BodyPart> | null | undefined;
  demo?: boolean | null | undefined;
  /** Codes of findings that a report of the case says are present. */
  finding?: Array<string> | null | undefined;
  from?: string | null | undefined;
  modality?: Array<Modality> | null | undefined;
  sex?: Array<Sex> | null | undefined;
  to?: string | null | undefined;
};

export type CreateApiKeyInput = {
  clientMutationId?: string | null | undefined;
  name: string;
  /** Some of the own projects; all of them when left out. */
  projects?: Array<string> | null | undefined;
  role: Role;
};

export type CreateUploadInput = {
  /** The exact size of what will be PUT. */
  bytes: number;
  clientMutationId?: string | null | undefined;
  kind: UploadKind;
  /** Needed when the API key has several projects. */
  project?: string | null | undefined;
};

export type EraseCaseInput = {
  case: string;
  clientMutationId?: string | null | undefined;
};

export type ErrorCode =
  | 'ADAPTER_BASE_MISMATCH'
  | 'ADAPTER_KEY_MISSING'
  | 'ADAPTER_KEY_UNEXPECTED'
  | 'ADAPTER_NOT_FINITE'
  | 'ADAPTER_NO_EFFECT'
  | 'ADAPTER_SHAPE_MISMATCH'
  | 'BLOB_CORRUPT'
  | 'BLOB_MISSING'
  | 'CANCELLED'
  | 'CERTIFICATE_INVALID'
  | 'CONFIG_INVALID'
  | 'CONFLICT'
  | 'CURSOR_INVALID'
  | 'DATABASE_INCOMPATIBLE'
  | 'DATABASE_UNREACHABLE'
  | 'DEADLINE_EXCEEDED'
  | 'FEED_MISSING'
  | 'FEED_SHAPE'
  | 'FEED_UNKNOWN'
  | 'FORBIDDEN'
  | 'FORMAT_CORRUPT'
  | 'FORMAT_UNKNOWN'
  | 'FORMAT_UNSUPPORTED'
  | 'FORMAT_VERSION_UNKNOWN'
  | 'GEOMETRY_UNSUPPORTED'
  | 'GOLDEN_MISMATCH'
  | 'GRAPH_INVALID'
  | 'HOME_LOCKED'
  | 'INTERNAL'
  | 'INVALID_ARGUMENT'
  | 'LICENCE_MISSING'
  | 'LIMIT_EXCEEDED'
  | 'MANIFEST_INVALID'
  | 'NOT_AN_IMAGE'
  | 'NOT_FINITE'
  | 'NOT_FOUND'
  | 'OVERLOADED'
  | 'PORT_TAKEN'
  | 'PROMOTION_REFUSED'
  | 'PROVIDER_UNAVAILABLE'
  | 'RATE_LIMITED'
  | 'READER_CRASHED'
  | 'SPACE_MISMATCH'
  | 'SPACE_STATE'
  | 'TENSOR_FILE_INVALID'
  | 'TRAINING_DIVERGED'
  | 'UNAUTHENTICATED';

export type IngestUploadInput = {
  /** An existing case to add to. */
  case?: string | null | undefined;
  clientMutationId?: string | null | undefined;
  /** The project of the upload; anything else is refused. */
  project?: string | null | undefined;
  /** The report to keep with every case found in the upload. */
  reportText?: string | null | undefined;
  upload: string;
};

export type JobState =
  | 'CANCELLED'
  | 'FAILED'
  | 'QUEUED'
  | 'RUNNING'
  | 'SUCCEEDED';

export type Modality =
  | 'CR'
  | 'CT'
  | 'DX'
  | 'MR'
  | 'OTHER'
  | 'PT';

export type Polarity =
  | 'ABSENT'
  | 'PRESENT'
  | 'UNCERTAIN';

export type RevokeApiKeyInput = {
  apiKey: string;
  clientMutationId?: string | null | undefined;
};

/** READER searches and looks; CURATOR also ingests; ADMIN also keeps keys and spaces and erases. */
export type Role =
  | 'ADMIN'
  | 'CURATOR'
  | 'READER';

export type RollbackSpaceInput = {
  channel: SearchChannel;
  clientMutationId?: string | null | undefined;
};

export type SearchChannel =
  | 'IMAGE'
  | 'MEANING'
  | 'TEXT';

/** At least one of text, xray (the id of an upload of kind QUERY_XRAY) and case. */
export type SearchInput = {
  case?: string | null | undefined;
  filter?: CaseFilter | null | undefined;
  text?: string | null | undefined;
  xray?: string | null | undefined;
};

/** EXACT compared all candidates; HNSW an index, with measured recall; TEXT the full-text index. */
export type SearchMode =
  | 'EXACT'
  | 'HNSW'
  | 'TEXT';

export type Sex =
  | 'FEMALE'
  | 'MALE'
  | 'OTHER'
  | 'UNKNOWN';

export type SpacePhase =
  | 'ACTIVE'
  | 'BUILDING'
  | 'READY'
  | 'RETIRED';

/** IMAGE_OR_ARCHIVE and REPORT_TEXT are for ingestUpload, QUERY_XRAY for searchCases, TASK_DATA for addTask, ADAPTER for importAdapter. */
export type UploadKind =
  | 'ADAPTER'
  | 'IMAGE_OR_ARCHIVE'
  | 'QUERY_XRAY'
  | 'REPORT_TEXT'
  | 'TASK_DATA';

export type XrayView =
  | 'AP'
  | 'LATERAL'
  | 'PA'
  | 'UNKNOWN';

export type SpacePartsFragment = { id: string, name: string, version: number, channel: SearchChannel, digest: string, width: number, phase: SpacePhase, stored: number, expected: number, recallAt10: number | null, since: string | null };

export type KeyPartsFragment = { id: string, name: string, prefix: string, role: Role, createdAt: string, lastUsedAt: string | null, revokedAt: string | null };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { name: string, role: Role, projects: Array<{ id: string, name: string }> } };

export type SpacesQueryVariables = Exact<{ [key: string]: never; }>;


export type SpacesQuery = { embeddingSpaces: Array<{ id: string, name: string, version: number, channel: SearchChannel, digest: string, width: number, phase: SpacePhase, stored: number, expected: number, recallAt10: number | null, since: string | null }> };

export type ApiKeysQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ApiKeysQuery = { viewer: { apiKeys: { edges: Array<{ node: { id: string, name: string, prefix: string, role: Role, createdAt: string, lastUsedAt: string | null, revokedAt: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } };

export type CreateApiKeyMutationVariables = Exact<{
  input: CreateApiKeyInput;
}>;


export type CreateApiKeyMutation = { createApiKey: { key: string | null, apiKey: { id: string, name: string, prefix: string, role: Role, createdAt: string, lastUsedAt: string | null, revokedAt: string | null } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type RevokeApiKeyMutationVariables = Exact<{
  input: RevokeApiKeyInput;
}>;


export type RevokeApiKeyMutation = { revokeApiKey: { apiKey: { id: string, name: string, prefix: string, role: Role, createdAt: string, lastUsedAt: string | null, revokedAt: string | null } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type ActivateSpaceMutationVariables = Exact<{
  input: ActivateSpaceInput;
}>;


export type ActivateSpaceMutation = { activateSpace: { space: { id: string, name: string, version: number, channel: SearchChannel, digest: string, width: number, phase: SpacePhase, stored: number, expected: number, recallAt10: number | null, since: string | null } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type RollbackSpaceMutationVariables = Exact<{
  input: RollbackSpaceInput;
}>;


export type RollbackSpaceMutation = { rollbackSpace: { space: { id: string, name: string, version: number, channel: SearchChannel, digest: string, width: number, phase: SpacePhase, stored: number, expected: number, recallAt10: number | null, since: string | null } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type CaseCardFragment = { id: string, label: string, sex: Sex, ageBand: number | null, shiftedDay: string | null, bodyPart: BodyPart, modalities: Array<Modality>, isDemo: boolean, thumbnailUrl: string | null };

export type MentionPartsFragment = { polarity: Polarity, finding: { code: string, name: string, synonyms: Array<string> } };

export type LatestCasesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: CaseFilter | null | undefined;
}>;


export type LatestCasesQuery = { cases: { totalCount: number | null, totalCountIsExact: boolean, edges: Array<{ cursor: string, node: { id: string, label: string, sex: Sex, ageBand: number | null, shiftedDay: string | null, bodyPart: BodyPart, modalities: Array<Modality>, isDemo: boolean, thumbnailUrl: string | null, findings: Array<{ polarity: Polarity, finding: { code: string, name: string, synonyms: Array<string> } }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CaseDetailQueryVariables = Exact<{
  id: string;
}>;


export type CaseDetailQuery = { case: { patientKey: string, createdAt: string, id: string, label: string, sex: Sex, ageBand: number | null, shiftedDay: string | null, bodyPart: BodyPart, modalities: Array<Modality>, isDemo: boolean, thumbnailUrl: string | null, series: Array<{ id: string, modality: Modality, bodyPart: BodyPart, size: Array<number>, spacingMm: Array<number>, contentDigest: string, volumeUrl: string, thumbnails: { axial: string, coronal: string, sagittal: string, mip: string }, notes: Array<{ code: string, message: string }> }>, xrays: Array<{ id: string, view: XrayView, modality: Modality, width: number, height: number, spacingMm: Array<number>, imageUrl: string, thumbnailUrl: string, notes: Array<{ code: string, message: string }> }>, reports: Array<{ id: string, text: string, sentences: Array<{ id: string, section: string, ordinal: number, text: string, findings: Array<{ polarity: Polarity, finding: { code: string, name: string, synonyms: Array<string> } }> }> }> } | null };

export type SimilarCasesQueryVariables = Exact<{
  id: string;
  first: number;
}>;


export type SimilarCasesQuery = { case: { id: string, similar: { shortfall: number, edges: Array<{ score: number, node: { id: string, label: string, sex: Sex, ageBand: number | null, shiftedDay: string | null, bodyPart: BodyPart, modalities: Array<Modality>, isDemo: boolean, thumbnailUrl: string | null }, why: Array<{ channel: SearchChannel, rank: number, score: number, part: number }> }>, channels: Array<{ channel: SearchChannel, mode: SearchMode, candidates: number, recallAt10: number | null, space: string | null, tookMs: number }> } } | null };

export type CaseIdsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: CaseFilter | null | undefined;
}>;


export type CaseIdsQuery = { cases: { edges: Array<{ node: { id: string, label: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type EraseCaseMutationVariables = Exact<{
  input: EraseCaseInput;
}>;


export type EraseCaseMutation = { eraseCase: { erasedCase: string | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type JobPartsFragment = { id: string, kind: string, state: JobState, progress: number, step: string, createdAt: string, startedAt: string | null, finishedAt: string | null, attempt: number, error: { code: ErrorCode, message: string } | null, cases: Array<{ id: string, label: string }>, refused: Array<{ source: string, code: ErrorCode, message: string }> };

export type JobsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  state?: JobState | null | undefined;
}>;


export type JobsQuery = { jobs: { edges: Array<{ node: { id: string, kind: string, state: JobState, progress: number, step: string, createdAt: string, startedAt: string | null, finishedAt: string | null, attempt: number, error: { code: ErrorCode, message: string } | null, cases: Array<{ id: string, label: string }>, refused: Array<{ source: string, code: ErrorCode, message: string }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type JobQueryVariables = Exact<{
  id: string;
}>;


export type JobQuery = { job: { id: string, kind: string, state: JobState, progress: number, step: string, createdAt: string, startedAt: string | null, finishedAt: string | null, attempt: number, error: { code: ErrorCode, message: string } | null, cases: Array<{ id: string, label: string }>, refused: Array<{ source: string, code: ErrorCode, message: string }> } | null };

export type JobProgressSubscriptionVariables = Exact<{
  id: string;
  afterSeq?: number | null | undefined;
}>;


export type JobProgressSubscription = { jobProgress: { seq: number, at: string, state: JobState, progress: number, step: string } };

export type CancelJobMutationVariables = Exact<{
  input: CancelJobInput;
}>;


export type CancelJobMutation = { cancelJob: { job: { id: string, kind: string, state: JobState, progress: number, step: string, createdAt: string, startedAt: string | null, finishedAt: string | null, attempt: number, error: { code: ErrorCode, message: string } | null, cases: Array<{ id: string, label: string }>, refused: Array<{ source: string, code: ErrorCode, message: string }> } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type CreateUploadMutationVariables = Exact<{
  input: CreateUploadInput;
}>;


export type CreateUploadMutation = { createUpload: { uploadUrl: string | null, upload: { id: string, expiresAt: string, maxBytes: number } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type IngestUploadMutationVariables = Exact<{
  input: IngestUploadInput;
}>;


export type IngestUploadMutation = { ingestUpload: { job: { id: string, kind: string, state: JobState, progress: number, step: string, createdAt: string, startedAt: string | null, finishedAt: string | null, attempt: number, error: { code: ErrorCode, message: string } | null, cases: Array<{ id: string, label: string }>, refused: Array<{ source: string, code: ErrorCode, message: string }> } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type SearchCasesQueryVariables = Exact<{
  input: SearchInput;
  first: number;
  after?: string | null | undefined;
}>;


export type SearchCasesQuery = { searchCases: { shortfall: number, totalCount: number | null, totalCountIsExact: boolean, edges: Array<{ cursor: string, score: number, node: { id: string, label: string, sex: Sex, ageBand: number | null, shiftedDay: string | null, bodyPart: BodyPart, modalities: Array<Modality>, isDemo: boolean, thumbnailUrl: string | null }, why: Array<{ channel: SearchChannel, rank: number, score: number, part: number, seriesId: string | null, xrayId: string | null, view: XrayView | null, highlights: Array<{ start: number, end: number }> | null, sentence: { id: string, section: string, text: string, findings: Array<{ polarity: Polarity, finding: { code: string, name: string, synonyms: Array<string> } }> } | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, channels: Array<{ channel: SearchChannel, mode: SearchMode, candidates: number, recallAt10: number | null, space: string | null, tookMs: number }>, queryFindings: Array<{ polarity: Polarity, finding: { code: string, name: string, synonyms: Array<string> } }> } };

export type SearchIdsQueryVariables = Exact<{
  input: SearchInput;
  first: number;
  after?: string | null | undefined;
}>;


export type SearchIdsQuery = { searchCases: { edges: Array<{ score: number, node: { id: string, label: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type FindingNamesQueryVariables = Exact<{
  first: number;
  text?: string | null | undefined;
}>;


export type FindingNamesQuery = { findings: { edges: Array<{ node: { code: string, name: string } }> } };

export interface Operations {
  Viewer: { data: ViewerQuery; variables: ViewerQueryVariables };
  Spaces: { data: SpacesQuery; variables: SpacesQueryVariables };
  ApiKeys: { data: ApiKeysQuery; variables: ApiKeysQueryVariables };
  CreateApiKey: { data: CreateApiKeyMutation; variables: CreateApiKeyMutationVariables };
  RevokeApiKey: { data: RevokeApiKeyMutation; variables: RevokeApiKeyMutationVariables };
  ActivateSpace: { data: ActivateSpaceMutation; variables: ActivateSpaceMutationVariables };
  RollbackSpace: { data: RollbackSpaceMutation; variables: RollbackSpaceMutationVariables };
  LatestCases: { data: LatestCasesQuery; variables: LatestCasesQueryVariables };
  CaseDetail: { data: CaseDetailQuery; variables: CaseDetailQueryVariables };
  SimilarCases: { data: SimilarCasesQuery; variables: SimilarCasesQueryVariables };
  CaseIds: { data: CaseIdsQuery; variables: CaseIdsQueryVariables };
  EraseCase: { data: EraseCaseMutation; variables: EraseCaseMutationVariables };
  Jobs: { data: JobsQuery; variables: JobsQueryVariables };
  Job: { data: JobQuery; variables: JobQueryVariables };
  JobProgress: { data: JobProgressSubscription; variables: JobProgressSubscriptionVariables };
  CancelJob: { data: CancelJobMutation; variables: CancelJobMutationVariables };
  CreateUpload: { data: CreateUploadMutation; variables: CreateUploadMutationVariables };
  IngestUpload: { data: IngestUploadMutation; variables: IngestUploadMutationVariables };
  SearchCases: { data: SearchCasesQuery; variables: SearchCasesQueryVariables };
  SearchIds: { data: SearchIdsQuery; variables: SearchIdsQueryVariables };
  FindingNames: { data: FindingNamesQuery; variables: FindingNamesQueryVariables };
}
