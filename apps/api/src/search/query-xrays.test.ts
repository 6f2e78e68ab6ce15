// X-rays to search with, without a database: the row is given, the bytes lie in a folder.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ViewerDb } from '@tomograph/data';
import { newId } from '@tomograph/kernel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Quarantine } from '../server/quarantine.js';
import { type DescribeQueryXray, QueryXrays } from './query-xrays.js';

let home: string;
let quarantine: Quarantine;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tg-query-'));
  quarantine = new Quarantine(home);
  await quarantine.prepare();
});
afterEach(() => rm(home, { recursive: true, force: true }));

const vectors = [{ spaceId: 1, width: 1, vector: [1], part: '' }];
const viewing = (row: object) => ({ upload: async () => row }) as unknown as ViewerDb;
const received = viewing({ kind: 'QUERY_XRAY', receivedBytes: 1 });

async function sent(): Promise<string> {
  const id = newId<string>();
  await quarantine.receive(id, 1, Readable.from([Buffer.from('x')]), async () => {});
  return id;
}

test('describes an upload once, however often it is asked with', async () => {
  const paths: string[] = [];
  const describeXray: DescribeQueryXray = async (path) => {
    paths.push(path);
    return vectors;
  };
  const xrays = new QueryXrays(quarantine, describeXray);
  const id = await sent();
  expect(await Promise.all([xrays.describe(received, id), xrays.describe(received, id)])).toEqual([
    vectors,
    vectors,
  ]);
  expect(await xrays.describe(received, id)).toBe(vectors);
  expect(paths).toEqual([quarantine.inputPathOf(id)]);
});

test('asks the database each time whether it may be seen', async () => {
  const xrays = new QueryXrays(quarantine, async () => vectors);
  const id = await sent();
  await xrays.describe(received, id);
  const hidden = { upload: () => Promise.reject(new Error('not found')) } as unknown as ViewerDb;
  await expect(xrays.describe(hidden, id)).rejects.toThrow('not found');
});

test('forgets a failure, so that the next search tries again', async () => {
  let calls = 0;
  const xrays = new QueryXrays(quarantine, async () => {
    calls += 1;
    if (calls === 1) throw new Error('reader died');
    return vectors;
  });
  const id = await sent();
  await expect(xrays.describe(received, id)).rejects.toThrow('reader died');
  expect(await xrays.describe(received, id)).toEqual(vectors);
});

test.each([
  ['an archive', { kind: 'IMAGE_OR_ARCHIVE', receivedBytes: 1 }],
  ['an upload whose bytes did not come', { kind: 'QUERY_XRAY', receivedBytes: null }],
  ['bytes that were swept away', { kind: 'QUERY_XRAY', receivedBytes: 1 }],
])('does not search with %s', async (_what, row) => {
  const xrays = new QueryXrays(quarantine, async () => vectors);
  await expect(xrays.describe(viewing(row), newId())).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('says so where no reader was given', async () => {
  const xrays = new QueryXrays(quarantine, undefined);
  await expect(xrays.describe(received, await sent())).rejects.toMatchObject({
    code: 'PROVIDER_UNAVAILABLE',
  });
});

test('reads two at a time, lets a few wait and refuses the rest', async () => {
  let running = 0;
  let most = 0;
  const finish: (() => void)[] = [];
  const xrays = new QueryXrays(quarantine, async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => finish.push(resolve));
    running -= 1;
    return vectors;
  });
  const ids = await Promise.all(Array.from({ length: 22 }, sent));
  const asked = ids.map((id) =>
    xrays.describe(received, id).then(
      () => 'OK',
      (error) => error.code as string,
    ),
  );
  const settled = Promise.all(asked);
  let codes: string[] | undefined;
  settled.then((all) => {
    codes = all;
  });
  await expect
    .poll(() => {
      finish.splice(0).forEach((resolve) => void resolve());
      return codes;
    })
    .toBeDefined();
  expect(most).toBe(2);
  expect(codes?.filter((code) => code === 'OK')).toHaveLength(18);
  expect(codes?.filter((code) => code === 'OVERLOADED')).toHaveLength(4);
});
