// The one place where a failure outside GraphQL execution becomes an HTTP answer.
import { AppError, toAppError } from '@tomograph/kernel';
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { httpStatusOf } from '../errors/client-error.js';
import { logUnexpected } from '../errors/log-error.js';
import { requestIdOf } from './request-id.js';

/** `{ errors: [{ message, extensions: { code, facts, requestId } }] }`: the shape of GraphQL for every endpoint. */
export function sendError(res: Response, error: AppError, status = httpStatusOf(error.code)): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const retryAfter = error.facts.retryAfterSeconds;
  if (retryAfter !== undefined) res.setHeader('Retry-After', String(retryAfter));
  if (error.code === 'UNAUTHENTICATED') res.setHeader('WWW-Authenticate', 'Bearer realm="tomograph"');
  res.setHeader('Cache-Control', 'no-store');
  const { code, message, facts } = error;
  const shown = code === 'INTERNAL' ? 'unexpected failure; the log entry of this request says more' : message;
  res.status(status).json({
    errors: [
      {
        message: shown,
        extensions: { code, ...(code !== 'INTERNAL' && { facts }), requestId: requestIdOf(res) },
      },
    ],
  });
}

/** Express calls it with whatever a handler threw; four parameters are how it knows. */
export function errorMiddleware(logger: Logger) {
  return (thrown: unknown, req: Request, res: Response, _next: NextFunction): void => {
    const error = fromBodyParser(thrown) ?? toAppError(thrown);
    if (error.code === 'INTERNAL') logUnexpected(logger, requestIdOf(res), String(res.locals.route), thrown);
    if (!req.complete) res.setHeader('Connection', 'close'); // the rest of the body is not read
    sendError(res, error);
  };
}

function fromBodyParser(thrown: unknown): AppError | undefined {
  const { type, status } = (thrown ?? {}) as { type?: unknown; status?: unknown };
  if (typeof type !== 'string' || typeof status !== 'number') return undefined;
  if (type === 'entity.too.large') {
    return new AppError('LIMIT_EXCEEDED', {
      message: 'the request body is larger than a GraphQL request may be',
    });
  }
  return new AppError('INVALID_ARGUMENT', { message: 'the request body is not readable JSON in UTF-8' });
}
