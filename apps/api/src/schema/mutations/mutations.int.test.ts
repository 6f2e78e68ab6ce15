// Mutations: from an upload to a job, keys, embedding spaces, erasure.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedSpace, sendUpload, type TestApi, testApi } from '../../testing/test-api.js';
import { encodeId } from '../global-id.js';

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
const ingest = `mutation ($input: IngestUploadInput!) { ingestUpload(input: $input) {
    job { id kind state } userErrors { code message field } clientMutationId } }`;

test('an upload becomes one job, however often it is asked for', async () => {
  const id = await sendUpload(api, curator, 'IMAGE_OR_ARCHIVE');
  const input = { upload: id, reportText: 'No effusion.', clientMutationId: 'mine' };
  const first = (await api.ask(curator, ingest, { input })).data.ingestUpload;
  expect(first).toMatchObject({
    job: { kind: 'INGEST', state: 'QUEUED' },
    userErrors: [],
    clientMutationId: 'mine',
  });
  expect((await api.ask(curator, ingest, { input })).data.ingestUpload.job.id).toBe(first.job.id);
  const changed = (await api.ask(curator, ingest, { input: { ...input, reportText: 'Effusion.' } })).data
    .ingestUpload;
  expect(changed).toMatchObject({ job: null, userErrors: [{ code: 'CONFLICT' }] });
});

test('an Idempotency-Key gives its job again and refuses another request', async () => {
  const headers = { 'idempotency-key': 'order-66' };
  const [one, two] = [
    await sendUpload(api, curator, 'IMAGE_OR_ARCHIVE'),
    await sendUpload(api, curator, 'IMAGE_OR_ARCHIVE'),
  ];
  const first = (await api.ask(curator, ingest, { input: { upload: one } }, headers)).data.ingestUpload;
  const again = (await api.ask(curator, ingest, { input: { upload: one } }, headers)).data.ingestUpload;
  expect(again.job.id).toBe(first.job.id);
  const other = (await api.ask(curator, ingest, { input: { upload: two } }, headers)).data.ingestUpload;
  expect(other.userErrors[0].code).toBe('CONFLICT');
});

test('is refused before its bytes came, for another project, and for an X-ray to search with', async () => {
  const create = `mutation ($input: CreateUploadInput!) { createUpload(input: $input) { upload { id } } }`;
  const unsent = (await api.ask(curator, create, { input: { bytes: 1, kind: 'REPORT_TEXT' } })).data
    .createUpload.upload.id;
  const sent = await sendUpload(api, curator, 'REPORT_TEXT');
  const xray = await sendUpload(api, curator, 'QUERY_XRAY');
  const inputs = [
    { upload: unsent },
    { upload: sent, project: encodeId('Project', api.other.projectId) },
    { upload: sent, case: encodeId('Case', api.other.cases[0]!.studyId) },
    { upload: xray },
    { upload: caseId(0) },
  ];
  const codes: string[] = [];
  for (const input of inputs)
    codes.push((await api.ask(curator, ingest, { input })).data.ingestUpload.userErrors[0]?.code);
  expect(codes).toEqual([
    'INVALID_ARGUMENT',
    'INVALID_ARGUMENT',
    'NOT_FOUND',
    'INVALID_ARGUMENT',
    'INVALID_ARGUMENT',
  ]);
});

test('expected failures are userErrors that name the field', async () => {
  const input = { bytes: 0, kind: 'REPORT_TEXT' };
  const { data, errors } = await api.ask(
    curator,
    'mutation ($input: CreateUploadInput!) { createUpload(input: $input) { upload { id } uploadUrl userErrors { code field } } }',
    { input },
  );
  expect(errors).toEqual([]);
  expect(data.createUpload).toEqual({
    upload: null,
    uploadUrl: null,
    userErrors: [{ code: 'INVALID_ARGUMENT', field: ['input', 'bytes'] }],
  });
});

