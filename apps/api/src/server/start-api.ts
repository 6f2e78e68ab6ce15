// The API server: puts the endpoints together, starts and stops them. What they do is in the files beside this one.
import { AppError, systemClock } from '@tomograph/kernel';
import express, { type Express } from 'express';
import type { ApiDependencies } from '../dependencies.js';
import { type ApiLimits, defaultLimits } from '../limits/limits.js';
import { RateLimiter } from '../limits/rate-limit.js';
import { ModelCatalogue } from '../models/model-catalogue.js';
import { Webhooks } from '../models/webhooks.js';
import { schema } from '../schema/schema.js';
import { QueryXrays } from '../search/query-xrays.js';
import { accessLog, named, routes } from './access-log.js';
import { blobHandler } from './blobs.js';
import { startDelivering } from './deliver-webhooks.js';
import { graphqlEndpoint, jsonBody } from './graphql-endpoint.js';
import { streamHandler } from './graphql-stream.js';
import { addHealth } from './health.js';
import { errorMiddleware, sendError } from './http-error.js';
import { listen } from './listen.js';
import { createMetrics } from './metrics.js';
import { Quarantine } from './quarantine.js';
import { contextFactory } from './request-context.js';
import { assignRequestId } from './request-id.js';
import { authenticate, sessionOf } from './session.js';
import { startSweeping } from './sweep-uploads.js';
import { uploadHandler } from './uploads.js';

export interface RunningApi {
  /** `http://127.0.0.1:4000` */
  readonly url: string;
  /** Stops accepting, ends streams, lets running requests finish for a few seconds. Does not close the database. */
  close(): Promise<void>;
}

const closeGraceMs = 5_000;

/** @throws AppError PORT_TAKEN */
export async function startApi(dependencies: ApiDependencies): Promise<RunningApi> {
  const { config, database, logger, port, host = '127.0.0.1' } = dependencies;
  const limits: ApiLimits = { ...defaultLimits, ...dependencies.limits };
  const clock = dependencies.clock ?? systemClock;
  const metrics = createMetrics();
  const rate = new RateLimiter({
    points: limits.ratePoints,
    pointsPerSecond: limits.ratePointsPerSecond,
    clock,
  });
  const quarantine = new Quarantine(config.home);
  await quarantine.prepare();
  const queryXrays = new QueryXrays(quarantine, dependencies.describeQueryXray);
  const ending = new AbortController();
  const search = { database, queryXrays, encodeQuery: dependencies.encodeQuery };
  const models = new ModelCatalogue(database);
  const webhooks = new Webhooks(models, dependencies.webhookPorts);
  const contextFor = contextFactory({
    database,
    search,
    meaning: dependencies.meaning,
    models,
    webhooks,
    quarantine,
    limits,
    logger,
    rate,
    ending: ending.signal,
  });
  const services = { schema, rate, metrics, limits, logger };
  const graphql = await graphqlEndpoint({
    ...services,
    contextFor: (req, res) => contextFor(req, res, 'timed'),
  });
  const stream = streamHandler({
    ...services,
    contextFor: (req, res) => contextFor(req, res, 'until closed'),
  });
  const signedIn = authenticate(database);

  const app = emptyApp();
  app.use(assignRequestId, accessLog(logger, metrics));
  addHealth(app, metrics, database);
  app.all(routes.stream, named(routes.stream), signedIn, ...jsonBody(limits), stream);
  app.all(routes.graphql, named(routes.graphql), signedIn, ...graphql.handlers);
  app.put(routes.uploads, named(routes.uploads), uploadHandler({ database, quarantine, metrics }));
  const blobs = blobHandler({ dbFor: (res) => sessionOf(res).db, blobs: database.blobs, models });
  app.get(routes.blobs, named(routes.blobs), signedIn, blobs);
  app.use((_req, res) => {
    sendError(res, new AppError('NOT_FOUND', { message: 'there is nothing at this address' }));
  });
  app.use(errorMiddleware(logger));

  const listening = await listen(app, port, host).catch(async (error: unknown) => {
    await graphql.close();
    throw error;
  });
  const sweeping = startSweeping(database, quarantine, logger);
  const delivering = dependencies.deliversWebhooks ? startDelivering(webhooks.service, logger) : undefined;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listening.port}`,
    async close() {
      ending.abort();
      await listening.close(closeGraceMs);
      await Promise.all([graphql.close(), sweeping.stop(), delivering?.stop()]);
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
