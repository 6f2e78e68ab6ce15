// PUT /v1/uploads/:id?token=… takes the bytes of an upload that createUpload has given out. The token is the
// permission: it is short-lived, good for one upload and for one time. Bytes are stored, not read.
import { AppError, isUuid } from '@tomograph/kernel';
import type { Request, RequestHandler } from 'express';
import type { Metrics } from './metrics.js';
import type { Quarantine } from './quarantine.js';

/** What the database knows about an upload whose token was right. */
export interface UploadDoor {
  /** @throws AppError NOT_FOUND: no such upload, another token, or its time is over; CONFLICT: received already */
  open(id: string, token: string): Promise<{ readonly maxBytes: number }>;
  /** Marks it as received, once. @throws AppError CONFLICT when it was already */
  received(id: string, bytes: number): Promise<void>;
}

export interface UploadOptions {
  readonly door: UploadDoor;
  readonly quarantine: Quarantine;
  readonly metrics: Metrics;
}

export function uploadHandler({ door, quarantine, metrics }: UploadOptions): RequestHandler {
  return async (req, res) => {
    try {
      const { id, token } = addressOf(req);
      const { maxBytes } = await door.open(id, token);
      const bytes = contentLength(req, maxBytes);
      await quarantine.receive(id, bytes, req, () => door.received(id, bytes));
      metrics.uploads.inc({ outcome: 'OK' });
      res.status(204).end();
    } catch (error) {
      metrics.uploads.inc({ outcome: error instanceof AppError ? error.code : 'INTERNAL' });
      throw error;
    }
  };
}

/** One answer for every wrong address, so that none can be told from another. */
function addressOf(req: Request): { id: string; token: string } {
  const { id } = req.params;
  const { token } = req.query;
  if (typeof id === 'string' && isUuid(id) && typeof token === 'string' && /^[\w-]{20,128}$/.test(token)) {
    return { id, token };
  }
  throw noSuchUpload();
}

export function noSuchUpload(): AppError {
  return new AppError('NOT_FOUND', {
    message: 'no upload waits at this address: its time may be over, ask for a new one',
  });
}

/** @throws AppError INVALID_ARGUMENT (absent), LIMIT_EXCEEDED */
function contentLength(req: Request, maxBytes: number): number {
  const header = req.get('content-length');
  const encoding = req.get('content-encoding') ?? 'identity';
  if (header === undefined || !/^\d{1,15}$/.test(header) || encoding !== 'identity') {
    throw new AppError('INVALID_ARGUMENT', {
      message: 'an upload needs a Content-Length header and no Content-Encoding',
    });
  }
  const bytes = Number(header);
  if (bytes < 1 || bytes > maxBytes) {
    throw new AppError(bytes < 1 ? 'INVALID_ARGUMENT' : 'LIMIT_EXCEEDED', {
      message: `this upload may have 1 to ${maxBytes} bytes, Content-Length says ${bytes}`,
      facts: { allowed: maxBytes, asked: bytes },
    });
  }
  return bytes;
}
