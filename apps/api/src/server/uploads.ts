// PUT /v1/uploads/:id?token=… takes the bytes of an upload that createUpload has given out. The token is the
// permission: it is short-lived, good for one upload and for one time. Bytes are stored, not read.
import { type Database, markUploadReceived, uploadByToken } from '@tomograph/data';
import { AppError } from '@tomograph/kernel';
import type { Request, RequestHandler } from 'express';
import type { Metrics } from './metrics.js';
import type { Quarantine } from './quarantine.js';

export interface UploadOptions {
  readonly database: Database;
  readonly quarantine: Quarantine;
  readonly metrics: Metrics;
}

export function uploadHandler({ database, quarantine, metrics }: UploadOptions): RequestHandler {
  return async (req, res) => {
    try {
      const { id, token } = addressOf(req);
      const { maxBytes } = await uploadByToken(database, id, token);
      const bytes = contentLength(req, maxBytes);
      await quarantine.receive(id, bytes, req, () => markUploadReceived(database, id, bytes));
      metrics.uploads.inc({ outcome: 'OK' });
      res.status(204).end();
    } catch (error) {
      metrics.uploads.inc({ outcome: error instanceof AppError ? error.code : 'INTERNAL' });
      throw error;
    }
  };
}

/** Path below the API's own address. */
export function uploadUrl(id: string, token: string): string {
  return `/v1/uploads/${id}?token=${token}`;
}

/** A wrong form is answered like a wrong token. @throws AppError UNAUTHENTICATED */
function addressOf(req: Request): { id: string; token: string } {
  const { id } = req.params;
  const { token } = req.query;
  const isToken = typeof token === 'string' && /^[\w-]{20,128}$/.test(token);
  return { id: typeof id === 'string' ? id : '', token: isToken ? token : '' };
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
