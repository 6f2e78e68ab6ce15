import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, sha256 } from '@tomograph/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MemoryRegistryStore } from '../versions/memory-registry-store.js';
import type { NewRegistryEvent } from '../versions/registry-event.js';
import { backoffMs, type Post, type PostRequest } from './deliver.js';
import { httpPost } from './http-post.js';
import { MemoryWebhookStore } from './memory-webhook-store.js';
import { isSignedBy, loadWebhookKey, webhookSecret } from './webhook-message.js';
import { WebhookService } from './webhook-service.js';
import { webhookStoreContract } from './webhook-store-contract.js';
import { checkWebhookUrl, isPrivateAddress, resolveTarget, strictTargets } from './webhook-target.js';

const code = (name: string) => expect.objectContaining({ code: name });

describe('the contract of every webhook store', () => {
  for (const promise of webhookStoreContract(async () => new MemoryWebhookStore()))
    test(promise.name, promise.check);
});

describe('where a webhook may go', () => {
  test.each([
    'http://example.org/',
    'ftp://example.org/',
    'file:///etc/passwd',
    'example.org',
    'https://user:word@example.org/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:169.254.169.254]/',
    'https://169.254.169.254/latest/meta-data',
    'https://10.1.2.3/',
    'https://[fd00::1]/',
    'https://192.168.0.1.',
    'https://0/',
    `https://example.org/${'x'.repeat(2000)}`,
  ])('%s is refused before a name is resolved', (url) => {
    expect(() => checkWebhookUrl(url)).toThrow(code('INVALID_ARGUMENT'));
  });

  test.each([
    '0.0.0.0',
    '10.255.0.1',
    '100.64.0.1',
    '127.9.9.9',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fc00::1',
    'ff02::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    '2001:db8::1',
  ])('%s is private', (address) => expect(isPrivateAddress(address)).toBe(true));

  test.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '192.169.0.1', '2606:4700::1111'])(
    '%s is public',
    (address) => expect(isPrivateAddress(address)).toBe(false),
  );

  test('a name that resolves to any private address is refused, unless the operator allows the name', async () => {
    const to =
      (...addresses: string[]) =>
      async () =>
        addresses;
    const url = 'https://hooks.example.org/x';
    expect((await resolveTarget(url, strictTargets, to('1.1.1.1', '8.8.8.8'))).address).toBe('1.1.1.1');
    await expect(resolveTarget(url, strictTargets, to('1.1.1.1', '10.0.0.1'))).rejects.toThrow(
      code('FORBIDDEN'),
    );
    await expect(resolveTarget(url, strictTargets, to())).rejects.toThrow(code('NOT_FOUND'));
    await expect(resolveTarget(url, strictTargets, to('not an address'))).rejects.toThrow(code('NOT_FOUND'));
    const policy = { allowHttp: false, allowedPrivateHosts: ['hooks.example.org'] };
    expect((await resolveTarget(url, policy, to('10.0.0.1'))).address).toBe('10.0.0.1');
    const other = { allowHttp: false, allowedPrivateHosts: ['example.org'] };
    await expect(resolveTarget(url, other, to('10.0.0.1'))).rejects.toThrow(code('FORBIDDEN'));
  });
});

