// Blobs in an S3-compatible bucket: `<prefix>ab/cd/<64 hex>`. Written by put-if-absent, hashed at every read. The client
// library is loaded with the first request: processes that use a folder do not pay for it.
import type { S3Client } from '@aws-sdk/client-s3';
import { AppError, isSha256, type Sha256, sha256 } from '@tomograph/kernel';
import type { BlobStore } from '../blob-store.js';

export interface S3Options {
  readonly bucket: string;
  /** Empty, or ends with '/'. */
  readonly prefix: string;
  /** Of a server that is not AWS; undefined: AWS, or what AWS_ENDPOINT_URL_S3 says. */
  readonly endpoint?: string | undefined;
  /** undefined: what AWS_REGION says, else us-east-1. */
  readonly region?: string | undefined;
  readonly maxBytes?: number;
  /** undefined: the library's chain (environment, profile, instance role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

const defaultMaxBytes = 4 * 2 ** 30; // one PutObject carries at most 5 GiB

export class S3BlobStore implements BlobStore {
  private client: Promise<S3Client> | undefined;
  private readonly maxBytes: number;

  constructor(private readonly options: S3Options) {
    this.maxBytes = options.maxBytes ?? defaultMaxBytes;
  }

  async put(bytes: Uint8Array): Promise<Sha256> {
    if (bytes.length > this.maxBytes) {
      throw new AppError('LIMIT_EXCEEDED', {
        message: `a blob of ${bytes.length} bytes is above this store's ${this.maxBytes}`,
        facts: { got: bytes.length, limit: this.maxBytes },
      });
    }
    const own = bytes.slice(); // the request goes on while the caller may write into his bytes
    const digest = sha256(own);
    try {
      await this.send(digest, own, true);
    } catch (error) {
      // 412: there already. 409: being written now. 501: a server without put-if-absent. The name is the content, so
      // writing it again is harmless, and repairs a damaged blob.
      if (![409, 412, 501].includes(statusOf(error) ?? 0)) throw error;
      if (!(await this.isWhole(digest))) await this.send(digest, own, false);
    }
    return digest;
  }

  async get(digest: Sha256): Promise<Uint8Array> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const where = this.where(digest);
    let bytes: Uint8Array;
    try {
      const found = await (await this.open()).send(new GetObjectCommand(where));
      if ((found.ContentLength ?? 0) > this.maxBytes) throw corrupt(digest, `${found.ContentLength} bytes`);
      bytes = (await found.Body?.transformToByteArray()) ?? new Uint8Array(0);
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      throw new AppError('BLOB_MISSING', {
        message: `blob ${digest} is not in the store`,
        facts: { digest },
      });
    }
    const got = sha256(bytes);
    if (got !== digest) throw corrupt(digest, got);
    return bytes;
  }

  async has(digest: Sha256): Promise<boolean> {
    const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
    try {
      await (await this.open()).send(new HeadObjectCommand(this.where(digest)));
      return true;
    } catch (error) {
      if (statusOf(error) === 404) return false;
      throw error;
    }
  }

  async delete(digest: Sha256): Promise<void> {
    const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
    try {
      await (await this.open()).send(new DeleteObjectCommand(this.where(digest)));
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
  }

  private async send(digest: Sha256, bytes: Uint8Array, onlyIfAbsent: boolean): Promise<void> {
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    const command = new PutObjectCommand({
      ...this.where(digest),
      Body: bytes,
      ContentLength: bytes.length,
      ContentType: 'application/octet-stream',
      ChecksumSHA256: Buffer.from(digest.slice(7), 'hex').toString('base64'), // the server refuses other bytes
      ...(onlyIfAbsent ? { IfNoneMatch: '*' } : {}),
    });
    await (await this.open()).send(command);
  }

  private async isWhole(digest: Sha256): Promise<boolean> {
    try {
      await this.get(digest);
      return true;
    } catch (error) {
      if (error instanceof AppError && /^BLOB_/.test(error.code)) return false;
      throw error;
    }
  }

  // A digest is checked before it becomes a key: it may come from outside.
  private where(digest: Sha256): { Bucket: string; Key: string } {
    if (!isSha256(digest)) {
      throw new AppError('INVALID_ARGUMENT', { message: 'a blob is named by sha256: and 64 hex digits' });
    }
    const hex = digest.slice(7);
    const { bucket, prefix } = this.options;
    return { Bucket: bucket, Key: `${prefix}${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}` };
  }

  private open(): Promise<S3Client> {
    const { endpoint, region, credentials } = this.options;
    this.client ??= import('@aws-sdk/client-s3').then(
      (library) =>
        new library.S3Client({
          region: region ?? process.env.AWS_REGION ?? 'us-east-1',
          requestChecksumCalculation: 'WHEN_REQUIRED', // other servers do not know the newer checksums
          responseChecksumValidation: 'WHEN_REQUIRED',
          followRegionRedirects: true,
          ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
          ...(credentials === undefined ? {} : { credentials }),
        }),
    );
    return this.client;
  }
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } })?.$metadata?.httpStatusCode;
}

function corrupt(digest: Sha256, got: string): AppError {
  return new AppError('BLOB_CORRUPT', {
    message: `blob ${digest} holds other bytes (${got}): restore it from a backup or ingest its source again`,
    facts: { digest, got },
  });
}
