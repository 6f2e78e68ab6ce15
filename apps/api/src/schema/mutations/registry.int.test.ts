// Promotion, rollback, jobs about models and webhooks, as mutations.
import { isSignedBy, manifestId } from '@tomograph/registry';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { sendUpload, type TestApi, testApi } from '../../testing/test-api.js';
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

async function mutate(key: string, field: string, input: object, payload: string) {
  const type = `${field[0]!.toUpperCase()}${field.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${field}(input: $input) { ${payload} userErrors { code message field } } }`;
  const { data, errors } = await api.ask(key, query, { input });
  expect(errors).toEqual([]);
  return data[field];
}
const promote = (key: string, model: string, version: number, alias: string) =>
  mutate(key, 'promoteModel', { model, version, alias, why: 'better' }, 'version { uri aliases }');
const champion = async (model: string) =>
  (await api.ask(reader, `{ modelVersion(uri: "models:/${model}@champion") { version } }`)).data.modelVersion
    .version;

test('a protected alias is moved by an ADMIN, through its gates, and back', async () => {
  expect((await promote(curator, 'spleen', 2, 'champion')).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
  const without = await promote(admin, 'spleen', 2, 'champion');
  expect(without.userErrors[0].code).toBe('PROMOTION_REFUSED');
  expect(without.userErrors[0].message).toContain('there is no certificate');
  expect(await champion('spleen')).toBe(1);

  await api.models.certify('models:/spleen/2');
  expect(await promote(admin, 'spleen', 2, 'champion')).toEqual({
    version: { uri: 'models:/spleen/2', aliases: ['champion'] },
    userErrors: [],
  });
  const back = await mutate(
    admin,
    'rollbackModel',
    { model: 'spleen', alias: 'champion', why: 'worse on real CT' },
    'version { uri }',
  );
  expect(back).toEqual({ version: { uri: 'models:/spleen/1' }, userErrors: [] });
  const { data } = await api.ask(
    reader,
    '{ model(name: "spleen") { aliasHistory { action from to why who } } }',
  );
  expect(data.model.aliasHistory.slice(0, 2)).toMatchObject([
    { action: 'ROLLBACK', from: 2, to: 1, why: 'worse on real CT' },
    { action: 'PROMOTE', from: 1, to: 2, why: 'better' },
  ]);
  expect(data.model.aliasHistory[0].who).toMatch(/^tg_/);
});

test('a red certificate is promoted by nobody, to no alias', async () => {
  await api.models.add('forgetful', 11);
  api.models.replay.forgets.add(manifestId(api.models.base));
  await api.models.certify('models:/forgetful/1');
  api.models.replay.forgets.clear();
  for (const [key, alias] of [
    [admin, 'champion'],
    [admin, 'anything'],
    [curator, 'challenger'],
  ] as const) {
    const { version, userErrors } = await promote(key, 'forgetful', 1, alias);
    expect([version, userErrors[0].code], alias).toEqual([null, 'PROMOTION_REFUSED']);
    expect(userErrors[0].message).toContain('red');
  }
});

test('says who may, what is missing and what cannot be', async () => {
  const codes = [];
  for (const [key, model, version, alias] of [
    [reader, 'spleen', 1, 'challenger'],
    [curator, 'spleen', 99, 'challenger'],
    [curator, 'nothing', 1, 'challenger'],
    [curator, 'spleen', 1, 'latest'],
    [curator, 'spleen', 1, 'Not An Alias'],
  ] as const) {
    codes.push((await promote(key, model, version, alias)).userErrors[0]?.code);
  }
  expect(codes).toEqual(['FORBIDDEN', 'NOT_FOUND', 'NOT_FOUND', 'INVALID_ARGUMENT', 'INVALID_ARGUMENT']);
  const silent = { model: 'spleen', version: 1, alias: 'challenger', why: '  ' };
  expect((await mutate(curator, 'promoteModel', silent, 'version { uri }')).userErrors).toMatchObject([
    { code: 'INVALID_ARGUMENT', field: ['input', 'why'] },
  ]);
});

test('an ADMIN sets what must hold for an alias, and a promotion is held against it', async () => {
  const policy = (key: string, atLeast: number) =>
    mutate(
      key,
      'setAliasPolicy',
      {
        model: 'spleen',
        alias: 'night',
        isProtected: false,
        needsCertificate: false,
        metrics: [{ metric: 'dice', structure: 'spleen', data: 'phantom test set', atLeast }],
        why: 'only good ones run at night',
      },
      'model { name }',
    );
  expect((await policy(curator, 0.8)).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
  expect(await policy(admin, 0.88)).toEqual({ model: { name: 'spleen' }, userErrors: [] });
  const refused = await promote(curator, 'spleen', 1, 'night');
  expect(refused.userErrors[0]).toMatchObject({ code: 'PROMOTION_REFUSED' });
  expect(refused.userErrors[0].message).toContain('its lower end is below 0.88'); // 0.9, but [0.85, 0.94]
  await policy(admin, 0.8);
  expect((await promote(curator, 'spleen', 1, 'night')).userErrors).toEqual([]);
  const query =
    '{ model(name: "spleen") { aliases { alias gates { isCertificate metric structure atLeast } } } }';
  const { aliases } = (await api.ask(reader, query)).data.model;
  expect(aliases).toContainEqual({
    alias: 'night',
    gates: [{ isCertificate: false, metric: 'dice', structure: 'spleen', atLeast: 0.8 }],
  });
  expect(aliases).toContainEqual({
    alias: 'champion',
    gates: [{ isCertificate: true, metric: null, structure: null, atLeast: null }],
  });
});

const series = () => encodeId('Series', api.own.cases[0]!.seriesId);
const segment = (key: string, tasks: string[], of = series()) =>
  mutate(key, 'segmentSeries', { series: of, tasks }, 'job { id kind about state }');

test('a segmentation runs the versions that the names meant when it was asked for', async () => {
  const first = await segment(curator, ['spleen', 'sample-base']);
  expect(first).toMatchObject({
    job: { kind: 'SEGMENT', about: 'models:/spleen/1, models:/sample-base/1', state: 'QUEUED' },
    userErrors: [],
  });
  const again = await segment(curator, ['models:/spleen@champion', 'sample-base']);
  expect(again.job.id).toBe(first.job.id);
  expect((await segment(curator, ['spleen/2'])).job.about).toBe('models:/spleen/2');
});

test('a segmentation is refused for tasks that are not there, not certified, named twice or too many', async () => {
  const codes = [];
  for (const tasks of [
    [],
    ['nothing'],
    ['liver'],
    ['spleen', 'spleen/2'],
    ['../x'],
    Array(201).fill('spleen'),
  ]) {
    codes.push((await segment(curator, tasks)).userErrors[0]?.code);
  }
  expect(codes).toEqual([
    'INVALID_ARGUMENT',
    'NOT_FOUND',
    'NOT_FOUND', // it has no champion
    'INVALID_ARGUMENT',
    'INVALID_ARGUMENT',
    'LIMIT_EXCEEDED',
  ]);
  const foreign = encodeId('Series', api.other.cases[0]!.seriesId);
  expect((await segment(curator, ['spleen'], foreign)).userErrors[0].code).toBe('NOT_FOUND');
});

const addTask = (input: object, key = curator) =>
  mutate(key, 'addTask', { name: 'kidney', licence: 'MIT', ...input }, 'job { id kind about }');

test('the data of a task become one training job', async () => {
  const upload = await sendUpload(api, curator, 'TASK_DATA');
  const labels = [{ name: 'kidney', value: 1, snomedCode: '64033007', snomedDisplay: 'Kidney' }];
  const first = await addTask({ upload, labels, steps: 10, rank: 4 });
  expect(first).toMatchObject({ job: { kind: 'TRAIN_TASK', about: 'kidney' }, userErrors: [] });
  expect((await addTask({ upload, labels, steps: 10, rank: 4 })).job.id).toBe(first.job.id);
  expect((await addTask({ upload, steps: 11 })).userErrors[0].code).toBe('CONFLICT');
  const [row] = await api.database.query<{ input: object }>('select input from job where kind = $1', [
    'TRAIN_TASK',
  ]);
  expect(row!.input).toMatchObject({
    base: 'models:/sample-base/1',
    labels: { kidney: { value: 1, snomed: { code: '64033007', display: 'Kidney' } } },
    steps: 10,
    rank: 4,
    batchSize: 1,
  });
});

test('a task that cannot be trained is refused before the job, naming the field', async () => {
  const upload = await sendUpload(api, curator, 'TASK_DATA');
  const wrong: [input: object, field: string | null][] = [
    [{ upload, name: 'Kidney!' }, 'name'],
    [{ upload, name: 'sample-base' }, 'name'],
    [{ upload, licence: '' }, 'licence'],
    [{ upload, steps: 0 }, 'steps'],
    [{ upload, rank: 1000 }, 'rank'],
    [{ upload, base: 'spleen' }, 'base'],
    [
      {
        upload,
        labels: [
          { name: 'a', value: 1 },
          { name: 'b', value: 1 },
        ],
      },
      'labels',
    ],
    [{ upload: await sendUpload(api, curator, 'IMAGE_OR_ARCHIVE') }, 'upload'],
  ];
  for (const [input, field] of wrong) {
    const [error] = (await addTask(input)).userErrors;
    expect([error.code, error.field], JSON.stringify(input)).toEqual(['INVALID_ARGUMENT', ['input', field]]);
  }
  expect((await addTask({ upload }, reader)).userErrors[0].code).toBe('FORBIDDEN');
});

test('data of a task are not taken for a case', async () => {
  const upload = await sendUpload(api, curator, 'TASK_DATA');
  const { userErrors } = await mutate(curator, 'ingestUpload', { upload }, 'job { id }');
  expect(userErrors[0].code).toBe('INVALID_ARGUMENT');
});

test('canaries are replayed by a job; a base has none', async () => {
  const verify = (uri: string) => mutate(curator, 'verifyModel', { uri }, 'job { id kind about }');
  const first = await verify('spleen/2');
  expect(first.job).toMatchObject({ kind: 'VERIFY', about: 'models:/spleen/2' });
  expect((await verify('models:/spleen/2')).job.id).toBe(first.job.id);
  expect((await verify('sample-base')).userErrors[0].code).toBe('INVALID_ARGUMENT');
});

test('a webhook is made, tried, and kept with its log when it is deleted', async () => {
  const input = { url: 'https://hooks.example/tomograph', events: ['ALIAS_CREATED', 'CERTIFICATE_ISSUED'] };
  const made = await mutate(
    admin,
    'createWebhook',
    input,
    'secret webhook { id url events model disabledAt }',
  );
  expect(made.webhook).toMatchObject({ ...input, model: null, disabledAt: null });
  const webhook = made.webhook.id;
  const tried = await mutate(
    admin,
    'testWebhook',
    { webhook },
    'delivery { deliveryId state attempts { attempt status error } }',
  );
  expect(tried.delivery).toMatchObject({
    state: 'DELIVERED',
    attempts: [{ attempt: 1, status: 204, error: null }],
  });
  const sent = api.posted.at(-1)!;
  expect(sent.headers['x-tomograph-delivery-id']).toBe(tried.delivery.deliveryId);
  expect(isSignedBy(made.secret, sent.headers, sent.body)).toBe(true);

  await mutate(admin, 'deleteWebhook', { webhook }, 'webhook { disabledAt }');
  const { data } = await api.ask(admin, '{ webhooks { id disabledAt deliveries { state } } }');
  const kept = data.webhooks.find(({ id }: { id: string }) => id === webhook);
  expect(kept).toMatchObject({ disabledAt: expect.any(String), deliveries: [{ state: 'DELIVERED' }] });
  expect((await mutate(admin, 'testWebhook', { webhook }, 'delivery { state }')).userErrors[0].code).toBe(
    'CONFLICT',
  );
});

test('what happens in the registry reaches a webhook by itself, once', async () => {
  const input = { url: 'https://hooks.example/live', events: ['ALIAS_CREATED'], model: 'spleen' };
  await mutate(admin, 'createWebhook', input, 'webhook { id }');
  await using _server = await api.another({
    deliversWebhooks: true,
    webhookPorts: {
      resolve: async () => ['93.184.215.14'],
      post: async (request) => api.posted.push(request) && 200,
    },
  });
  const got = () =>
    api.posted.filter(({ url }) => url.pathname === '/live').map(({ body }) => JSON.parse(body).data);
  await promote(curator, 'spleen', 2, 'shadow');
  await vi.waitFor(
    () => expect(got()).toMatchObject([{ name: 'spleen', alias: 'shadow', version: '2' }]),
    12_000,
  );
});

test('a webhook reaches into no private network', async () => {
  for (const url of [
    'http://hooks.example',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://u:p@hooks.example',
    'x',
  ]) {
    const { userErrors } = await mutate(
      admin,
      'createWebhook',
      { url, events: ['ALIAS_CREATED'] },
      'webhook { id }',
    );
    expect(userErrors[0]?.code, url).toBe('INVALID_ARGUMENT');
  }
});

test('a finished training and a segmentation are reached from their jobs, points of the curve from the events', async () => {
  const upload = await sendUpload(api, curator, 'TASK_DATA');
  const { job } = await addTask({ upload, name: 'curve' });
  const id = Buffer.from(job.id, 'base64url').toString().slice(4);
  const result = {
    model: 'spleen',
    version: 1,
    manifest: 'x',
    verdict: 'green',
    certificate: 'x',
    dice: 0.8,
    cases: { training: 4, test: 2 },
    notes: ['one case was turned'],
    seconds: 3,
  };
  await api.database.query("update job set result = $2, state = 'SUCCEEDED' where id = $1", [
    id,
    JSON.stringify(result),
  ]);
  const point = { kind: 'training', step: 5, steps: 10, loss: 0.4, dice: 0.7 };
  const event = (data: object) => ({ state: 'RUNNING', progress: 0.5, step: 'training', data });
  await api.database.query('insert into job_event (job_id, seq, data) values ($1, 2, $2), ($1, 3, $3)', [
    id,
    JSON.stringify(event(point)),
    JSON.stringify(event({ kind: 'problem', case: 2, message: 'spacing differs' })),
  ]);
  const query = `query ($id: ID!) { job(id: $id) { training { dice trainingCases testCases notes } modelVersion { uri }
    segmentation { id } events(afterSeq: 1) { training { step steps loss dice } problem } } }`;
  const { data } = await api.ask(reader, query, { id: job.id });
  expect(data.job).toEqual({
    training: { dice: 0.8, trainingCases: 4, testCases: 2, notes: ['one case was turned'] },
    modelVersion: { uri: 'models:/spleen/1' },
    segmentation: null,
    events: [
      { training: { step: 5, steps: 10, loss: 0.4, dice: 0.7 }, problem: null },
      { training: null, problem: 'case 2: spacing differs' },
    ],
  });
});