describe('deliveries', () => {
  let nowMs: number;
  let log: MemoryRegistryStore;
  let webhooks: MemoryWebhookStore;
  let sent: PostRequest[];
  let answer: () => number | Promise<number>;
  let service: WebhookService;
  const clock: Clock = { now: () => new Date(nowMs), monotonicMs: () => nowMs };
  const installationKey = new Uint8Array(32).fill(7);
  const post: Post = async (request) => {
    sent.push(request);
    return answer();
  };

  beforeEach(() => {
    nowMs = Date.UTC(2026, 0, 2);
    log = new MemoryRegistryStore();
    webhooks = new MemoryWebhookStore();
    sent = [];
    answer = () => 204;
    service = new WebhookService({
      webhooks,
      log,
      installationKey,
      clock,
      post,
      resolve: async () => ['1.1.1.1'],
    });
  });

  const stamp = (model: string) => ({ model, who: 'tg_test', why: 'because', at: clock.now() });
  const created = (model: string, version = 1): NewRegistryEvent => ({
    ...stamp(model),
    kind: 'model_version.created',
    data: { version, manifest: sha256(`${model} ${version}`), kind: 'adapter', base: sha256('base') },
  });
  const promoted = (model: string): NewRegistryEvent => ({
    ...stamp(model),
    kind: 'model_version_alias.created',
    data: { alias: 'champion', from: null, to: 1, action: 'promote', gates: [] },
  });
  const happen = async (...events: NewRegistryEvent[]) => {
    const seen = (await log.events(0)).length;
    await log.append(seen, events);
  };
  const url = 'https://hooks.example.org/x?token=1';
  const make = async (change: { model?: string } = {}) =>
    service.create({
      url,
      events: ['model_version.created', 'model_version_alias.created'],
      who: 'tg_admin',
      ...change,
    });
  const bodies = () => sent.map(({ body }) => JSON.parse(body));

  test('an event is sent once, in the shape that MLflow sends, signed with the secret that was shown', async () => {
    const { secret } = await make();
    await happen(created('spleen'), promoted('spleen'));
    expect(await service.run()).toBe(2);
    expect(await service.run()).toBe(0);
    expect(bodies()).toMatchObject([
      {
        entity: 'model_version',
        action: 'created',
        timestamp: '2026-01-02T00:00:00.000Z',
        data: { name: 'spleen', version: '1', source: 'models:/spleen/1' },
      },
      {
        entity: 'model_version_alias',
        action: 'created',
        data: { name: 'spleen', alias: 'champion', version: '1' },
      },
    ]);
    const [{ headers, body, address }] = sent as [PostRequest];
    expect(address).toBe('1.1.1.1');
    expect(isSignedBy(secret, headers, body)).toBe(true);
    expect(isSignedBy(secret, headers, body.replace('spleen', 'liver!'))).toBe(false);
    expect(isSignedBy(secret, { ...headers, 'x-tomograph-timestamp': '1' }, body)).toBe(false);
    expect(isSignedBy(webhookSecret(installationKey, 'another'), headers, body)).toBe(false);
  });

  test('what happened before a webhook was made, other kinds and other models are not sent', async () => {
    await happen(created('spleen'));
    await make({ model: 'liver' });
    await happen(created('spleen', 2), created('liver'), {
      ...stamp('liver'),
      kind: 'certificate.issued',
      data: { version: 1, certificate: sha256('c'), verdict: 'green' },
    });
    await service.run();
    expect(bodies().map(({ data }) => data.name)).toEqual(['liver']);
  });

  test('a failure is tried again with growing pauses, every attempt is in the log, and at last it has failed', async () => {
    const { webhook } = await make();
    await happen(created('spleen'));
    answer = () => 503;
    await service.run();
    for (const pause of backoffMs) {
      nowMs += pause - 1;
      expect(await service.run()).toBe(0);
      nowMs += 1;
      expect(await service.run()).toBe(1);
    }
    const [delivery] = await webhooks.deliveries(webhook.id, 10);
    expect(delivery).toMatchObject({ state: 'FAILED', attempts: backoffMs.length + 1, nextAttemptAt: null });
    const attempts = await webhooks.attempts(delivery!.id);
    expect(attempts.map(({ attempt, error }) => `${attempt} ${error}`)).toEqual(
      Array.from({ length: 7 }, (_, i) => `${i + 1} status 503`),
    );
    expect(new Set(sent.map(({ headers }) => headers['x-tomograph-delivery-id'])).size).toBe(1);
    nowMs += 1e9;
    expect(await service.run()).toBe(0);
    await webhooks.retry(delivery!.id, clock.now());
    answer = () => 200;
    expect(await service.run()).toBe(1);
    expect((await webhooks.delivery(delivery!.id))!.state).toBe('DELIVERED');
  });

  test.each<[string, () => number | Promise<number>, string, string]>([
    ['a redirect ends it', () => 302, 'FAILED', 'status 302: redirects are not followed'],
    ['a refusal ends it', () => 404, 'FAILED', 'status 404'],
    ['too many requests: later', () => 429, 'PENDING', 'status 429'],
    [
      'no answer: later',
      () => Promise.reject(Object.assign(new Error('x'), { code: 'ECONNREFUSED' })),
      'PENDING',
      'not reached: ECONNREFUSED',
    ],
  ])('%s', async (_what, given, state, error) => {
    const { webhook } = await make();
    await happen(created('spleen'));
    answer = given;
    await service.run();
    const [delivery] = await webhooks.deliveries(webhook.id, 1);
    expect(delivery!.state).toBe(state);
    expect((await webhooks.attempts(delivery!.id))[0]!.error).toBe(error);
  });

  test('a name that later resolves into a private network is not called, and not tried again', async () => {
    service = new WebhookService({
      webhooks,
      log,
      installationKey,
      clock,
      post,
      resolve: async () => ['169.254.169.254'],
    });
    const { webhook } = await make();
    await happen(created('spleen'));
    await service.run();
    expect(sent).toEqual([]);
    expect((await webhooks.deliveries(webhook.id, 1))[0]!.state).toBe('FAILED');
  });

  test('two workers deliver each event once', async () => {
    await make();
    await happen(created('spleen'), created('liver'), created('kidney'));
    const other = new WebhookService({
      webhooks,
      log,
      installationKey,
      clock,
      post,
      resolve: async () => ['1.1.1.1'],
    });
    await Promise.all([service.run(), other.run()]);
    expect(
      bodies()
        .map(({ data }) => data.name)
        .sort(),
    ).toEqual(['kidney', 'liver', 'spleen']);
  });

  test('a disabled webhook is not called; odd events and too many webhooks are refused', async () => {
    const { webhook } = await make();
    await happen(created('spleen'));
    await webhooks.disable(webhook.id, clock.now());
    expect(await service.run()).toBe(0);
    await expect(service.create({ url, events: [], who: 'x' })).rejects.toThrow(code('INVALID_ARGUMENT'));
    for (let i = 0; i < 100; i++) await make();
    await expect(make()).rejects.toThrow(code('LIMIT_EXCEEDED'));
  });
});

