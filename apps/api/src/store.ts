// What the schema needs done for one viewer. Implemented over packages/data and packages/retrieval in viewer-store.ts;
// kept as an interface so that the schema reads without knowing tables.
import type { PageArgs } from './limits/page.js';
import type { CaseFilterArgs } from './schema/case.js';
import type { RoleName } from './schema/enums.js';
import type { ChannelName, SearchShape } from './schema/search-shapes.js';
import type {
  ApiKeyShape,
  CaseShape,
  ConnectionShape,
  JobEventShape,
  JobShape,
  ProjectShape,
  ReportShape,
  SentenceShape,
  SeriesShape,
  SpaceShape,
  UploadShape,
  XrayShape,
} from './schema/shapes.js';

export type UploadKind = 'IMAGE_OR_ARCHIVE' | 'REPORT_TEXT' | 'QUERY_XRAY';

/** Batches behind the loaders: answers in any order; what the viewer may not see is simply missing. */
export interface BatchReads {
  cases(ids: readonly string[]): Promise<readonly CaseShape[]>;
  series(ids: readonly string[]): Promise<readonly SeriesShape[]>;
  xrays(ids: readonly string[]): Promise<readonly XrayShape[]>;
  reports(ids: readonly string[]): Promise<readonly ReportShape[]>;
  sentences(ids: readonly string[]): Promise<readonly SentenceShape[]>;
  seriesOfCases(caseIds: readonly string[]): Promise<readonly SeriesShape[]>;
  xraysOfCases(caseIds: readonly string[]): Promise<readonly XrayShape[]>;
  reportsOfCases(caseIds: readonly string[]): Promise<readonly ReportShape[]>;
  sentencesOfReports(reportIds: readonly string[]): Promise<readonly SentenceShape[]>;
  jobs(ids: readonly string[]): Promise<readonly JobShape[]>;
  apiKeys(ids: readonly string[]): Promise<readonly ApiKeyShape[]>;
}

export interface ApiStore {
  readonly batch: BatchReads;
  projects(): Promise<ProjectShape[]>;
  cases(page: PageArgs, filter: CaseFilterArgs): Promise<ConnectionShape<CaseShape>>;
  countCases(filter: CaseFilterArgs): Promise<number>;
  jobs(page: PageArgs, state: JobShape['state'] | undefined): Promise<ConnectionShape<JobShape>>;
  jobEvents(jobId: string, afterSeq: number, limit: number): Promise<JobEventShape[]>;
  /** @throws AppError NOT_FOUND */
  watchJob(jobId: string, afterSeq: number, signal: AbortSignal): AsyncIterable<JobEventShape>;
  spaces(): Promise<SpaceShape[]>;
  apiKeys(page: PageArgs): Promise<ConnectionShape<ApiKeyShape>>;
  /** @throws AppError NOT_FOUND (the case or upload), INVALID_ARGUMENT, and what describing the X-ray threw */
  search(
    input: { text?: string | undefined; uploadId?: string | undefined; caseId?: string | undefined },
    filter: CaseFilterArgs,
    page: PageArgs,
  ): Promise<SearchShape>;
  createUpload(input: {
    bytes: number;
    kind: UploadKind;
    projectId: string | undefined;
  }): Promise<{ upload: UploadShape; uploadUrl: string }>;
  ingestUpload(input: {
    uploadId: string;
    reportText: string | undefined;
    caseId: string | undefined;
    projectId: string | undefined;
    idempotencyKey: string | undefined;
  }): Promise<JobShape>;
  cancelJob(id: string): Promise<JobShape>;
  eraseCase(id: string): Promise<void>;
  activateSpace(id: number): Promise<SpaceShape>;
  rollbackSpace(channel: ChannelName): Promise<SpaceShape>;
  createApiKey(input: {
    name: string;
    role: RoleName;
    projectIds: readonly string[] | undefined;
  }): Promise<{ apiKey: ApiKeyShape; key: string }>;
  revokeApiKey(id: string): Promise<ApiKeyShape>;
}
