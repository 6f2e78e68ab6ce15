import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { newId } from '@tomograph/kernel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Quarantine } from './quarantine.js';

let home: string;
let quarantine: Quarantine;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tg-quarantine-'));
  quarantine = new Quarantine(home);
  await quarantine.prepare();
});
afterEach(() => rm(home, { recursive: true, force: true }));

const id = newId<string>();
const accept = async (): Promise<void> => {};
const left = () => readdir(join(home, 'quarantine'));

test('keeps an upload whole, for its owner alone', async () => {
  await quarantine.receive(id, 5, Readable.from([Buffer.from('he'), Buffer.from('llo')]), accept);
  expect(await readFile(quarantine.inputPathOf(id), 'utf8')).toBe('hello');
  expect((await stat(quarantine.pathOf(id))).mode & 0o777).toBe(0o700);
  expect((await stat(quarantine.inputPathOf(id))).mode & 0o777).toBe(0o600);
});

test.each([
  ['too few bytes', ['hell']],
  ['too many bytes', ['hello', '!']],
])('leaves nothing of an upload with %s', async (_what, chunks) => {
  const source = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  await expect(quarantine.receive(id, 5, source, accept)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  expect(await left()).toEqual([]);
});

test('leaves nothing of an upload that was cut off', async () => {
  const cut = Readable.from(
    (async function* () {
      yield Buffer.from('he');
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    })(),
  );
  await expect(quarantine.receive(id, 5, cut, accept)).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(await left()).toEqual([]);
});

test('leaves nothing when the upload is not accepted', async () => {
  const refuse = () => Promise.reject(new Error('received already'));
  await expect(quarantine.receive(id, 1, Readable.from([Buffer.from('a')]), refuse)).rejects.toThrow();
  expect(await left()).toEqual([]);
});

test('takes one sender at a time', async () => {
  const slow = new Readable({ read() {} });
  const first = quarantine.receive(id, 1, slow, accept);
  slow.push(Buffer.from('a'));
  await expect.poll(left).toEqual([`${id}.part`]);
  await expect(quarantine.receive(id, 1, Readable.from([Buffer.from('b')]), accept)).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  slow.push(null);
  await first;
  expect(await readFile(quarantine.inputPathOf(id), 'utf8')).toBe('a');
});

test('removes what an earlier process left half-written', async () => {
  const stuck = new Readable({ read() {} });
  quarantine.receive(id, 1, stuck, accept).catch(() => {});
  await expect.poll(left).toEqual([`${id}.part`]);
  await new Quarantine(home).prepare();
  expect(await left()).toEqual([]);
  stuck.destroy();
});

test('makes no path from anything but a uuid', () => {
  expect(() => quarantine.pathOf('../../etc')).toThrow(TypeError);
});