describe('the network behind it', () => {
  let server: Server;
  let seen: { method: string | undefined; host: string | undefined; body: string }[];
  let status: number;
  beforeEach(async () => {
    seen = [];
    status = 204;
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      seen.push({ method: request.method, host: request.headers.host, body });
      if (status !== 0) response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end('a body');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const send = (timeoutMs = 5000) => {
    const { port } = server.address() as AddressInfo;
    const url = new URL(`http://no-such-host.invalid:${port}/hook`);
    return httpPost({ url, address: '127.0.0.1', headers: { 'x-a': 'b' }, body: '{"ä":1}', timeoutMs });
  };

  test('connects to the checked address, whatever the name means now, and follows no redirect', async () => {
    expect(await send()).toBe(204);
    status = 307;
    expect(await send()).toBe(307);
    expect(seen).toHaveLength(2);
    expect(seen[0]).toMatchObject({ method: 'POST', body: '{"ä":1}' });
    expect(seen[0]!.host).toContain('no-such-host.invalid');
  });

  test('gives up on a receiver that does not answer', async () => {
    status = 0;
    await expect(send(50)).rejects.toThrow();
  });
});

test('the key behind the secrets is made once, private, and a damaged one is refused', () => {
  const home = mkdtempSync(join(tmpdir(), 'tg-webhook-'));
  try {
    const made = loadWebhookKey(home);
    expect(made).toHaveLength(32);
    expect(loadWebhookKey(home)).toEqual(made);
    const path = join(home, 'secrets', 'webhook.key');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    writeFileSync(path, 'damaged');
    expect(() => loadWebhookKey(home)).toThrow(code('CONFIG_INVALID'));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
