// From a request to who is asking: `Authorization: Bearer tg_…`, checked anew for every request, so that a revoked
// key opens nothing from the next request on. No cookies, no keys in URLs.
import { AppError } from '@tomograph/kernel';
import type { RequestHandler, Response } from 'express';
import type { RequestContext } from '../context.js';
import type { ApiStore } from '../store.js';
import type { BlobLookup } from './blobs.js';
import { requestIdOf } from './request-id.js';

export interface Session {
  readonly viewer: RequestContext['viewer'];
  readonly store: ApiStore;
  readonly blobs: BlobLookup;
}

/** @throws AppError UNAUTHENTICATED */
export type OpenSession = (key: string, requestId: string) => Promise<Session>;

const sessions = new WeakMap<Response, Session>();

export function authenticate(openSession: OpenSession): RequestHandler {
  return async (req, res, next) => {
    const match = /^Bearer +([\x21-\x7e]{1,200})$/i.exec(req.get('authorization') ?? '');
    if (!match) throw unauthenticated();
    sessions.set(res, await openSession(match[1]!, requestIdOf(res)));
    next();
  };
}

export function sessionOf(res: Response): Session {
  const session = sessions.get(res);
  if (!session) throw new TypeError('authenticate() comes before the handlers that need a session');
  return session;
}

/** The same words for a missing, malformed, unknown and revoked key. */
export function unauthenticated(): AppError {
  return new AppError('UNAUTHENTICATED', {
    message: 'this needs a valid API key: send it as `Authorization: Bearer tg_…`',
  });
}
