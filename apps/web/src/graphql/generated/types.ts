// Made by scripts/generate-graphql.mjs from the API schema and operations/*.graphql. Do not edit.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type ActivateSpaceInput = {
  clientMutationId?: string | null | undefined;
  space: string;
};

export type AddTaskInput = {
  /** Needed when there are several. */
  base?: string | null | undefined;
  batchSize?: number | null | undefined;
  clientMutationId?: string | null | undefined;
  description?: string | null | undefined;
  /** Over those of dataset.json. */
  labels?: Array<TaskLabelInput> | null | undefined;
  /** Of the adapter: an SPDX expression, or LicenseRef-… */
  licence: string;
  /** Lower case letters, digits, . _ - */
  name: string;
  rank?: number | null | undefined;
  seed?: number | null | undefined;
  steps?: number | null | undefined;
  /** Of kind TASK_DATA: a zip in the layout of nnU-Net (imagesTr, labelsTr, dataset.json). */
  upload: string;
};

export type AliasAction =
  | 'PROMOTE'
  | 'REMOVE'
  | 'ROLLBACK';

export type AssessNoduleInput = {
  /** Instead of `series`: the case whose only CT is meant. */
  case?: string | null | undefined;
  clientMutationId?: string | null | undefined;
  /** 1 to 50: each is answered by itself. */
  places: Array<NodulePlaceInput>;
  series?: string | null | undefined;
};

