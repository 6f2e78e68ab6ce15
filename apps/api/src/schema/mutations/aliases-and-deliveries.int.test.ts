// Taking aliases away, what policies hold, and sending deliveries again, as mutations.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type TestApi, testApi } from '../../testing/test-api.js';
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
const remove = (key: string, alias: string, why = 'no longer wanted') =>
  mutate(key, 'removeAlias', { model: 'spleen', alias, why }, 'model { name aliases { alias } }');
const promote = (key: string, alias: string) =>
  mutate(key, 'promoteModel', { model: 'spleen', version: 1, alias, why: 'x' }, 'version { uri }');

test('an alias is taken away, stays in the history, and may be set again', async () => {
  await promote(curator, 'shadow');
  expect(await remove(curator, 'shadow')).toEqual({
    model: { name: 'spleen', aliases: [{ alias: 'champion' }] },
    userErrors: [],
  });
  const { data } = await api.ask(
    reader,
    '{ model(name: "spleen") { aliasHistory { action alias from to why } } modelVersion(uri: "models:/spleen@shadow") { uri } }',
  );
  expect(data.modelVersion).toBeNull();
  expect(data.model.aliasHistory[0]).toEqual({
    action: 'REMOVE',
    alias: 'shadow',
    from: 1,
    to: null,
    why: 'no longer wanted',
  });
  expect((await promote(curator, 'shadow')).userErrors).toEqual([]);
});

test('a protected alias is taken away by an ADMIN alone; what is not there, by nobody', async () => {
  expect((await remove(reader, 'shadow')).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
  expect((await remove(curator, 'champion')).userErrors).toMatchObject([{ code: 'FORBIDDEN' }]);
  expect((await remove(curator, 'nowhere')).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  expect((await remove(curator, 'latest')).userErrors).toMatchObject([{ code: 'INVALID_ARGUMENT' }]);
  expect((await remove(curator, 'shadow', ' ')).userErrors).toMatchObject([
    { code: 'INVALID_ARGUMENT', field: ['input', 'why'] },
  ]);
  expect((await remove(admin, 'champion')).userErrors).toEqual([]);
  const segment = `mutation { segmentSeries(input: { series: "${encodeId('Series', api.own.cases[0]!.seriesId)}", tasks: ["spleen"] }) {
    job { id } userErrors { code } } }`;
  const { segmentSeries } = (await api.ask(curator, segment)).data;
  expect(segmentSeries).toEqual({ job: null, userErrors: [{ code: 'NOT_FOUND' }] });
  expect((await promote(admin, 'champion')).userErrors).toEqual([]);
});

test('policies are shown for champion and for every alias that has one, set or not', async () => {
  const ask = async () =>
    (
      await api.ask(
        reader,
        '{ model(name: "spleen") { aliasPolicies { alias isProtected gates { isCertificate metric atLeast atMost } } } }',
      )
    ).data.model.aliasPolicies;
  const certificate = { isCertificate: true, metric: null, atLeast: null, atMost: null };
  const champion = { alias: 'champion', isProtected: true, gates: [certificate] };
  expect(await ask()).toEqual([champion]);
  const metrics = [{ metric: 'dice', data: 'phantom test set', atLeast: 0.5, atMost: 1 }];
  const input = { model: 'spleen', alias: 'night', isProtected: false, needsCertificate: false, metrics };
  await mutate(admin, 'setAliasPolicy', { ...input, why: 'x' }, 'model { name }');
  const gate = { isCertificate: false, metric: 'dice', atLeast: 0.5, atMost: 1 };
  expect(await ask()).toEqual([champion, { alias: 'night', isProtected: false, gates: [gate] }]);
});

test('a gate without a threshold is refused, by name', async () => {
  const metrics = [{ metric: 'dice', data: 'phantom test set' }];
  const input = {
    model: 'spleen',
    alias: 'x',
    isProtected: false,
    needsCertificate: false,
    metrics,
    why: 'x',
  };
  const { userErrors } = await mutate(admin, 'setAliasPolicy', input, 'model { name }');
  expect(userErrors).toMatchObject([{ code: 'INVALID_ARGUMENT' }]);
  expect(userErrors[0].message).toContain('no threshold');
});

test('a delivery that failed is sent again under its id, and never for a disabled webhook', async () => {
  let status = 400;
  const seen: string[] = [];
  await using server = await api.another({
    deliversWebhooks: true,
    webhookPorts: {
      resolve: async () => ['93.184.215.14'],
      post: async ({ headers }) => {
        seen.push(headers['x-tomograph-delivery-id']!);
        return status;
      },
    },
  });
  const input = { url: 'https://hooks.example/retry', events: ['ALIAS_CREATED'] };
  const { webhook } = await mutate(admin, 'createWebhook', input, 'webhook { id }');
  await promote(curator, 'for-the-webhook');
  const query = '{ webhooks { id deliveries { id deliveryId state attempts { status } } } }';
  const delivery = async () =>
    (await server.ask(admin, query)).data.webhooks.find(({ id }: { id: string }) => id === webhook.id)
      .deliveries[0];
  await vi.waitFor(async () => expect((await delivery())?.state).toBe('FAILED'), 15_000);
  status = 204;
  const { id, deliveryId } = await delivery();
  const again = await mutate(admin, 'retryDelivery', { delivery: id }, 'delivery { state }');
  expect(again.userErrors).toEqual([]);
  await vi.waitFor(async () => expect((await delivery()).state).toBe('DELIVERED'), 15_000);
  expect((await delivery()).attempts).toEqual([{ status: 400 }, { status: 204 }]);
  expect(seen).toEqual([deliveryId, deliveryId]);
  await mutate(admin, 'deleteWebhook', { webhook: webhook.id }, 'webhook { id }');
  const late = await mutate(admin, 'retryDelivery', { delivery: id }, 'delivery { state }');
  expect(late.userErrors).toMatchObject([{ code: 'CONFLICT' }]);
});
