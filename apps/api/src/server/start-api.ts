// The API server: puts the endpoints together, starts and stops them. What they do is in the files beside this one.
import { AppError, systemClock } from '@tomograph/kernel';
import express, { type Express, type Request, type Response } from 'express';
import type { Logger } from 'pino';
import type { RequestContext } from '../context.js';
import type { ApiDependencies } from '../dependencies.js';
import { type ApiLimits, defaultLimits } from '../limits/limits.js';
import { RateLimiter } from '../limits/rate-limit.js';
import { createLoaders } from '../loaders.js';
import { connectRooms } from '../rooms.js';
import { schema } from '../schema/schema.js';
import { accessLog, named, routes } from './access-log.js';
import { blobHandler } from './blobs.js';
import { graphqlEndpoint, jsonBody } from './graphql-endpoint.js';
import { streamHandler } from './graphql-stream.js';
import { errorMiddleware, sendError } from './http-error.js';
import { listen } from './listen.js';
import { createMetrics, type Metrics } from './metrics.js';
import { Quarantine } from './quarantine.js';
import { assignRequestId, requestIdOf } from './request-id.js';
import { authenticate, sessionOf } from './session.js';
import { uploadHandler } from './uploads.js';

export interface RunningApi {
  readonly url: string;
  /** Stops accepting, ends streams, lets running requests finish for a few seconds. Does not close the database. */
  close(): Promise<void>;
}

const closeGraceMs = 5_000;

/** @throws AppError PORT_TAKEN */
export async function startApi(dependencies: ApiDependencies): Promise<RunningApi> {
  const limits: ApiLimits = { ...defaultLimits, ...dependencies.limits };
  const host = dependencies.host ?? '127.0.0.1';
  const clock = dependencies.clock ?? systemClock;
  const { logger } = dependencies;
  const metrics = createMetrics();
  const rate = new RateLimiter({
    points: limits.ratePoints,
    pointsPerSecond: limits.ratePointsPerSecond,
    clock,
  });
  const quarantine = new Quarantine(dependencies.config.home);
  await quarantine.prepare();
  const rooms = connectRooms(dependencies, { quarantine, limits, clock });
  const ending = new AbortController();
  const contextFor = contextFactory({
    limits,
    logger,
    rate,
    vocabulary: rooms.vocabulary,
    ending: ending.signal,
  });
  const services = { schema, rate, metrics, limits, logger };
  const graphql = await graphqlEndpoint({
    ...services,
    contextFor: (req, res) => contextFor(req, res, true),
  });
  const signedIn = authenticate(rooms.openSession);

  const app = emptyApp();
  app.use(assignRequestId, accessLog(logger, metrics));
  health(app, metrics, rooms.isReady);
  app.use(
    routes.stream,
    named(routes.stream),
    signedIn,
    ...jsonBody(limits),
    streamHandler({ ...services, contextFor: (req, res) => contextFor(req, res, false) }),
  );
  app.use(routes.graphql, named(routes.graphql), signedIn, ...graphql.handlers);
  app.put(routes.uploads, named(routes.uploads), uploadHandler({ door: rooms.uploads, quarantine, metrics }));
  app.get(
    routes.blobs,
    named(routes.blobs),
    signedIn,
    blobHandler({ lookupFor: (_req, res) => sessionOf(res).blobs, blobs: dependencies.database.blobs }),
  );
  app.use((_req, res) => {
    sendError(res, new AppError('NOT_FOUND', { message: 'there is nothing at this address' }));
  });
  app.use(errorMiddleware(logger));

  const listening = await listen(app, dependencies.port, host).catch(async (error: unknown) => {
    await graphql.close();
    throw error;
  });
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shownHost}:${listening.port}`,
    async close() {
      ending.abort();
      await listening.close(closeGraceMs);
      await graphql.close();
    },
  };
}

function emptyApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.use((_req, res, next) => {
    res.set({
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer', // addresses of uploads hold a token
      'Cross-Origin-Resource-Policy': 'same-origin',
      'X-Frame-Options': 'DENY',
    });
    next();
  });
  return app;
}

function health(app: Express, metrics: Metrics, isReady: () => Promise<boolean>): void {
  app.get(routes.live, named(routes.live), (_req, res) => {
    res.json({ status: 'live' });
  });
  app.get(routes.ready, named(routes.ready), async (_req, res) => {
    const ready = await isReady();
    res.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready' });
  });
  app.get(routes.metrics, named(routes.metrics), async (_req, res) => {
    res.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}

interface ContextParts {
  readonly limits: ApiLimits;
  readonly logger: Logger;
  readonly rate: RateLimiter;
  readonly vocabulary: RequestContext['vocabulary'];
  readonly ending: AbortSignal;
}

/** A context per request; `timed` adds the time-out of an operation (streams have none). */
function contextFactory({ limits, logger, rate, vocabulary, ending }: ContextParts) {
  return (req: Request, res: Response, timed: boolean): RequestContext => {
    const { viewer, store } = sessionOf(res);
    const gone = new AbortController();
    res.once('close', () => gone.abort());
    const signals = [gone.signal, ...(timed ? [AbortSignal.timeout(limits.operationTimeoutMs)] : [ending])];
    const key = req.get('idempotency-key');
    return {
      requestId: requestIdOf(res),
      viewer,
      store,
      loaders: createLoaders(store),
      vocabulary,
      limits,
      logger,
      signal: AbortSignal.any(signals),
      idempotencyKey: key,
      rate: () => rate.state(viewer.keyId),
      requestedCost: 0,
      resolvedCost: 0,
    };
  };
}
