// From a request to who is asking: `Authorization: Bearer tg_…`, checked anew for every request, so that a revoked
// key opens nothing from the next request on. No cookies, no keys in URLs.
import { type Database, type Viewer, type ViewerDb, verifyApiKey } from '@tomograph/data';
import { AppError } from '@tomograph/kernel';
import type { RequestHandler, Response } from 'express';
import { requestIdOf } from './request-id.js';

export interface Session {
  readonly viewer: Viewer;
  readonly db: ViewerDb;
}

const sessions = new WeakMap<Response, Session>();

/** @throws AppError UNAUTHENTICATED, through next() */
export function authenticate(database: Database): RequestHandler {
  return async (req, res, next) => {
    const match = /^Bearer +([\x21-\x7e]{1,200})$/i.exec(req.get('authorization') ?? '');
    if (!match) {
      throw new AppError('UNAUTHENTICATED', {
        message: 'this needs an API key: send it as `Authorization: Bearer tg_…`',
      });
    }
    const viewer = await verifyApiKey(database, match[1]!, requestIdOf(res));
    sessions.set(res, { viewer, db: database.viewer(viewer) });
    next();
  };
}

export function sessionOf(res: Response): Session {
  const session = sessions.get(res);
  if (!session) throw new TypeError('authenticate() comes before the handlers that need a session');
  return session;
}
