import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiPath } from './api-path';
import { contentSecurityPolicy } from './content-security-policy';
import { passBlob, passOperation, passUpload } from './pass-on';

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

const own = { host: 'localhost:3000', origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' };
let api: Server;
let folder: string;
let seen: Seen[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tomograph-web-'));
  await writeFile(join(folder, 'key'), 'tg_secret\n');
  api = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    const type = request.url === '/graphql/stream' ? 'text/event-stream' : 'application/json';
    response.writeHead(200, {
      'content-type': type,
      'content-length': 11,
      'set-cookie': 'a=b',
      'x-internal': 'secret',
    });
    response.end('{"data":{}}');
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  seen = [];
  process.env.API_URL = `http://127.0.0.1:${(api.address() as AddressInfo).port}/`;
  process.env.TOMOGRAPH_LOCAL_KEY_FILE = join(folder, 'key');
});
afterAll(async () => {
  delete process.env.API_URL;
  delete process.env.TOMOGRAPH_LOCAL_KEY_FILE;
  await new Promise((resolve) => api.close(resolve));
  await rm(folder, { recursive: true });
});

function post(body: unknown, headers: Record<string, string> = {}): Request {
  return new Request('http://localhost:3000/api/graphql', {
    method: 'POST',
    headers: { ...own, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

describe('operations', () => {
  it('reach the API with their text and the key, and come back without the API’s own headers', async () => {
    const response = await passOperation(post({ operation: 'Job', variables: { id: 'j' } }), '/graphql');
    expect(await response.json()).toEqual({ data: {} });
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/graphql' });
    expect(seen[0]!.headers.authorization).toBe('Bearer tg_secret');
    expect(JSON.parse(seen[0]!.body)).toMatchObject({ operationName: 'Job', variables: { id: 'j' } });
    expect(JSON.parse(seen[0]!.body).query).toContain('query Job');
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(response.headers.get('x-internal')).toBeNull();
  });

  it('carry nothing of the browser’s headers but the idempotency key', async () => {
    const headers = { cookie: 'theme=light', authorization: 'Bearer stolen', 'idempotency-key': 'k1' };
    await passOperation(post({ operation: 'Job' }, headers), '/graphql');
    expect(seen[0]!.headers).toMatchObject({ authorization: 'Bearer tg_secret', 'idempotency-key': 'k1' });
    expect(seen[0]!.headers.cookie).toBeUndefined();
  });

  it('are the front end’s own: a text of the caller’s or an unknown name goes nowhere', async () => {
    const bodies = [
      { query: '{ viewer { name } }' },
      { operation: 'DropEverything' },
      { operation: 'constructor' },
      { operation: ['Job'] },
      'not json',
      'null',
      '',
    ];
    for (const body of bodies) expect((await passOperation(post(body), '/graphql')).status).toBe(400);
    expect(seen).toEqual([]);
  });

  it('are refused from other sites and as anything but JSON', async () => {
    const foreign = post(
      { operation: 'Job' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    );
    expect((await passOperation(foreign, '/graphql')).status).toBe(403);
    expect((await passOperation(post('{}', { 'content-type': 'text/plain' }), '/graphql')).status).toBe(415);
    expect(seen).toEqual([]);
  });

  it('are capped', async () => {
    const large = { operation: 'Job', variables: { id: 'x'.repeat(600 * 1024) } };
    expect((await passOperation(post(large), '/graphql')).status).toBe(413);
  });

  it('say so when the API does not answer', async () => {
    process.env.API_URL = 'http://127.0.0.1:1'; // a port that fetch itself refuses: nothing can listen there
    const response = await passOperation(post({ operation: 'Job' }), '/graphql');
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'API_UNREACHABLE' } }] });
  });

  it('go without a key where there is no key file, and leave the refusal to the API', async () => {
    process.env.TOMOGRAPH_LOCAL_KEY_FILE = join(folder, 'absent');
    await passOperation(post({ operation: 'Job' }), '/graphql');
    expect(seen[0]!.headers.authorization).toBeUndefined();
  });

  it('stream as events that nothing on the way may hold back', async () => {
    const response = await passOperation(
      post({ operation: 'JobProgress', variables: { id: 'j' } }),
      '/graphql/stream',
    );
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(seen[0]!.headers.accept).toBe('text/event-stream');
  });
});

describe('bytes', () => {
  it('of an upload arrive with their length', async () => {
    const request = new Request('http://localhost:3000/api/uploads/u1', {
      method: 'PUT',
      headers: { ...own, 'content-length': '5' },
      body: 'hello',
    });
    expect((await passUpload(request, '/v1/uploads/u1?token=t')).status).toBe(200);
    expect(seen[0]).toMatchObject({ method: 'PUT', url: '/v1/uploads/u1?token=t', body: 'hello' });
    expect(seen[0]!.headers['content-length']).toBe('5');
  });

  it('of an upload are refused without a length or from elsewhere', async () => {
    const put = (headers: Record<string, string>) =>
      passUpload(
        new Request('http://localhost:3000/api/uploads/u1', { method: 'PUT', headers, body: 'x' }),
        '/v1/uploads/u1',
      );
    expect((await put(own)).status).toBe(411);
    expect((await put({ host: 'localhost:3000', 'content-length': '1' })).status).toBe(403);
    expect(seen).toEqual([]);
  });

  it('of a blob are asked for by range and come with their number', async () => {
    const request = new Request('http://localhost:3000/api/blobs/b', {
      headers: { ...own, range: 'bytes=0-9' },
    });
    const response = await passBlob(request, '/v1/blobs/b');
    expect(seen[0]!.headers.range).toBe('bytes=0-9');
    expect(response.headers.get('x-body-bytes')).toBe(String('{"data":{}}'.length));
  });
});

describe('apiPath', () => {
  it('keeps names and the query', () => {
    expect(apiPath('/v1/blobs', ['series', 'a-1', 'volume.nii.gz'], '?x=1')).toBe(
      '/v1/blobs/series/a-1/volume.nii.gz?x=1',
    );
  });

  it('never leaves its prefix', () => {
    for (const segment of ['..', '.', '', 'a/b', '%2e%2e', 'a\\b', 'a\0b', 'a?b', 'ä']) {
      expect(apiPath('/v1/blobs', ['series', segment], ''), JSON.stringify(segment)).toBeUndefined();
    }
    expect(apiPath('/v1/blobs', [], '')).toBeUndefined();
  });
});

describe('contentSecurityPolicy', () => {
  it('names no other origin and no inline script', () => {
    const policy = contentSecurityPolicy('n0nce');
    expect(policy).toContain("script-src 'self' 'nonce-n0nce'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
    expect(policy.match(/script-src[^;]*/)?.[0]).not.toContain('unsafe-inline');
  });
});
