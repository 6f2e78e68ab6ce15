// GET /v1/blobs/{series|xrays}/:id/:part: volumes and pictures, for who may see their case. Not addressed by digest:
// knowing what bytes hash to opens nothing. The digest is the ETag, since content never changes under it.
import { AppError, isUuid, type Sha256 } from '@tomograph/kernel';
import type { Request, RequestHandler, Response } from 'express';
import { blobUrl, type SeriesPart, seriesParts, type XrayPart, xrayParts } from './blob-paths.js';
import { readRange } from './range.js';

/** Digests of what the viewer of this request may see; undefined = no such thing, or not for this viewer. */
export interface BlobLookup {
  series(id: string, part: SeriesPart): Promise<string | undefined>;
  xray(id: string, part: XrayPart): Promise<string | undefined>;
}

export interface BlobOptions {
  readonly lookupFor: (req: Request, res: Response) => BlobLookup;
  readonly blobs: { get(digest: Sha256): Promise<Uint8Array> };
}

const mediaTypes: Record<string, string> = {
  'nii.gz': 'application/gzip',
  webp: 'image/webp',
  png: 'image/png',
};

export function blobHandler(options: BlobOptions): RequestHandler {
  return async (req, res) => {
    const { digest, extension } = await resolveBlob(req, options.lookupFor(req, res));
    const etag = `"${digest}"`;
    res.set({
      ETag: etag,
      'Cache-Control': 'private, max-age=31536000, immutable',
      Vary: 'Authorization',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Accept-Ranges': 'bytes',
      'Content-Type': mediaTypes[extension] ?? 'application/octet-stream',
    });
    if (
      req
        .get('if-none-match')
        ?.split(/\s*,\s*/)
        .includes(etag)
    ) {
      res.status(304).end();
      return;
    }
    sendBytes(req, res, await options.blobs.get(digest), etag);
  };
}

async function resolveBlob(req: Request, lookup: BlobLookup): Promise<{ digest: Sha256; extension: string }> {
  const path = `${req.baseUrl}${req.path}`;
  const { id } = req.params;
  if (typeof id === 'string' && isUuid(id)) {
    const seriesPart = seriesParts.find((part) => path === blobUrl('series', id, part));
    const xrayPart = xrayParts.find((part) => path === blobUrl('xrays', id, part));
    const digest = seriesPart
      ? await lookup.series(id, seriesPart)
      : xrayPart
        ? await lookup.xray(id, xrayPart)
        : undefined;
    if (digest !== undefined) {
      return { digest: digest as Sha256, extension: path.slice(path.indexOf('.') + 1) };
    }
  }
  throw new AppError('NOT_FOUND', {
    message: 'no such picture or volume, or none that this API key may see',
  });
}

function sendBytes(req: Request, res: Response, bytes: Uint8Array, etag: string): void {
  const ifRange = req.get('if-range');
  const range =
    ifRange === undefined || ifRange === etag ? readRange(req.get('range'), bytes.byteLength) : 'whole';
  if (range === 'unsatisfiable') {
    res.status(416).set('Content-Range', `bytes */${bytes.byteLength}`).end();
    return;
  }
  const part = range === 'whole' ? bytes : bytes.subarray(range.start, range.end);
  if (range !== 'whole') {
    res.status(206).set('Content-Range', `bytes ${range.start}-${range.end - 1}/${bytes.byteLength}`);
  }
  res.set('Content-Length', String(part.byteLength));
  res.end(req.method === 'HEAD' ? undefined : part);
}
