// What every resolver has at hand for one request. It holds no connection and no key, only what this viewer may do.
import type { JobRecord, Viewer, ViewerDb } from '@tomograph/data';
import type { Logger } from 'pino';
import type { IngestRequest } from './ingest/ingest-upload.js';
import type { ApiLimits } from './limits/limits.js';
import type { RateState } from './limits/rate-limit.js';
import type { Loaders } from './loaders.js';
import type { MeaningPort } from './meaning/meaning-port.js';
import type { ImportRequest } from './models/import-adapter.js';
import type { ModelReads } from './models/model-reads.js';
import type { Webhooks } from './models/webhooks.js';
import type { CaseSearch } from './search/case-search.js';

export interface RequestContext {
  readonly requestId: string;
  readonly viewer: Viewer;
  readonly db: ViewerDb;
  readonly loaders: Loaders;
  readonly search: CaseSearch;
  /** Undefined where this server has no learned space. */
  readonly meaning: MeaningPort | undefined;
  readonly models: ModelReads;
  readonly webhooks: Webhooks;
  readonly importAdapter: (request: ImportRequest) => Promise<JobRecord>;
  readonly ingest: (request: IngestRequest) => Promise<JobRecord>;
  readonly limits: ApiLimits;
  readonly logger: Logger;
  /** Aborts when the client went away or the operation's time is over. */
  readonly signal: AbortSignal;
  readonly idempotencyKey: string | undefined;
  readonly rate: () => RateState;
  /** Set once the operation was weighed, before it runs. */
  requestedCost: number;
  /** Grows as fields with a price of their own are resolved. */
  resolvedCost: number;
}

/** Whose points an operation spends. */
export function rateKeyOf(viewer: Viewer): string {
  return viewer.keyId ?? viewer.name;
}