export type BackfillSpaceInput = {
  clientMutationId?: string | null | undefined;
  /** Whose job it is; needed when the API key has several projects. */
  project?: string | null | undefined;
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

/** RED: something learnt earlier changed. A red certificate is promoted by nobody. */
export type CertificateVerdict =
  | 'GREEN'
  | 'RED';

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

export type CreateWebhookInput = {
  clientMutationId?: string | null | undefined;
  events: Array<RegistryEventKind>;
  /** One model; all when left out. */
  model?: string | null | undefined;
  /** https://, and no private address. */
  url: string;
};

export type DeleteWebhookInput = {
  clientMutationId?: string | null | undefined;
  webhook: string;
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

export type ImportAdapterInput = {
  /** Upload of kind ADAPTER: adapter_config.json. */
  adapterConfig: string;
  /** Upload of kind ADAPTER: adapter_model.safetensors. */
  adapterModel: string;
  /** Other bytes are refused: BLOB_CORRUPT. */
  adapterModelDigest?: string | null | undefined;
  /** Needed when there are several. */
  base?: string | null | undefined;
  /** Upload of kind ADAPTER: README.md. */
  card?: string | null | undefined;
  clientMutationId?: string | null | undefined;
  /** For files that name no base: it was trained on this one. */
  declaresBase?: boolean | null | undefined;
  description?: string | null | undefined;
  /** Where it comes from, in words or as an address. */
  from?: string | null | undefined;
  /** In the order of the classes; needed where the files name none. */
  labels?: Array<TaskLabelInput> | null | undefined;
  /** Over the one in the card. */
  licence?: string | null | undefined;
  /** Of the task. */
  name: string;
};

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

/** A place in the patient, mm: x to the left, y to the back, z to the head. */
export type LpsPointInput = {
  x: number;
  y: number;
  z: number;
};

/** The lower end of the interval decides for atLeast, the upper end for atMost. */
export type MetricGateInput = {
  atLeast?: number | null | undefined;
  atMost?: number | null | undefined;
  /** What it was measured on, as the version says it. */
  data: string;
  /** `dice` … */
  metric: string;
  /** The mean over all when left out. */
  structure?: string | null | undefined;
};

export type Modality =
  | 'CR'
  | 'CT'
  | 'DX'
  | 'MR'
  | 'OTHER'
  | 'PT';

/** BASE: a frozen network. TASK: an adapter and a head for one base. */
export type ModelKind =
  | 'BASE'
  | 'TASK';

/** By the ratings of radiologists, not by histology. */
export type NoduleOutcome =
  | 'BENIGN'
  | 'MALIGNANT';

/** Either `point`, or `low` and `high` of a box. */
export type NodulePlaceInput = {
  /** Above `low` on every axis, by at most 80 mm. The nodule's middle lies inside. */
  high?: LpsPointInput | null | undefined;
  low?: LpsPointInput | null | undefined;
  /** Within about 5 mm of the nodule. */
  point?: LpsPointInput | null | undefined;
};

/** OTHER: a reason of a newer model, said in the message. */
export type NoduleRefusalReason =
  | 'NO_NODULE_AT_POINT'
  | 'OTHER'
  | 'OUTSIDE_LUNG'
  | 'OUTSIDE_SCAN'
  | 'PADDING'
  | 'SLICES_TOO_FAR_APART';

export type Polarity =
  | 'ABSENT'
  | 'PRESENT'
  | 'UNCERTAIN';

export type PromoteModelInput = {
  /** `champion`, `challenger` … */
  alias: string;
  clientMutationId?: string | null | undefined;
  model: string;
  version: number;
  /** Stands in the log. */
  why: string;
};

/** Up to 10 texts on each side; what denies is made from what affirms where it is left out. */
export type PromptPair = {
  absent?: Array<string> | null | undefined;
  present: Array<string>;
};

export type RegistryEventKind =
  | 'ALIAS_CREATED'
  | 'ALIAS_DELETED'
  | 'ALIAS_POLICY_SET'
  | 'CERTIFICATE_ISSUED'
  | 'MODEL_VERSION_CREATED';

export type RemoveAliasInput = {
  alias: string;
  clientMutationId?: string | null | undefined;
  model: string;
  /** Stands in the log. */
  why: string;
};

export type RetryDeliveryInput = {
  clientMutationId?: string | null | undefined;
  delivery: string;
};

export type RevokeApiKeyInput = {
  apiKey: string;
  clientMutationId?: string | null | undefined;
};

/** READER searches and looks; CURATOR also ingests; ADMIN also keeps keys and spaces and erases. */
export type Role =
  | 'ADMIN'
  | 'CURATOR'
  | 'READER';

export type RollbackModelInput = {
  alias: string;
  clientMutationId?: string | null | undefined;
  model: string;
  /** Stands in the log. */
  why: string;
};

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

export type SegmentSeriesInput = {
  clientMutationId?: string | null | undefined;
  series: string;
  /** `spleen` (its champion), `spleen/3`, `spleen@challenger`, a whole URI, or the name of a base for what it knows itself. */
  tasks: Array<string>;
};

/** SKIPPED: the part of the body that the task is for is not in the series. */
export type SegmentationTaskOutcome =
  | 'DONE'
  | 'SKIPPED';

export type SetAliasPolicyInput = {
  alias: string;
  clientMutationId?: string | null | undefined;
  /** Moved by an ADMIN only. */
  isProtected: boolean;
  metrics?: Array<MetricGateInput> | null | undefined;
  model: string;
  needsCertificate: boolean;
  /** Stands in the log. */
  why: string;
};

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

export type TaskLabelInput = {
  name: string;
  snomedCode?: string | null | undefined;
  snomedDisplay?: string | null | undefined;
  /** In the label maps, 1 to 65,535. */
  value: number;
};

export type TestWebhookInput = {
  clientMutationId?: string | null | undefined;
  webhook: string;
};

/** IMAGE_OR_ARCHIVE and REPORT_TEXT are for ingestUpload, QUERY_XRAY for searchCases, TASK_DATA for addTask, ADAPTER for importAdapter. */
export type UploadKind =
  | 'ADAPTER'
  | 'IMAGE_OR_ARCHIVE'
  | 'QUERY_XRAY'
  | 'REPORT_TEXT'
  | 'TASK_DATA';

export type VerifyModelInput = {
  clientMutationId?: string | null | undefined;
  /** Whose job it is; needed when the API key has several projects. */
  project?: string | null | undefined;
  uri: string;
};

export type WebhookDeliveryState =
  | 'DELIVERED'
  | 'FAILED'
  | 'PENDING';

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

export type BackfillSpaceMutationVariables = Exact<{
  input: BackfillSpaceInput;
}>;


export type BackfillSpaceMutation = { backfillSpace: { job: { id: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

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

export type ZeroShotPartsFragment = { seriesId: string, space: string, cells: number, findings: Array<{ probability: number | null, threshold: number | null, isPresent: boolean | null, score: number, finding: { code: string, name: string } | null, calibration: { positives: number, cases: number } | null, prompts: { present: Array<string>, absent: Array<string> }, evidence: { region: string, heat: Array<number> } }> };

export type ZeroShotFindingsQueryVariables = Exact<{
  study: string;
}>;


export type ZeroShotFindingsQuery = { zeroShot: { seriesId: string, space: string, cells: number, findings: Array<{ probability: number | null, threshold: number | null, isPresent: boolean | null, score: number, finding: { code: string, name: string } | null, calibration: { positives: number, cases: number } | null, prompts: { present: Array<string>, absent: Array<string> }, evidence: { region: string, heat: Array<number> } }> } };

export type ZeroShotPromptsQueryVariables = Exact<{
  study: string;
  prompts: Array<PromptPair> | PromptPair;
}>;


export type ZeroShotPromptsQuery = { zeroShot: { seriesId: string, space: string, cells: number, findings: Array<{ probability: number | null, threshold: number | null, isPresent: boolean | null, score: number, finding: { code: string, name: string } | null, calibration: { positives: number, cases: number } | null, prompts: { present: Array<string>, absent: Array<string> }, evidence: { region: string, heat: Array<number> } }> } };

export type DraftQueryVariables = Exact<{
  study: string;
}>;


export type DraftQuery = { draftReport: { seriesId: string, space: string, cells: number, text: string, sentences: Array<{ text: string, isPresent: boolean, probability: number, threshold: number, finding: { code: string, name: string } | null, evidence: { region: string, score: number, heat: Array<number> }, nearestFacts: Array<{ similarity: number, case: { id: string, label: string } | null, sentence: { id: string, text: string } | null }> }> } };

export type RegionBoxQueryVariables = Exact<{
  series: string;
}>;


export type RegionBoxQuery = { node:
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string, regionBox: { lowMm: Array<number>, highMm: Array<number> } | null }
    | { id: string }
   | null };

export type VersionPartsFragment = { uri: string, version: number, kind: ModelKind, manifest: string, createdAt: string, createdBy: string, description: string, licence: string, aliases: Array<string>, rank: number | null, labels: Array<{ value: number, name: string, snomed: { code: string, display: string } | null }>, metrics: Array<{ name: string, structure: string | null, value: number, unit: string, n: number, data: string, interval: { low: number, high: number, level: number } | null }>, parameters: { network: number, factors: number | null, head: number | null, decoder: number | null, factorsPercent: number | null, headPercent: number | null, decoderPercent: number | null } };

export type CertificatePartsFragment = { digest: string, verdict: CertificateVerdict, isValid: boolean, problem: string | null, keyId: string | null, url: string, evidence: { issuedAt: string, bwt: number | null, fwt: number | null, reasons: Array<string>, canaryCount: number, identicalCanaries: number, tasks: Array<{ model: string, version: number }>, dice: Array<{ values: Array<number | null> }>, testSets: Array<{ digest: string | null, isReplayed: boolean }>, growthTotal: { factorsPercent: number, headPercent: number }, runtime: { engine: string, version: string, provider: string, device: string, threads: number, graphLevel: string } } | null };

export type ModelJobPartsFragment = { id: string, kind: string, state: JobState, progress: number, step: string, about: string, createdAt: string, startedAt: string | null, finishedAt: string | null, attempt: number, error: { code: ErrorCode, message: string } | null };

export type ModelsQueryVariables = Exact<{ [key: string]: never; }>;


export type ModelsQuery = { models: Array<{ name: string, latest: { uri: string, version: number, kind: ModelKind, manifest: string, createdAt: string, createdBy: string, description: string, licence: string, aliases: Array<string>, rank: number | null, labels: Array<{ value: number, name: string, snomed: { code: string, display: string } | null }>, metrics: Array<{ name: string, structure: string | null, value: number, unit: string, n: number, data: string, interval: { low: number, high: number, level: number } | null }>, parameters: { network: number, factors: number | null, head: number | null, decoder: number | null, factorsPercent: number | null, headPercent: number | null, decoderPercent: number | null } }, tasks: Array<{ name: string, aliases: Array<{ alias: string, version: { version: number, certificate: { verdict: CertificateVerdict, isValid: boolean } | null } }>, latest: { uri: string, version: number, kind: ModelKind, manifest: string, createdAt: string, createdBy: string, description: string, licence: string, aliases: Array<string>, rank: number | null, labels: Array<{ value: number, name: string, snomed: { code: string, display: string } | null }>, metrics: Array<{ name: string, structure: string | null, value: number, unit: string, n: number, data: string, interval: { low: number, high: number, level: number } | null }>, parameters: { network: number, factors: number | null, head: number | null, decoder: number | null, factorsPercent: number | null, headPercent: number | null, decoderPercent: number | null } } }> }>, workers: Array<{ id: string, device: string, seenAt: string, adapterBytes: number, bases: Array<{ name: string, queued: number, running: number, completed: number }>, adapters: Array<{ name: string, manifest: string, bytes: number }> }> };

export type ModelDetailQueryVariables = Exact<{
  name: string;
}>;


export type ModelDetailQuery = { model: { name: string, kind: ModelKind, aliases: Array<{ alias: string, isProtected: boolean, canRollBack: boolean, version: { version: number } }>, aliasPolicies: Array<{ alias: string, isProtected: boolean, gates: Array<{ isCertificate: boolean, metric: string | null, structure: string | null, data: string | null, atLeast: number | null, atMost: number | null }> }>, aliasHistory: Array<{ seq: number, at: string, who: string, why: string, alias: string, action: AliasAction, from: number | null, to: number | null, gates: Array<{ gate: string, ok: boolean, reason: string }> }>, versions: Array<{ cardUrl: string | null, manifestUrl: string, uri: string, version: number, kind: ModelKind, manifest: string, createdAt: string, createdBy: string, description: string, licence: string, aliases: Array<string>, rank: number | null, base: { uri: string } | null, provenance: { origin: string, method: string, steps: number | null, seed: number | null, from: string | null, data: { name: string, training: number, validation: number, test: number } | null }, files: Array<{ name: string, bytes: number, url: string }>, certificate: { digest: string, verdict: CertificateVerdict, isValid: boolean, problem: string | null, keyId: string | null, url: string, evidence: { issuedAt: string, bwt: number | null, fwt: number | null, reasons: Array<string>, canaryCount: number, identicalCanaries: number, tasks: Array<{ model: string, version: number }>, dice: Array<{ values: Array<number | null> }>, testSets: Array<{ digest: string | null, isReplayed: boolean }>, growthTotal: { factorsPercent: number, headPercent: number }, runtime: { engine: string, version: string, provider: string, device: string, threads: number, graphLevel: string } } | null } | null, labels: Array<{ value: number, name: string, snomed: { code: string, display: string } | null }>, metrics: Array<{ name: string, structure: string | null, value: number, unit: string, n: number, data: string, interval: { low: number, high: number, level: number } | null }>, parameters: { network: number, factors: number | null, head: number | null, decoder: number | null, factorsPercent: number | null, headPercent: number | null, decoderPercent: number | null } }> } | null };

export type TaskChoicesQueryVariables = Exact<{ [key: string]: never; }>;


export type TaskChoicesQuery = { models: Array<{ name: string, aliases: Array<{ alias: string }>, latest: { description: string, labels: Array<{ name: string }> }, tasks: Array<{ name: string, aliases: Array<{ alias: string }>, latest: { description: string, labels: Array<{ name: string }> } }> }> };

export type SegmentationsQueryVariables = Exact<{
  series: string;
}>;


export type SegmentationsQuery = { node:
    | { id: string, segmentations: Array<{ id: string, createdAt: string, geometryDigest: string, labelsUrl: string, dicomUrl: string | null, device: string, tasks: Array<{ task: string, outcome: SegmentationTaskOutcome }>, structures: Array<{ value: number, name: string, colour: string, volumeMl: number, task: string, snomed: { code: string, display: string } | null }>, conflicts: { voxels: number, foreground: number, pairs: Array<{ structures: Array<string>, voxels: number }> } }> }
    | Record<PropertyKey, never>
   | null };

export type ModelJobQueryVariables = Exact<{
  id: string;
  afterSeq?: number | null | undefined;
}>;


export type ModelJobQuery = { job: { id: string, kind: string, state: JobState, progress: number, step: string, about: string, createdAt: string, startedAt: string | null, finishedAt: string | null, attempt: number, training: { dice: number | null, trainingCases: number, testCases: number, notes: Array<string>, seconds: number } | null, modelVersion: { uri: string, model: { name: string }, certificate: { verdict: CertificateVerdict, isValid: boolean } | null } | null, segmentation: { id: string, series: { id: string } | null } | null, events: Array<{ seq: number, problem: string | null, training: { step: number, steps: number, loss: number, dice: number } | null }>, error: { code: ErrorCode, message: string } | null } | null };

export type TrainingProgressSubscriptionVariables = Exact<{
  id: string;
  afterSeq?: number | null | undefined;
}>;


export type TrainingProgressSubscription = { jobProgress: { seq: number, state: JobState, progress: number, step: string, problem: string | null, training: { step: number, steps: number, loss: number, dice: number } | null } };

export type SegmentSeriesMutationVariables = Exact<{
  input: SegmentSeriesInput;
}>;


export type SegmentSeriesMutation = { segmentSeries: { job: { id: string, kind: string, state: JobState, progress: number, step: string, about: string, createdAt: string, startedAt: string | null, finishedAt: string | null, attempt: number, error: { code: ErrorCode, message: string } | null } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type AddTaskMutationVariables = Exact<{
  input: AddTaskInput;
}>;


export type AddTaskMutation = { addTask: { job: { id: string, kind: string, state: JobState, progress: number, step: string, about: string, createdAt: string, startedAt: string | null, finishedAt: string | null, attempt: number, error: { code: ErrorCode, message: string } | null } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type VerifyModelMutationVariables = Exact<{
  input: VerifyModelInput;
}>;


export type VerifyModelMutation = { verifyModel: { job: { id: string, kind: string, state: JobState, progress: number, step: string, about: string, createdAt: string, startedAt: string | null, finishedAt: string | null, attempt: number, error: { code: ErrorCode, message: string } | null } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type PromoteModelMutationVariables = Exact<{
  input: PromoteModelInput;
}>;


export type PromoteModelMutation = { promoteModel: { version: { uri: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type RollbackModelMutationVariables = Exact<{
  input: RollbackModelInput;
}>;


export type RollbackModelMutation = { rollbackModel: { version: { uri: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type NodulesQueryVariables = Exact<{
  series: string;
}>;


export type NodulesQuery = { node:
    | { id: string, noduleAssessments: Array<{ id: string, createdAt: string, manifest: string, model: { uri: string } | null, target: { point: { x: number, y: number, z: number } | null, low: { x: number, y: number, z: number } | null, high: { x: number, y: number, z: number } | null }, refusal: { reason: NoduleRefusalReason, message: string } | null, finding: { probability: number, longestDiameterMm: number, perpendicularDiameterMm: number, ballDiameterMm: number, volumeMm3: number, maskUrl: string | null, segUrl: string | null, srUrl: string | null, interval: { low: number, high: number, level: number }, centre: { x: number, y: number, z: number }, attributes: Array<{ name: string, value: number, least: number, most: number }>, prototypes: Array<{ member: number, index: number, outcome: NoduleOutcome, weight: number, example: { number: number, outcome: NoduleOutcome, diameterMm: number | null, pictureUrl: string | null, attribution: string } | null }>, nearest: Array<{ distance: number, nodule: { number: number, outcome: NoduleOutcome, diameterMm: number | null, pictureUrl: string | null, attribution: string } }>, warnings: Array<{ code: string, message: string }> } | null }> }
    | Record<PropertyKey, never>
   | null };

export type NoduleJobQueryVariables = Exact<{
  id: string;
}>;


export type NoduleJobQuery = { job: { id: string, state: JobState, noduleAssessments: Array<{ id: string }> } | null };

export type AssessNoduleMutationVariables = Exact<{
  input: AssessNoduleInput;
}>;


export type AssessNoduleMutation = { assessNodule: { job: { id: string, state: JobState } | null, userErrors: Array<{ code: ErrorCode, message: string }> } };

export type NodulePartsFragment = { id: string, createdAt: string, manifest: string, model: { uri: string } | null, target: { point: { x: number, y: number, z: number } | null, low: { x: number, y: number, z: number } | null, high: { x: number, y: number, z: number } | null }, refusal: { reason: NoduleRefusalReason, message: string } | null, finding: { probability: number, longestDiameterMm: number, perpendicularDiameterMm: number, ballDiameterMm: number, volumeMm3: number, maskUrl: string | null, segUrl: string | null, srUrl: string | null, interval: { low: number, high: number, level: number }, centre: { x: number, y: number, z: number }, attributes: Array<{ name: string, value: number, least: number, most: number }>, prototypes: Array<{ member: number, index: number, outcome: NoduleOutcome, weight: number, example: { number: number, outcome: NoduleOutcome, diameterMm: number | null, pictureUrl: string | null, attribution: string } | null }>, nearest: Array<{ distance: number, nodule: { number: number, outcome: NoduleOutcome, diameterMm: number | null, pictureUrl: string | null, attribution: string } }>, warnings: Array<{ code: string, message: string }> } | null };

export type StoredNodulePartsFragment = { number: number, outcome: NoduleOutcome, diameterMm: number | null, pictureUrl: string | null, attribution: string };

export type PlaceFragment = { x: number, y: number, z: number };

export type WebhooksQueryVariables = Exact<{ [key: string]: never; }>;


export type WebhooksQuery = { webhooks: Array<{ id: string, url: string, events: Array<RegistryEventKind>, model: string | null, createdAt: string, createdBy: string, disabledAt: string | null, deliveries: Array<{ id: string, deliveryId: string, eventSeq: number, state: WebhookDeliveryState, nextAttemptAt: string | null, createdAt: string, attempts: Array<{ attempt: number, at: string, status: number | null, error: string | null }> }> }> };

export type CreateWebhookMutationVariables = Exact<{
  input: CreateWebhookInput;
}>;


export type CreateWebhookMutation = { createWebhook: { secret: string | null, webhook: { id: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type TestWebhookMutationVariables = Exact<{
  input: TestWebhookInput;
}>;


export type TestWebhookMutation = { testWebhook: { delivery: { id: string, state: WebhookDeliveryState } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type RetryDeliveryMutationVariables = Exact<{
  input: RetryDeliveryInput;
}>;


export type RetryDeliveryMutation = { retryDelivery: { delivery: { id: string, state: WebhookDeliveryState } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type DeleteWebhookMutationVariables = Exact<{
  input: DeleteWebhookInput;
}>;


export type DeleteWebhookMutation = { deleteWebhook: { webhook: { id: string, disabledAt: string | null } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type ImportAdapterMutationVariables = Exact<{
  input: ImportAdapterInput;
}>;


export type ImportAdapterMutation = { importAdapter: { job: { id: string, kind: string, state: JobState, progress: number, step: string, about: string, createdAt: string, startedAt: string | null, finishedAt: string | null, attempt: number, error: { code: ErrorCode, message: string } | null } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type RemoveAliasMutationVariables = Exact<{
  input: RemoveAliasInput;
}>;


export type RemoveAliasMutation = { removeAlias: { model: { name: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type SetAliasPolicyMutationVariables = Exact<{
  input: SetAliasPolicyInput;
}>;


export type SetAliasPolicyMutation = { setAliasPolicy: { model: { name: string } | null, userErrors: Array<{ code: ErrorCode, message: string, field: Array<string> | null }> } };

export type SearchCasesQueryVariables = Exact<{
  input: SearchInput;
  first: number;
  after?: string | null | undefined;
}>;


export type SearchCasesQuery = { searchCases: { shortfall: number, totalCount: number | null, totalCountIsExact: boolean, edges: Array<{ cursor: string, score: number, node: { id: string, label: string, sex: Sex, ageBand: number | null, shiftedDay: string | null, bodyPart: BodyPart, modalities: Array<Modality>, isDemo: boolean, thumbnailUrl: string | null }, why: Array<{ channel: SearchChannel, rank: number, score: number, part: number, seriesId: string | null, xrayId: string | null, view: XrayView | null, highlights: Array<{ start: number, end: number }> | null, sentence: { id: string, section: string, text: string, findings: Array<{ polarity: Polarity, finding: { code: string, name: string, synonyms: Array<string> } }> } | null, scoreParts: Array<{ sentence: string | null, seriesId: string | null, region: string | null, similarity: number, part: number, heat: Array<number> }> }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, channels: Array<{ channel: SearchChannel, mode: SearchMode, candidates: number, recallAt10: number | null, space: string | null, tookMs: number }>, queryFindings: Array<{ polarity: Polarity, finding: { code: string, name: string, synonyms: Array<string> } }> } };

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
  BackfillSpace: { data: BackfillSpaceMutation; variables: BackfillSpaceMutationVariables };
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
  ZeroShotFindings: { data: ZeroShotFindingsQuery; variables: ZeroShotFindingsQueryVariables };
  ZeroShotPrompts: { data: ZeroShotPromptsQuery; variables: ZeroShotPromptsQueryVariables };
  Draft: { data: DraftQuery; variables: DraftQueryVariables };
  RegionBox: { data: RegionBoxQuery; variables: RegionBoxQueryVariables };
  Models: { data: ModelsQuery; variables: ModelsQueryVariables };
  ModelDetail: { data: ModelDetailQuery; variables: ModelDetailQueryVariables };
  TaskChoices: { data: TaskChoicesQuery; variables: TaskChoicesQueryVariables };
  Segmentations: { data: SegmentationsQuery; variables: SegmentationsQueryVariables };
  ModelJob: { data: ModelJobQuery; variables: ModelJobQueryVariables };
  TrainingProgress: { data: TrainingProgressSubscription; variables: TrainingProgressSubscriptionVariables };
  SegmentSeries: { data: SegmentSeriesMutation; variables: SegmentSeriesMutationVariables };
  AddTask: { data: AddTaskMutation; variables: AddTaskMutationVariables };
  VerifyModel: { data: VerifyModelMutation; variables: VerifyModelMutationVariables };
  PromoteModel: { data: PromoteModelMutation; variables: PromoteModelMutationVariables };
  RollbackModel: { data: RollbackModelMutation; variables: RollbackModelMutationVariables };
  Nodules: { data: NodulesQuery; variables: NodulesQueryVariables };
  NoduleJob: { data: NoduleJobQuery; variables: NoduleJobQueryVariables };
  AssessNodule: { data: AssessNoduleMutation; variables: AssessNoduleMutationVariables };
  Webhooks: { data: WebhooksQuery; variables: WebhooksQueryVariables };
  CreateWebhook: { data: CreateWebhookMutation; variables: CreateWebhookMutationVariables };
  TestWebhook: { data: TestWebhookMutation; variables: TestWebhookMutationVariables };
  RetryDelivery: { data: RetryDeliveryMutation; variables: RetryDeliveryMutationVariables };
  DeleteWebhook: { data: DeleteWebhookMutation; variables: DeleteWebhookMutationVariables };
  ImportAdapter: { data: ImportAdapterMutation; variables: ImportAdapterMutationVariables };
  RemoveAlias: { data: RemoveAliasMutation; variables: RemoveAliasMutationVariables };
  SetAliasPolicy: { data: SetAliasPolicyMutation; variables: SetAliasPolicyMutationVariables };
  SearchCases: { data: SearchCasesQuery; variables: SearchCasesQueryVariables };
  SearchIds: { data: SearchIdsQuery; variables: SearchIdsQueryVariables };
  FindingNames: { data: FindingNamesQuery; variables: FindingNamesQueryVariables };
}
