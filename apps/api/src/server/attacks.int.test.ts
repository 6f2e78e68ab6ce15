// What graphql-cop and its like try, and the conformance audits of graphql-http.

import { getIntrospectionQuery } from 'graphql';
import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeId } from '../schema/global-id.js';
import { answerOf, type TestApi, testApi } from '../testing/test-api.js';

let api: TestApi;
let reader: string;
beforeAll(async () => {
  api = await testApi();
  reader = api.own.keys.READER;
});
afterAll(() => api[Symbol.asyncDispose]());

const json = { 'content-type': 'application/json' };

async function refusedBy(query: string): Promise<{ status: number; code: unknown; cap: unknown }> {
  const answer = await api.ask(reader, query);
  const [error] = answer.errors;
  expect(answer.data).toBeUndefined();
  const facts = error?.extensions.facts as { cap?: unknown } | undefined;
  return { status: answer.status, code: error?.extensions.code, cap: facts?.cap };
}

test('meets every MUST of GraphQL over HTTP', async () => {
  const fetchFn = (url: string, init: RequestInit = {}) =>
    fetch(url, { ...init, headers: { ...(init.headers as object), authorization: `Bearer ${reader}` } });
  const results = await auditServer({ url: `${api.url}/graphql`, fetchFn });
  const failed = results.filter((result) => result.status === 'error' || result.status === 'warn');
  expect(failed.filter((result) => result.name.startsWith('MUST')).map((result) => result.name)).toEqual([]);
  expect(results.filter((result) => result.status === 'ok').length).toBeGreaterThan(30);
});

describe('without a key', () => {
  test('nothing is answered, introspection neither', async () => {
    for (const query of ['{ __typename }', getIntrospectionQuery(), '{ cases { edges { node { id } } } }']) {
      const answer = await api.ask(undefined, query);
      expect(answer.status).toBe(401);
      expect(answer.errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
      expect(answer.headers.get('www-authenticate')).toMatch('Bearer');
    }
  });

  test.each([
    '',
    'Basic eDp5',
    'Bearer',
    'Bearer tg_',
    `Bearer tg_${'A'.repeat(8)}_${'B'.repeat(32)}`,
    `Bearer ${'x'.repeat(4000)}`,
  ])('nor with the header %j', async (authorization) => {
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { ...json, authorization },
      body: '{"query":"{ __typename }"}',
    });
    expect(response.status).toBe(401);
  });

  test('a key in the address opens nothing', async () => {
    const response = await fetch(`${api.url}/graphql?access_token=${reader}`, {
      method: 'POST',
      headers: json,
      body: '{"query":"{ __typename }"}',
    });
    expect(response.status).toBe(401);
  });
});

describe('the door', () => {
  test('lets in no GET, no form, no plain text, no multipart, no batch', async () => {
    const get = await api.fetch(reader, '/graphql?query=%7B__typename%7D');
    expect(get.status).toBe(405);
    expect(get.headers.get('allow')).toBe('POST');
    const mutation = await api.fetch(reader, '/graphql?query=mutation%7BcancelJob%7D', { headers: json });
    expect(mutation.status).toBe(405);
    const body = '{"query":"{ __typename }"}';
    for (const type of [
      'application/x-www-form-urlencoded',
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/graphql',
    ]) {
      const response = await api.fetch(reader, '/graphql', {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      expect(response.status, type).toBe(415);
    }
    const batch = await api.fetch(reader, '/graphql', {
      method: 'POST',
      headers: json,
      body: `[${body},${body}]`,
    });
    expect(batch.status).toBe(400);
  });

  test('answers broken JSON, a body that is too large and other charsets in one sentence', async () => {
    const broken = await answerOf(
      await api.fetch(reader, '/graphql', { method: 'POST', headers: json, body: '{"query":' }),
    );
    expect(broken).toMatchObject({ status: 400, errors: [{ extensions: { code: 'INVALID_ARGUMENT' } }] });
    const large = JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(600_000) } });
    const refused = await answerOf(
      await api.fetch(reader, '/graphql', { method: 'POST', headers: json, body: large }),
    );
    expect(refused).toMatchObject({ status: 413, errors: [{ extensions: { code: 'LIMIT_EXCEEDED' } }] });
  });

  test('shows no landing page, no stack, no server name, no tracing', async () => {
    const page = await api.fetch(reader, '/graphql', { headers: { accept: 'text/html' } });
    expect(page.status).toBe(405);
    const { headers, text, extensions } = await api.ask(reader, '{ viewer { nam } }');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(text).not.toMatch(/stacktrace|node_modules/);
    expect(Object.keys(extensions)).not.toContain('tracing');
  });

  test('gives no hints about names in the schema', async () => {
    const { errors } = await api.ask(reader, '{ viewer { nam } }');
    expect(errors[0]).toMatchObject({
      extensions: { code: 'INVALID_ARGUMENT', reason: 'GRAPHQL_VALIDATION_FAILED' },
    });
    expect(errors[0]?.message).not.toMatch(/did you mean/i);
  });

  test('keeps no persisted queries', async () => {
    const body = JSON.stringify({
      extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } },
    });
    const answer = await answerOf(
      await api.fetch(reader, '/graphql', { method: 'POST', headers: json, body }),
    );
    expect(answer.errors[0]?.extensions).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test('lets whoever has a key read the schema', async () => {
    const { data } = await api.ask(reader, getIntrospectionQuery());
    expect(data.__schema.queryType.name).toBe('Query');
  });
});

