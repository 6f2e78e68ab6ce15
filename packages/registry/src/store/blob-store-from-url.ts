// Which blob store a configuration means.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '@tomograph/kernel';
import type { BlobStore } from '../blob-store.js';
import { FolderBlobStore } from './folder-blob-store.js';
import { S3BlobStore } from './s3-blob-store.js';

/**
 * @param url `file:///folder`, `s3://bucket/prefix?endpoint=https://host&region=name`, or undefined for `<home>/blobs`.
 *   Credentials never stand in the URL: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or an instance role
 * @throws AppError CONFIG_INVALID, without repeating the URL
 */
export function blobStoreFromUrl(url: string | undefined, home: string): BlobStore {
  if (url === undefined) return new FolderBlobStore(join(home, 'blobs'));
  if (url.startsWith('file://')) return new FolderBlobStore(folderOf(url));
  if (url.startsWith('s3://')) return bucketOf(url);
  throw unusable('names a store that this build does not have: use file:///folder or s3://bucket/prefix');
}

function bucketOf(url: string): BlobStore {
  const parsed = parseUrl(url);
  if (parsed === undefined || !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(parsed.hostname)) {
    throw unusable('names no bucket: write s3://bucket/prefix');
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw unusable('holds credentials: give them as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  }
  const odd = [...parsed.searchParams.keys()].find((name) => name !== 'endpoint' && name !== 'region');
  if (odd !== undefined || parsed.hash !== '' || parsed.port !== '') {
    throw unusable('may say endpoint and region after its ?, and nothing else');
  }
  const endpoint = parsed.searchParams.get('endpoint') ?? undefined;
  if (endpoint !== undefined && !/^https?:$/.test(parseUrl(endpoint)?.protocol ?? '')) {
    throw unusable('has an endpoint that is no http or https URL');
  }
  const prefix = decodeURIComponent(parsed.pathname).replace(/^\/+|\/+$/g, '');
  if (!/^[A-Za-z0-9._/-]*$/.test(prefix) || prefix.split('/').includes('..')) {
    throw unusable('has a prefix with other characters than letters, digits and . _ - /');
  }
  return new S3BlobStore({
    bucket: parsed.hostname,
    prefix: prefix === '' ? '' : `${prefix}/`,
    endpoint,
    region: parsed.searchParams.get('region') ?? undefined,
  });
}

function unusable(why: string): AppError {
  return new AppError('CONFIG_INVALID', { message: `BLOB_URL ${why}`, facts: { variable: 'BLOB_URL' } });
}

function folderOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', {
      message: 'BLOB_URL is not a local folder: write file:/// and an absolute path',
      facts: { variable: 'BLOB_URL' },
      cause,
    });
  }
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined; // URL.parse is newer than Node 20
}
