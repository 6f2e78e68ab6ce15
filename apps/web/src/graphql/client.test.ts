import { describe, expect, it } from 'vitest';
import { failFromUserErrors, isAbort, toApiFailure } from './api-failure';
import { viaThisServer } from './blob-address';
import { request } from './client';

function answering(body: unknown, status = 200) {
  const calls: { url: string; init: RequestInit }[] = [];
  const fetch = (async (url: string, init: RequestInit) => {
    calls.push({ url, init });
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });
  }) as typeof globalThis.fetch;
  return { fetch, calls };
}

describe('the GraphQL client', () => {
  it('sends the name of an operation and its variables, never a text or a key', async () => {
    const { fetch, calls } = answering({ data: { job: null } });
    await expect(request('Job', { id: 'j1' }, { fetch })).resolves.toEqual({ job: null });
    expect(calls[0]!.url).toBe('/api/graphql');
    expect(JSON.parse(String(calls[0]!.init.body))).toEqual({ operation: 'Job', variables: { id: 'j1' } });
    expect(calls[0]!.init.headers).toEqual({ 'content-type': 'application/json' });
  });

  it('sends an idempotency key where one is given', async () => {
    const { fetch, calls } = answering({ data: {} });
    await request('IngestUpload', { input: { upload: 'u' } }, { fetch, idempotencyKey: 'k' });
    expect(calls[0]!.init.headers).toMatchObject({ 'idempotency-key': 'k' });
  });

  it('fails with the code of the API even when a part of the data came', async () => {
    const { fetch } = answering({
      data: { job: null },
      errors: [{ message: 'too many', extensions: { code: 'RATE_LIMITED' } }],
    });
    await expect(request('Job', { id: 'j' }, { fetch })).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      message: 'too many',
    });
  });

  it('fails in words on an answer that is no GraphQL', async () => {
    const { fetch } = answering('<html>', 502);
    await expect(request('Job', { id: 'j' }, { fetch })).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'the API answered 502 without data',
    });
  });
});

describe('failures', () => {
  it('take the first user error and pass without one', () => {
    expect(() => failFromUserErrors([])).not.toThrow();
    expect(() => failFromUserErrors([{ code: 'NOT_FOUND', message: 'gone' }])).toThrowError('gone');
  });

  it('tell a broken network from a fault and an abort', () => {
    expect(toApiFailure(new TypeError('Failed to fetch')).code).toBe('OFFLINE');
    expect(toApiFailure('x').code).toBe('INTERNAL');
    expect(isAbort(new DOMException('x', 'AbortError'))).toBe(true);
    expect(isAbort(new Error('x'))).toBe(false);
  });
});

describe('blob addresses', () => {
  it('lead through this server, whether the API names them in full or not', () => {
    expect(viaThisServer('/v1/blobs/series/1/axial.webp')).toBe('/api/blobs/series/1/axial.webp');
    expect(viaThisServer('http://127.0.0.1:4000/v1/uploads/u1?token=t')).toBe('/api/uploads/u1?token=t');
  });

  it('lead nowhere else', () => {
    expect(() => viaThisServer('https://elsewhere.example/x.png')).toThrowError('/x.png');
    expect(() => viaThisServer('/v1/blobs/../../graphql')).toThrowError('/graphql');
  });
});