describe('overloading', () => {
  test.each([
    ['aliases', `{ ${Array.from({ length: 101 }, (_, i) => `a${i}: __typename`).join(' ')} }`, 'aliases'],
    ['directives', `{ ${'... @include(if: true) { __typename } '.repeat(51)} }`, 'directives'],
    ['repeated fields', `{ ${'__typename '.repeat(400)} }`, 'repeats of one field'],
    [
      'nesting',
      `{ case(id: "x") { ${'similar(first: 1) { edges { node { '.repeat(5)} id ${'} } }'.repeat(5)} } }`,
      'depth',
    ],
    ['cost', '{ cases(first: 100) { edges { node { similar(first: 100) { edges { score } } } } } }', 'cost'],
    [
      'root fields',
      '{ a: __typename b: __typename c: __typename d: __typename e: __typename f: __typename g: __typename h: __typename i: __typename j: __typename k: __typename }',
      'root fields',
    ],
  ])('by %s is refused before anything runs', async (_what, query, cap) => {
    expect(await refusedBy(query)).toEqual({ status: 400, code: 'LIMIT_EXCEEDED', cap });
  });

  test('by tokens is refused while reading', async () => {
    const refused = await refusedBy(`{ ${'viewer { name } '.repeat(300)} }`);
    expect(refused).toMatchObject({ status: 400, code: 'LIMIT_EXCEEDED' });
  });

  test('by long lists in variables is refused', async () => {
    const id = Buffer.from('Case:00000000-0000-4000-8000-000000000000').toString('base64url');
    const nodes = await api.ask(reader, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: Array(101).fill(id),
    });
    expect(nodes.errors[0]?.extensions.code).toBe('LIMIT_EXCEEDED');
    const filter = { finding: Array(201).fill('X') };
    const cases = await api.ask(
      reader,
      'query ($filter: CaseFilter) { cases(filter: $filter) { totalCount } }',
      { filter },
    );
    expect(cases.errors[0]?.extensions.code).toBe('LIMIT_EXCEEDED');
  });

  test('by circular introspection and circular fragments is refused', async () => {
    const nested = `{ __schema { types { ${'fields { type { '.repeat(12)} name ${'} }'.repeat(12)} } } }`;
    expect((await refusedBy(nested)).status).toBe(400);
    const circle = await refusedBy(
      'query { viewer { ...a } } fragment a on Viewer { name ...b } fragment b on Viewer { name ...a }',
    );
    expect(circle).toMatchObject({ status: 400, code: 'INVALID_ARGUMENT' });
  });

  test('by one key leaves another key its answers', async () => {
    const other = api.other.keys.READER;
    const attack = `{ ${Array.from({ length: 300 }, (_, i) => `a${i}: __typename`).join(' ')} }`;
    const attacks = Array.from({ length: 30 }, () => api.ask(reader, attack));
    const before = performance.now();
    expect((await api.ask(other, '{ viewer { role } }')).status).toBe(200);
    expect(performance.now() - before).toBeLessThan(5_000);
    await Promise.all(attacks);
  });
});

describe('stopping', () => {
  test('ends open streams and does not wait for idle connections', async () => {
    const stopping = await api.another({});
    const stream = await stopping.fetch(reader, '/graphql/stream', {
      method: 'POST',
      headers: { ...json, accept: 'text/event-stream' },
      body: JSON.stringify({
        query: 'subscription ($id: ID!) { jobProgress(id: $id) { seq } }',
        variables: { id: encodeId('Job', api.own.jobId) },
      }),
    });
    expect(stream.status).toBe(200);
    await stopping[Symbol.asyncDispose]();
    expect(await stream.text()).toContain('event: complete');
    await expect(stopping.fetch(reader, '/v1/health/live')).rejects.toThrow();
  });
});

describe('failing', () => {
  test('an operation that takes too long ends, typed', async () => {
    await using slow = await api.another({
      limits: { operationTimeoutMs: 200 },
      encodeQuery: () => new Promise(() => {}),
    });
    const { errors, status } = await slow.ask(
      reader,
      '{ searchCases(input: { text: "effusion" }) { totalCount } }',
    );
    expect(errors[0]?.extensions.code).toBe('DEADLINE_EXCEEDED');
    expect(status).toBe(504);
  });

  test('an unexpected failure is masked, and found in the log by its request', async () => {
    const secret = 'CANARY^UNEXPECTED';
    await using failing = await api.another({
      encodeQuery: () => Promise.reject(new TypeError(`no such thing: ${secret}`)),
    });
    const answer = await failing.ask(reader, '{ searchCases(input: { text: "effusion" }) { totalCount } }');
    expect(answer.text).not.toContain(secret);
    expect(answer.errors[0]?.extensions.code).toBe('INTERNAL');
    const requestId = answer.headers.get('x-request-id')!;
    expect(answer.errors[0]?.extensions.requestId).toBe(requestId);
    const logged = api
      .log()
      .split('\n')
      .find((line) => line.includes('unexpected failure'));
    expect(logged).toContain(requestId);
    expect(logged).toContain('TypeError');
    expect(api.log()).not.toContain(secret);
  });
});
