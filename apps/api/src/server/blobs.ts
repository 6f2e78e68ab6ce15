// GET /v1/blobs/{series|xrays|segmentations|nodules}/:id/:part: volumes, pictures and segmentations, for who may see their case.
// Not addressed by digest: knowing what bytes hash to opens nothing. The digest is the ETag, since content never changes
// under it. Files of models (model-files.ts) are for every key.
import type { ViewerDb } from '@tomograph/data';
import { AppError, isUuid, type Sha256 } from '@tomograph/kernel';
import type { Request, RequestHandler, Response } from 'express';
import type { ModelCatalogue } from '../models/model-catalogue.js';
import { blobUrl, segmentationParts, segmentationUrl, seriesParts, xrayParts } from './blob-paths.js';
import { modelFileAt } from './model-files.js';
import { noduleFileAt } from './nodule-files.js';
import { readRange } from './range.js';

export interface BlobOptions {
  readonly dbFor: (res: Response) => ViewerDb;
  readonly blobs: { get(digest: Sha256): Promise<Uint8Array> };
  readonly models: ModelCatalogue;
}

/** What may be sent at all: anything else a row may say is sent as plain bytes. */
const mediaTypes = new Set([
  'application/gzip',
  'application/dicom',
  'image/webp',
  'image/png',
  'image/jpeg',
]);

export function blobHandler(options: BlobOptions): RequestHandler {
  return async (req, res) => {
    const db = options.dbFor(res);
    const file =
      (await modelFileAt(req.path, options.models)) ?? (await noduleFileAt(req.path, db, options.blobs));
    const { digest, mediaType } = file ?? (await db.blob(await digestAt(req, db)));
    const etag = `"${digest}"`;
    res.set({
      ETag: etag,
      'Cache-Control': 'private, max-age=31536000, immutable',
      Vary: 'Authorization',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Accept-Ranges': 'bytes',
      'Content-Type': file || mediaTypes.has(mediaType) ? mediaType : 'application/octet-stream',
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
    sendBytes(req, res, await (file ? file.read() : options.blobs.get(digest)), etag);
  };
}

/** The digest of what the path names, for a viewer that may see its case. @throws AppError NOT_FOUND */
async function digestAt(req: Request, db: ViewerDb): Promise<Sha256> {
  const { id } = req.params;
  if (typeof id === 'string' && isUuid(id)) {
    const seriesPart = seriesParts.find((part) => req.path === blobUrl('series', id, part));
    const xrayPart = xrayParts.find((part) => req.path === blobUrl('xrays', id, part));
    const segmentationPart = segmentationParts.find((part) => req.path === segmentationUrl(id, part));
    const [series] = seriesPart ? await db.seriesByIds([id]) : [];
    const [xray] = xrayPart ? await db.xraysByIds([id]) : [];
    const [found] = segmentationPart ? await db.segmentationsByIds([id]) : [];
    if (found && segmentationPart === 'labels') return found.labelsBlob;
    if (found?.dicomBlob && segmentationPart === 'dicom') return found.dicomBlob;
    if (series && seriesPart)
      return seriesPart === 'volume' ? series.volumeBlob : series.thumbnails[seriesPart];
    if (xray && xrayPart) return xrayPart === 'image' ? xray.imageBlob : xray.thumbnailBlob;
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
