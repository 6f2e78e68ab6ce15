// Makes the context of one request out of its session and the services of this server.
import type { Database } from '@tomograph/data';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { type RequestContext, rateKeyOf } from '../context.js';
import { ingestUpload } from '../ingest/ingest-upload.js';
import type { ApiLimits } from '../limits/limits.js';
import type { RateLimiter } from '../limits/rate-limit.js';
import { createLoaders } from '../loaders.js';
import type { MeaningPort } from '../meaning/meaning-port.js';
import { importAdapter } from '../models/import-adapter.js';
import type { ModelCatalogue } from '../models/model-catalogue.js';
import { ModelReads } from '../models/model-reads.js';
import type { Webhooks } from '../models/webhooks.js';
import { caseSearch, type SearchParts } from '../search/case-search.js';
import type { Quarantine } from './quarantine.js';
import { requestIdOf } from './request-id.js';
import { sessionOf } from './session.js';

export interface ContextParts {
  readonly database: Database;
  readonly search: SearchParts;
  readonly meaning: MeaningPort | undefined;
  readonly models: ModelCatalogue;
  readonly webhooks: Webhooks;
  readonly quarantine: Quarantine;
  readonly limits: ApiLimits;
  readonly logger: Logger;
  readonly rate: RateLimiter;
  /** Aborts when the server closes. */
  readonly ending: AbortSignal;
}

/** A `timed` context aborts when the operation's time is over, the other when the server closes; both with the client. */
export function contextFactory(parts: ContextParts) {
  const { database, search, meaning, models, webhooks, quarantine, limits, logger, rate, ending } = parts;
  return (req: Request, res: Response, lasting: 'timed' | 'until closed'): RequestContext => {
    const { viewer, db } = sessionOf(res);
    const loaders = createLoaders(db);
    const gone = new AbortController();
    res.once('close', () => gone.abort());
    const end = lasting === 'timed' ? AbortSignal.timeout(limits.operationTimeoutMs) : ending;
    return {
      requestId: requestIdOf(res),
      viewer,
      db,
      loaders,
      search: caseSearch(search, viewer, db, loaders),
      meaning,
      models: new ModelReads(models),
      webhooks,
      importAdapter: (request) => importAdapter({ db, models, quarantine }, request),
      ingest: (request) => ingestUpload(database, db, request),
      limits,
      logger,
      signal: AbortSignal.any([gone.signal, end]),
      idempotencyKey: req.get('idempotency-key'),
      rate: () => rate.state(rateKeyOf(viewer)),
      requestedCost: 0,
      resolvedCost: 0,
    };
  };
}
