// A small S3-compatible server in this process, for tests without a network: one bucket, path style, put-if-absent,
// checksum of the body. Checks no signatures and lists nothing.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface S3Fake {
  readonly endpoint: string;
  /** Key -> bytes; tests damage them here. */
  readonly objects: Map<string, Buffer>;
  /** `PUT if-none-match` and so on, in order. */
  readonly requests: string[];
  /** A server that does not know put-if-absent. */
  isOld: boolean;
  close(): Promise<void>;
}

export async function startS3Fake(): Promise<S3Fake> {
  const objects = new Map<string, Buffer>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const key = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname).replace(
      /^\/[^/]+\//,
      '',
    );
    const ifAbsent = request.headers['if-none-match'] === '*';
    requests.push(`${request.method}${ifAbsent ? ' if-none-match' : ''}`);
    const found = objects.get(key);
    if (request.method === 'PUT') {
      const body = Buffer.concat(chunks);
      const checksum = request.headers['x-amz-checksum-sha256'];
      if (ifAbsent && fake.isOld) return refuse(response, 501, 'NotImplemented');
      if (ifAbsent && found) return refuse(response, 412, 'PreconditionFailed');
      if (checksum !== createHash('sha256').update(body).digest('base64'))
        return refuse(response, 400, 'BadDigest');
      objects.set(key, body);
      response.writeHead(200, { etag: '"x"' }).end();
    } else if (request.method === 'DELETE') {
      objects.delete(key);
      response.writeHead(204).end();
    } else if (!found) refuse(response, 404, 'NoSuchKey');
    else if (request.method === 'HEAD') response.writeHead(200, { 'content-length': found.length }).end();
    else response.writeHead(200, { 'content-length': found.length }).end(found);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: S3Fake = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    requests,
    isOld: false,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
}
