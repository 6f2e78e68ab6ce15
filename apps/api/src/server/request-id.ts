// X-Request-Id in and out: a caller's id is kept when it is a plain token, so that nothing else can enter the log by it.
import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

const plain = /^[A-Za-z0-9_-]{8,64}$/;

export function requestIdOf(res: Response): string {
  return String(res.locals.requestId);
}

export function assignRequestId(req: Request, res: Response, next: NextFunction): void {
  const asked = req.get('x-request-id');
  const id = asked !== undefined && plain.test(asked) ? asked : randomUUID();
  res.locals.requestId = id;
  res.setHeader('X-Request-Id', id);
  next();
}
