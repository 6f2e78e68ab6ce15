// Two tenants, and a patient's name: what one sees does not depend on the other, and the name comes out nowhere.
import { enqueueAlone } from '@tomograph/data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeId } from './schema/global-id.js';
import { type TestApi, testApi } from './testing/test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const queries = [
  '{ cases(first: 100) { edges { cursor node { id label patientKey findings { polarity finding { code } } series { id contentDigest } xrays { id } reports { id text } } } totalCount pageInfo { endCursor } } }',
  '{ searchCases(input: { text: "effusion" }) { edges { node { id } score why { sentence { text } } } totalCount shortfall channels { candidates } } }',
  '{ searchCases(input: { text: "no effusion" }) { edges { node { id } } totalCount } }',
  '{ jobs(first: 100) { edges { node { id state } } } }',
  '{ viewer { role projects { id name } } }',
  '{ cases(filter: { finding: ["PLEURAL_EFFUSION"] }) { totalCount edges { node { id } } } }',
];

describe('two tenants', () => {
  test('see the same before and after the other one changes everything it has', async () => {
    const key = api.own.keys.READER;
    const before = await Promise.all(queries.map(async (query) => (await api.ask(key, query)).data));
    await enqueueAlone(api.database, {
      projectId: api.other.projectId,
      kind: 'DEMO',
      key: 'noise',
      input: {},
    });
    const erase = 'mutation ($input: EraseCaseInput!) { eraseCase(input: $input) { userErrors { code } } }';
    for (const { studyId } of api.other.cases) {
      const erased = await api.ask(api.other.keys.ADMIN, erase, {
        input: { case: encodeId('Case', studyId) },
      });
      expect(erased.data.eraseCase.userErrors).toEqual([]);
    }
    const after = await Promise.all(queries.map(async (query) => (await api.ask(key, query)).data));
    expect(after).toEqual(before);
    expect(JSON.stringify(before)).not.toContain(encodeId('Project', api.other.projectId));
  });

  test("get the same words for the other one's objects as for objects that do not exist", async () => {
    const absent = '00000000-0000-4000-8000-00000000abcd';
    const foreign = api.own.cases[0]!;
    const mutations: [string, string, string, string][] = [
      ['eraseCase', 'EraseCaseInput', 'case', encodeId('Case', foreign.studyId)],
      ['cancelJob', 'CancelJobInput', 'job', encodeId('Job', api.own.jobId)],
      ['revokeApiKey', 'RevokeApiKeyInput', 'apiKey', encodeId('ApiKey', api.own.keyIds.READER)],
    ];
    for (const [field, type, argument, id] of mutations) {
      const mutation = `mutation ($input: ${type}!) { ${field}(input: $input) { userErrors { code message field } } }`;
      const nothing = encodeId(
        field === 'eraseCase' ? 'Case' : field === 'cancelJob' ? 'Job' : 'ApiKey',
        absent,
      );
      const [one, two] = await Promise.all(
        [id, nothing].map((each) => api.ask(api.other.keys.ADMIN, mutation, { input: { [argument]: each } })),
      );
      expect(one!.data, field).toEqual(two!.data);
      expect(one!.data[field].userErrors[0].code, field).toBe('NOT_FOUND');
    }
    const search = 'query ($id: ID!) { searchCases(input: { case: $id }) { totalCount } }';
    const [one, two] = await Promise.all(
      [foreign.studyId, absent].map((id) =>
        api.ask(api.other.keys.READER, search, { id: encodeId('Case', id) }),
      ),
    );
    expect(one!.errors[0]?.message).toBe(two!.errors[0]?.message);
  });

  test('cannot give out keys for, or upload to, a project of the other', async () => {
    const project = encodeId('Project', api.own.projectId);
    const key = await api.ask(
      api.other.keys.ADMIN,
      'mutation ($p: ID!) { createApiKey(input: { name: "x", role: ADMIN, projects: [$p] }) { key userErrors { code } } }',
      { p: project },
    );
    expect(key.data.createApiKey).toEqual({ key: null, userErrors: [{ code: 'NOT_FOUND' }] });
    const upload = await api.ask(
      api.other.keys.ADMIN,
      'mutation ($p: ID!) { createUpload(input: { bytes: 1, kind: REPORT_TEXT, project: $p }) { uploadUrl userErrors { code } } }',
      { p: project },
    );
    expect(upload.data.createUpload).toEqual({ uploadUrl: null, userErrors: [{ code: 'NOT_FOUND' }] });
  });
});

describe("a patient's name", () => {
  const canary = 'KANARIENVOGEL^ERIKA';

  test('in a file, a report, a search, a header, a path or an operation name comes out in no log, metric or address', async () => {
    const key = api.own.keys.CURATOR;
    const dicom = Buffer.concat([Buffer.alloc(128), Buffer.from(`DICM\x10\x00\x10\x00PN\x14\x00${canary}`)]);
    const { data } = await api.ask(
      key,
      'mutation ($input: CreateUploadInput!) { createUpload(input: $input) { upload { id } uploadUrl } }',
      { input: { bytes: dicom.byteLength, kind: 'IMAGE_OR_ARCHIVE', clientMutationId: canary } },
    );
    const { upload, uploadUrl } = data.createUpload;
    expect(uploadUrl).not.toContain(canary);
    const headers = { 'content-disposition': `attachment; filename="${canary}.dcm"`, 'user-agent': canary };
    expect((await api.fetch(key, uploadUrl, { method: 'PUT', body: dicom, headers })).status).toBe(204);
    const ingest =
      'mutation ($input: IngestUploadInput!) { ingestUpload(input: $input) { job { id } userErrors { message } } }';
    await api.ask(key, ingest, {
      input: { upload: upload.id, reportText: `Patient ${canary}: no effusion.` },
    });
    await api.ask(
      key,
      ingest,
      { input: { upload: upload.id, reportText: `${canary} again` } },
      { 'idempotency-key': 'k' },
    );
    await api.ask(
      key,
      `query ${canary.replace('^', '_')} { searchCases(input: { text: "${canary}" }) { totalCount } }`,
    );
    await api.ask(key, `{ ${canary.replace('^', '_')} }`);
    await api.ask(key, `{ searchCases(input: { text: "${canary}`);
    await api.ask(key, 'query ($id: ID!) { case(id: $id) { id } }', { id: canary });
    await api.ask(key, 'query ($first: Int) { cases(first: $first) { totalCount } }', { first: canary });
    await api.fetch(key, `/v1/blobs/series/${canary}/axial.webp`);
    await api.fetch(key, `/${encodeURIComponent(canary)}?name=${encodeURIComponent(canary)}`);
    await api.fetch(key, '/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'KANARIENVOGEL ERIKA' },
      body: `{"query": "${canary}`,
    });
    const metrics = await (await api.fetch(undefined, '/metrics')).text();
    for (const [where, text] of [
      ['log', api.log()],
      ['metrics', metrics],
    ] as const) {
      expect(text.length, where).toBeGreaterThan(1_000);
      expect(text, where).not.toMatch(/KANARIENVOGEL|ERIKA/i);
    }
  });
});
