// Uploads, as their senders misuse them; pictures and volumes, as their readers do.
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { newId } from '@tomograph/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerOf, type TestApi, testApi } from '../testing/test-api.js';
import { Quarantine } from './quarantine.js';
import { sweepUploads } from './sweep-uploads.js';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const quarantined = () => readdir(join(api.database.home, 'quarantine'));
const put = (url: string, body: string, init: RequestInit = {}) =>
  api.fetch(undefined, url, { method: 'PUT', body, ...init });

async function newUpload(bytes = 5): Promise<string> {
  const { data } = await api.ask(
    api.own.keys.CURATOR,
    'mutation ($input: CreateUploadInput!) { createUpload(input: $input) { uploadUrl userErrors { message } } }',
    { input: { bytes, kind: 'IMAGE_OR_ARCHIVE' } },
  );
  return data.createUpload.uploadUrl;
}

/** Sends bytes as they are, since fetch mends what is broken. Resolves with the answer when the connection ends. */
function sendRaw(text: string, thenHangUp = false): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    socket.write(text, () => {
      if (thenHangUp) socket.destroy();
    });
  });
}

describe('an upload', () => {
  test('lies in quarantine as it was sent, and its address is used up', async () => {
    const url = await newUpload();
    expect((await put(url, 'hello')).status).toBe(204);
    const id = /uploads\/([^?]+)/.exec(url)![1]!;
    expect(await readFile(join(api.database.home, 'quarantine', id, 'input'), 'utf8')).toBe('hello');
    const replay = await answerOf(await put(url, 'other'));
    expect(replay).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(await readFile(join(api.database.home, 'quarantine', id, 'input'), 'utf8')).toBe('hello');
  });

  test('is sent once even when two send it at the same time', async () => {
    const url = await newUpload();
    const answers = await Promise.all([put(url, 'first'), put(url, 'again')]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([204, expect.toBeOneOf([401, 409])]);
  });

  test('that is larger than announced is refused by its header', async () => {
    const before = await quarantined();
    const answer = await answerOf(await put(await newUpload(5), 'hello!'));
    expect(answer).toMatchObject({ status: 413, errors: [{ extensions: { code: 'LIMIT_EXCEEDED' } }] });
    expect(await quarantined()).toEqual(before);
  });

  test('without Content-Length, of no bytes, or compressed is refused', async () => {
    const before = await quarantined();
    const url = await newUpload();
    const chunked = await sendRaw(
      `PUT ${url} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    );
    expect(chunked).toMatch(/^HTTP\/1.1 400.*Content-Length/s);
    expect((await put(url, '')).status).toBe(400);
    expect((await put(url, 'hello', { headers: { 'content-encoding': 'gzip' } })).status).toBe(400);
    expect(await quarantined()).toEqual(before);
    expect((await put(url, 'hello')).status).toBe(204); // a refusal by header does not use the address up
  });

  test('that is cut off leaves nothing and may be sent again', async () => {
    const before = await quarantined();
    const url = await newUpload();
    await sendRaw(`PUT ${url} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe`, true);
    await expect.poll(quarantined).toEqual(before);
    await expect.poll(async () => (await put(url, 'hello')).status).toBe(204);
  });

  test('is not opened by another token, another id, or a path', async () => {
    const [one, two] = [await newUpload(), await newUpload()];
    const crossed = `${one.split('?')[0]}?${two.split('?')[1]}`;
    const token = two.split('?')[1];
    for (const url of [
      crossed,
      `${one}x`,
      `/v1/uploads/${newId()}?${token}`,
      one.split('?')[0]!,
      `/v1/uploads/%2e%2e%2fx?${token}`,
    ]) {
      expect((await put(url, 'hello')).status, url).toBe(401);
    }
    for (const path of ['/v1/uploads/../../etc/passwd', '/v1/uploads/..%2f..%2fetc%2fpasswd/x']) {
      expect((await put(`${path}?${token}`, 'hello')).status, path).toBeOneOf([401, 404]);
    }
  });

  test('expires, and what nobody ingested is taken away', async () => {
    const [sent, unsent] = [await newUpload(), await newUpload()];
    await put(sent, 'hello');
    await api.database.query(
      "update upload set expires_at = now() - interval '1 second' where job_id is null",
    );
    expect((await put(unsent, 'hello')).status).toBe(401);
    await sweepUploads(api.database, new Quarantine(api.database.home));
    expect(await quarantined()).toEqual([]);
  });

  test('of more than any upload may have is not even given an address', async () => {
    await using small = await api.another({ limits: { maxUploadBytes: 10 } });
    const { data } = await small.ask(
      api.own.keys.CURATOR,
      'mutation { createUpload(input: { bytes: 11, kind: IMAGE_OR_ARCHIVE }) { uploadUrl userErrors { code } } }',
    );
    expect(data.createUpload).toEqual({ uploadUrl: null, userErrors: [{ code: 'LIMIT_EXCEEDED' }] });
  });
});

describe('a picture or volume', () => {
  const path = (part: string) => `/v1/blobs/series/${api.own.cases[0]!.seriesId}/${part}`;

  test('comes with its digest as ETag, for this reader alone, never to be guessed at', async () => {
    const response = await api.fetch(api.own.keys.READER, path('volume.nii.gz'));
    expect(await response.text()).toBe('own 0 volume');
    const header = (name: string) => response.headers.get(name);
    expect(header('etag')).toMatch(/^"sha256:[0-9a-f]{64}"$/);
    expect(header('cache-control')).toBe('private, max-age=31536000, immutable');
    expect(header('vary')).toBe('Authorization');
    expect(header('x-content-type-options')).toBe('nosniff');
    expect(header('content-type')).toBe('application/gzip');
    const known = await api.fetch(api.own.keys.READER, path('volume.nii.gz'), {
      headers: { 'if-none-match': header('etag')! },
    });
    expect(known.status).toBe(304);
  });

  test('comes in ranges', async () => {
    const part = await api.fetch(api.own.keys.READER, path('volume.nii.gz'), {
      headers: { range: 'bytes=4-4' },
    });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe('bytes 4-4/12');
    expect(await part.text()).toBe('0');
    const beyond = await api.fetch(api.own.keys.READER, path('volume.nii.gz'), {
      headers: { range: 'bytes=99-' },
    });
    expect(beyond.status).toBe(416);
    expect(beyond.headers.get('content-range')).toBe('bytes */12');
  });

  test('of an X-ray and every thumbnail is served under its own name', async () => {
    const xray = api.own.cases[0]!.xrayId;
    const names = [
      path('axial.webp'),
      path('coronal.webp'),
      path('sagittal.webp'),
      path('mip.webp'),
      `/v1/blobs/xrays/${xray}/image.png`,
      `/v1/blobs/xrays/${xray}/thumbnail.webp`,
    ];
    for (const name of names) {
      const response = await api.fetch(api.own.keys.READER, name);
      expect(response.status, name).toBe(200);
      expect(response.headers.get('content-type'), name).toBe(
        name.endsWith('png') ? 'image/png' : 'image/webp',
      );
    }
  });

  test('is hidden from other projects, from nobody, and from who knows its digest', async () => {
    const response = await api.fetch(api.own.keys.READER, path('volume.nii.gz'));
    const digest = response.headers.get('etag')!.slice(1, -1);
    expect((await api.fetch(api.other.keys.ADMIN, path('volume.nii.gz'))).status).toBe(404);
    expect((await api.fetch(undefined, path('volume.nii.gz'))).status).toBe(401);
    for (const guess of [
      `/v1/blobs/${digest}`,
      `/v1/blobs/series/${digest}/volume.nii.gz`,
      path('volume'),
      path('..%2fvolume.nii.gz'),
      path('volume.nii.gz%00.png'),
    ]) {
      expect((await api.fetch(api.own.keys.READER, guess)).status, guess).toBe(404);
    }
  });
});