test('a key works until it is revoked', async () => {
  const create = `mutation { createApiKey(input: { name: "for a script", role: READER }) {
      key apiKey { id name role prefix } userErrors { code message } } }`;
  const made = (await api.ask(admin, create)).data.createApiKey;
  expect(made.key.startsWith(made.apiKey.prefix)).toBe(true);
  expect((await api.ask(made.key, '{ viewer { role } }')).data).toEqual({ viewer: { role: 'READER' } });
  const revoke =
    'mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { apiKey { revokedAt } userErrors { code } } }';
  const revoked = await api.ask(admin, revoke, { input: { apiKey: made.apiKey.id } });
  expect(revoked.data.revokeApiKey.apiKey.revokedAt).not.toBeNull();
  const refused = await api.ask(made.key, '{ viewer { role } }');
  expect(refused.status).toBe(401);
  expect(refused.errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
});

test('spaces: a retired one cannot be activated, and there is nothing to roll back to', async () => {
  const spaces = (
    await api.ask(
      reader,
      '{ embeddingSpaces { id name channel phase stored recallAt10 width digest since } }',
    )
  ).data;
  expect(spaces.embeddingSpaces[0]).toMatchObject({
    channel: 'IMAGE',
    phase: 'ACTIVE',
    stored: 6,
    recallAt10: 1,
    width: 4,
  });
  const rollback =
    'mutation { rollbackSpace(input: { channel: IMAGE }) { space { id } userErrors { code } } }';
  expect((await api.ask(admin, rollback)).data.rollbackSpace.userErrors).toEqual([{ code: 'SPACE_STATE' }]);
  const activate =
    'mutation ($input: ActivateSpaceInput!) { activateSpace(input: $input) { userErrors { code } } }';
  const again = await api.ask(admin, activate, { input: { space: spaces.embeddingSpaces[0].id } });
  expect(again.data.activateSpace.userErrors).toEqual([{ code: 'SPACE_STATE' }]);
});

test('a space is switched and rolled back while searches by the same X-ray go on', async () => {
  const xray = await sendUpload(api, reader, 'QUERY_XRAY');
  const spaceOf = async () => {
    const search = 'query ($x: ID!) { searchCases(input: { xray: $x }) { totalCount channels { space } } }';
    const { data, errors } = await api.ask(reader, search, { x: xray });
    expect(errors).toEqual([]);
    expect(data.searchCases.totalCount).toBe(3);
    return data.searchCases.channels[0].space;
  };
  expect(await spaceOf()).toBe('test-space@1');
  const next = encodeId('EmbeddingSpace', await seedSpace(api.database, 2, [api.own, api.other]));
  const activate =
    'mutation ($s: ID!) { activateSpace(input: { space: $s }) { space { phase version } userErrors { code } } }';
  const activated = await api.ask(admin, activate, { s: next });
  expect(activated.data.activateSpace).toEqual({ space: { phase: 'ACTIVE', version: 2 }, userErrors: [] });
  expect(await spaceOf()).toBe('test-space@2');
  const rollback =
    'mutation { rollbackSpace(input: { channel: IMAGE }) { space { version } userErrors { code } } }';
  expect((await api.ask(admin, rollback)).data.rollbackSpace).toEqual({
    space: { version: 1 },
    userErrors: [],
  });
  expect(await spaceOf()).toBe('test-space@1');
});

test('an erased case is gone from search, lists and its pictures', async () => {
  const erase =
    'mutation ($input: EraseCaseInput!) { eraseCase(input: $input) { erasedCase userErrors { code } } }';
  const gone = caseId(2);
  const { data } = await api.ask(admin, erase, { input: { case: gone } });
  expect(data.eraseCase).toEqual({ erasedCase: gone, userErrors: [] });
  expect(
    (await api.ask(reader, 'query ($id: ID!) { case(id: $id) { id } }', { id: gone })).data.case,
  ).toBeNull();
  const picture = await api.fetch(reader, `/v1/blobs/series/${api.own.cases[2]!.seriesId}/axial.webp`);
  expect(picture.status).toBe(404);
  const found = await api.ask(reader, '{ searchCases(input: { text: "heart enlarged" }) { totalCount } }');
  expect(found.data.searchCases.totalCount).toBe(0);
});
