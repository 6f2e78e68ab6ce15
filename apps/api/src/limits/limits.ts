// Every cap of the API in one place. The web's largest real operation (search page) has depth 8 and cost about 900
// at 24 hits a page; the caps leave room above that and none for abuse. Not the rate: see rate-limit.ts.

export interface ApiLimits {
  /** Lexical tokens of one document, refused while parsing. */
  readonly maxTokens: number;
  /** Nested fields, fragments expanded. */
  readonly maxDepth: number;
  readonly maxAliases: number;
  /** Fields of the operation itself, fragments expanded. */
  readonly maxRootFields: number;
  readonly maxDirectives: number;
  /** How often one response key may be repeated inside one selection set. */
  readonly maxRepeats: number;
  readonly maxPageSize: number;
  readonly defaultPageSize: number;
  /** Objects that one operation may ask for, see cost.ts. */
  readonly maxCost: number;
  readonly maxNodeIds: number;
  /** Values of one list of a filter. */
  readonly maxFilterValues: number;
  readonly maxBodyBytes: number;
  readonly operationTimeoutMs: number;
  /** Leaky bucket per API key, in cost points. */
  readonly ratePoints: number;
  readonly ratePointsPerSecond: number;
  readonly maxUploadBytes: number;
  /** An uploaded X-ray to search with is one picture, not an archive. */
  readonly maxQueryXrayBytes: number;
  /** One file of an adapter; as packages/registry reads them. */
  readonly maxAdapterBytes: number;
  readonly uploadTtlMs: number;
  readonly maxReportChars: number;
  readonly maxQueryChars: number;
  readonly maxStreamsPerKey: number;
}

const MiB = 1024 * 1024;

export const defaultLimits: ApiLimits = {
  maxTokens: 1000,
  maxDepth: 12,
  maxAliases: 15,
  maxRootFields: 10,
  maxDirectives: 50,
  maxRepeats: 3,
  maxPageSize: 100,
  defaultPageSize: 20,
  maxCost: 5000,
  maxNodeIds: 100,
  maxFilterValues: 200,
  maxBodyBytes: 512 * 1024,
  operationTimeoutMs: 20_000,
  ratePoints: 50_000,
  ratePointsPerSecond: 5_000,
  maxUploadBytes: 2048 * MiB,
  maxQueryXrayBytes: 64 * MiB,
  maxAdapterBytes: 512 * MiB,
  uploadTtlMs: 30 * 60_000,
  maxReportChars: 200_000,
  maxQueryChars: 1_000,
  maxStreamsPerKey: 20,
};
