// The server as its clients see it: reading, searching, watching, serving.
import { AppError, isSha256 } from '@tomograph/kernel';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeId } from '../schema/global-id.js';
import { sendUpload, type TestApi, testApi } from '../testing/test-api.js';
import { startApi } from './start-api.js';

let api: TestApi;
let reader: string;
let curator: string;
let admin: string;
beforeAll(async () => {
  api = await testApi();
  ({ READER: reader, CURATOR: curator, ADMIN: admin } = api.own.keys);
});
afterAll(() => api[Symbol.asyncDispose]());

const caseId = (index: number) => encodeId('Case', api.own.cases[index]!.studyId);

describe('reading', () => {
  test('gives a case with everything it consists of', async () => {
    const { data, errors } = await api.ask(
      reader,
      `query ($id: ID!) { case(id: $id) {
         label patientKey sex ageBand shiftedDay bodyPart modalities isDemo thumbnailUrl
         series { size volumeUrl contentDigest notes { code } } xrays { view imageUrl }
         findings { polarity finding { code } } } }`,
      { id: caseId(0) },
    );
    expect(errors).toEqual([]);
    expect(data.case).toMatchObject({
      sex: 'FEMALE',
      ageBand: 50,
      shiftedDay: '2020-01-01',
      bodyPart: 'CHEST',
      modalities: ['CT', 'DX'],
      series: [{ size: [4, 5, 6], notes: [{ code: 'TILT_CORRECTED' }] }],
      xrays: [{ view: 'PA' }],
      findings: [
        { polarity: 'PRESENT', finding: { code: 'PLEURAL_EFFUSION' } },
        { polarity: 'ABSENT', finding: { code: 'PNEUMOTHORAX' } },
      ],
    });
    expect(data.case.patientKey).toHaveLength(8);
    expect(isSha256(data.case.series[0].contentDigest)).toBe(true);
  });

  test('pages through cases both ways, counts them and filters them', async () => {
    const query = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: CaseFilter) {
      cases(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
        edges { cursor node { id } } totalCount totalCountIsExact pageInfo { hasNextPage hasPreviousPage endCursor } } }`;
    const first = (await api.ask(reader, query, { first: 2 })).data.cases;
    expect(first).toMatchObject({ totalCount: 3, totalCountIsExact: true, pageInfo: { hasNextPage: true } });
    const rest = (await api.ask(reader, query, { first: 2, after: first.pageInfo.endCursor })).data.cases;
    expect(rest.edges).toHaveLength(1);
    expect(rest.pageInfo.hasNextPage).toBe(false);
    const back = (await api.ask(reader, query, { last: 2, before: rest.edges[0].cursor })).data.cases;
    expect(back.edges).toEqual(first.edges);
    const filter = { sex: ['FEMALE'], from: '2020-01-01', to: '2020-01-01', finding: ['PLEURAL_EFFUSION'] };
    const filtered = (await api.ask(reader, query, { filter })).data.cases;
    expect(filtered.edges).toEqual([expect.objectContaining({ node: { id: caseId(0) } })]);
    expect(filtered.totalCount).toBe(1);
  });

  test('refuses a page above 100 and a cursor of somebody else', async () => {
    const query =
      'query ($first: Int, $after: String) { cases(first: $first, after: $after) { edges { cursor } } }';
    const large = await api.ask(reader, query, { first: 101 });
    expect(large.errors[0]?.extensions.code).toBe('INVALID_ARGUMENT');
    const foreign = await api.ask(reader, query, { after: 'bm9wZQ' });
    expect(foreign.errors[0]?.extensions.code).toBe('CURSOR_INVALID');
  });

  test('answers node and nodes for every type, and null for what does not exist', async () => {
    const { projectId, jobId, cases, keyIds } = api.own;
    const [found] = cases;
    const ids = [
      encodeId('Case', found!.studyId),
      encodeId('Series', found!.seriesId),
      encodeId('Xray', found!.xrayId),
      encodeId('Report', found!.reportId),
      encodeId('ReportSentence', found!.sentenceId),
      encodeId('Project', projectId),
      encodeId('Job', jobId),
      encodeId('ApiKey', keyIds.READER),
      encodeId('Case', api.own.projectId),
    ];
    const { data, errors } = await api.ask(
      admin,
      'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }',
      { ids },
    );
    expect(errors).toEqual([]);
    expect(data.nodes.map((node: { id: string } | null) => node?.id)).toEqual([
      ...ids.slice(0, -1),
      undefined,
    ]);
    const nonsense = await api.ask(reader, '{ node(id: "bm9wZQ") { id } }');
    expect(nonsense.errors[0]?.extensions.code).toBe('INVALID_ARGUMENT');
  });

  test('lists findings by text and by page', async () => {
    const query =
      'query ($text: String, $first: Int, $after: String) { findings(text: $text, first: $first, after: $after) { edges { node { code name synonyms } } pageInfo { hasNextPage endCursor } } }';
    const { data } = await api.ask(reader, query, { text: 'Effusion', first: 1 });
    const { name, synonyms } = data.findings.edges[0].node;
    expect([name, ...synonyms].join('; ')).toMatch(/effusion/i);
    const all = await api.ask(reader, query, { first: 2 });
    const next = await api.ask(reader, query, { first: 2, after: all.data.findings.pageInfo.endCursor });
    expect(next.data.findings.edges[0].node.code > all.data.findings.edges[1].node.code).toBe(true);
  });
});

describe('searching', () => {
  const query = `query ($input: SearchInput!, $first: Int, $after: String) { searchCases(input: $input, first: $first, after: $after) {
    edges { node { id } score cursor why { channel rank score part sentence { text } highlights { start end } seriesId view } }
    channels { channel mode candidates recallAt10 space } shortfall totalCount totalCountIsExact
    queryFindings { polarity finding { code } } pageInfo { hasNextPage endCursor } } }`;

  test('by text: finds who has it, not who has it not, and shows the sentence', async () => {
    const { data, errors, extensions } = await api.ask(reader, query, {
      input: { text: 'pleural effusion' },
    });
    expect(errors).toEqual([]);
    const { edges, queryFindings, channels } = data.searchCases;
    expect(edges.map((edge: { node: { id: string } }) => edge.node.id)).toEqual([caseId(0)]);
    const [why] = edges[0].why;
    expect(why.sentence.text).toBe('There is a large pleural effusion on the right.');
    const [span] = why.highlights;
    expect(why.sentence.text.slice(span.start, span.end).toLowerCase()).toMatch(/pleural|effusion/);
    expect(queryFindings).toEqual([{ polarity: 'PRESENT', finding: { code: 'PLEURAL_EFFUSION' } }]);
    expect(channels[0]).toMatchObject({ channel: 'TEXT', mode: 'TEXT' });
    expect(extensions.cost).toMatchObject({ requested: expect.any(Number), actual: expect.any(Number) });
  });

  test('by X-ray: an upload is described and compared, and pages through', async () => {
    const xray = await sendUpload(api, reader, 'QUERY_XRAY');
    const first = (await api.ask(reader, query, { input: { xray }, first: 2 })).data.searchCases;
    expect(first.channels).toEqual([
      { channel: 'IMAGE', mode: 'EXACT', candidates: 3, recallAt10: null, space: 'test-space@1' },
    ]);
    expect(first.edges[0]).toMatchObject({
      node: { id: caseId(0) },
      why: [{ channel: 'IMAGE', rank: 1, seriesId: encodeId('Series', api.own.cases[0]!.seriesId) }],
    });
    const after = first.pageInfo.endCursor;
    const second = (await api.ask(reader, query, { input: { xray }, first: 2, after })).data.searchCases;
    expect(second).toMatchObject({ shortfall: 1, totalCount: 3 });
    expect(second.edges).toHaveLength(1);
  });

  test('by case: similar ones without itself, in one search or as a field', async () => {
    const { data } = await api.ask(reader, query, { input: { case: caseId(0) } });
    expect(data.searchCases.edges).toHaveLength(2);
    const field = await api.ask(
      reader,
      'query ($id: ID!) { case(id: $id) { similar(first: 1) { edges { node { id } } } } }',
      {
        id: caseId(0),
      },
    );
    expect(field.data.case.similar.edges[0].node.id).toBe(data.searchCases.edges[0].node.id);
  });

  test('refuses a search for nothing, for an upload of another kind, and for one that was not sent', async () => {
    expect((await api.ask(reader, query, { input: {} })).errors[0]?.extensions.code).toBe('INVALID_ARGUMENT');
    const archive = await sendUpload(api, curator, 'IMAGE_OR_ARCHIVE');
    expect((await api.ask(reader, query, { input: { xray: archive } })).errors[0]?.extensions.code).toBe(
      'NOT_FOUND',
    );
    const long = await api.ask(reader, query, { input: { text: 'x'.repeat(1001) } });
    expect(long.errors[0]?.extensions.code).toBe('LIMIT_EXCEEDED');
  });
});

describe('watching a job', () => {
  const subscribe = (key: string, afterSeq: number, id = encodeId('Job', api.own.jobId)) =>
    api.fetch(key, '/graphql/stream', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({
        query:
          'subscription ($id: ID!, $afterSeq: Int) { jobProgress(id: $id, afterSeq: $afterSeq) { seq state } }',
        variables: { id, afterSeq },
      }),
    });

  test('streams its events until it ends, from where the client left', async () => {
    const stream = await subscribe(reader, 0);
    expect(stream.headers.get('content-type')).toMatch('text/event-stream');
    const cancel =
      'mutation ($input: CancelJobInput!) { cancelJob(input: $input) { job { state } userErrors { code } } }';
    const cancelled = await api.ask(curator, cancel, { input: { job: encodeId('Job', api.own.jobId) } });
    expect(cancelled.data.cancelJob).toEqual({ job: { state: 'CANCELLED' }, userErrors: [] });
    const text = await stream.text();
    expect(eventsIn(text)).toEqual([
      { seq: 1, state: 'QUEUED' },
      { seq: 2, state: 'CANCELLED' },
    ]);
    expect(text).toContain('event: complete');
    expect(eventsIn(await (await subscribe(reader, 1)).text())).toEqual([{ seq: 2, state: 'CANCELLED' }]);
    const polled = await api.ask(
      reader,
      'query ($id: ID!) { job(id: $id) { state events(afterSeq: 1) { seq state } cases { id } refused { code } error { code } } }',
      { id: encodeId('Job', api.own.jobId) },
    );
    expect(polled.data.job).toMatchObject({ state: 'CANCELLED', events: [{ seq: 2, state: 'CANCELLED' }] });
  });

  test("answers another project's job as one that does not exist", async () => {
    const text = await (await subscribe(reader, 0, encodeId('Job', api.other.jobId))).text();
    expect(text).toContain('NOT_FOUND');
    expect(text).not.toContain('QUEUED');
  });

  test('serves subscriptions only, and /graphql serves none', async () => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ viewer { name } }"}',
    };
    expect((await api.fetch(reader, '/graphql/stream', init)).status).toBe(400);
    const wrong = await api.ask(reader, 'subscription { jobProgress(id: "x") { seq } }');
    expect(wrong.errors[0]?.message).toContain('/graphql/stream');
    expect((await api.fetch(undefined, '/graphql/stream', init)).status).toBe(401);
    expect((await api.fetch(reader, '/graphql/stream', { method: 'PUT' })).status).toBe(405);
  });
});

describe('serving', () => {
  test('says that it is live and ready, and measures without naming anybody', async () => {
    expect((await api.fetch(undefined, '/v1/health/live')).status).toBe(200);
    expect((await api.fetch(undefined, '/v1/health/ready')).status).toBe(200);
    const metrics = await (await api.fetch(undefined, '/metrics')).text();
    expect(metrics).toMatch(/tomograph_http_requests_total\{route="\/graphql",status="200"\} \d+/);
    expect(metrics).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
  });

  test('keeps a plain X-Request-Id and replaces any other', async () => {
    const kept = await api.ask(reader, '{ viewer { name } }', {}, { 'x-request-id': 'trace-12345678' });
    expect(kept.headers.get('x-request-id')).toBe('trace-12345678');
    expect(api.log()).toContain('trace-12345678');
    const replaced = await api.ask(reader, '{ viewer { name } }', {}, { 'x-request-id': 'Jane Doe 1970' });
    expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(api.log()).not.toContain('Jane');
  });

  test('tells what is left of the rate and refuses beyond it', async () => {
    const { data } = await api.ask(reader, '{ rateLimit { limit remaining cost resetAt } }');
    expect(data.rateLimit).toMatchObject({ limit: 50_000, cost: 1 });
    await using small = await api.another({ limits: { ratePoints: 30, ratePointsPerSecond: 1 } });
    const key = reader;
    const query = '{ cases(first: 10) { edges { node { id } } } }';
    expect((await small.ask(key, query)).status).toBe(200);
    const states = [await small.ask(key, query), await small.ask(key, query), await small.ask(key, query)];
    const refused = states.find((answer) => answer.status === 429);
    expect(refused?.errors[0]?.extensions.code).toBe('RATE_LIMITED');
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('a taken port is one sentence', async () => {
    const port = Number(new URL(api.url).port);
    const { database } = api;
    const second = startApi({ config: database.config, database, logger: pino({ level: 'silent' }), port });
    await expect(second).rejects.toThrow(AppError);
    await expect(second).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  });
});

function eventsIn(text: string): unknown[] {
  return [...text.matchAll(/event: next\ndata: (.*)/g)].map(
    (match) => JSON.parse(match[1]!).data.jobProgress,
  );
}
