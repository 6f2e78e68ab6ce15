// One log line and one metric per request, from closed lists only: no bodies, no URLs, no names, no ids of patients' things.
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import type { Metrics } from './metrics.js';
import { requestIdOf } from './request-id.js';

export const routes = {
  graphql: '/graphql',
  stream: '/graphql/stream',
  uploads: '/v1/uploads/:id',
  blobs: '/v1/blobs/:owner/:id/:file',
  live: '/v1/health/live',
  ready: '/v1/health/ready',
  metrics: '/metrics',
} as const;

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']);

export function accessLog(logger: Logger, metrics: Metrics) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const startedMs = performance.now();
    res.once('close', () => {
      const ms = performance.now() - startedMs;
      const route = (res.locals.route as string | undefined) ?? 'other';
      const status = res.writableFinished ? String(res.statusCode) : 'aborted';
      metrics.requests.inc({ route, status });
      metrics.seconds.observe({ route }, ms / 1000);
      const method = methods.has(req.method) ? req.method : 'OTHER';
      const entry = { requestId: requestIdOf(res), method, route, status, ms: Math.round(ms) };
      if (route.startsWith('/v1/health') || route === routes.metrics) logger.debug(entry, 'request');
      else logger.info(entry, 'request');
    });
    next();
  };
}

/** Says which of the known routes this is, for log and metrics. */
export function named(route: string) {
  return (_req: Request, res: Response, next: NextFunction): void => {
    res.locals.route = route;
    next();
  };
}
