import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '@tomograph/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ballCase } from '../testing/ball-cases.js';
import { decodeTestSet, encodeTestSet, loadTestSet, maxTestCases, saveTestSet } from './test-set.js';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'tg-test-set-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));
const manifest = sha256('a task');

test('a test set comes back as it was, and only its owner may read the file', async () => {
  const cases = [ballCase(1), ballCase(2)];
  await saveTestSet(home, manifest, cases);
  const found = await loadTestSet(home, manifest);
  expect(found!.cases).toEqual(cases);
  const [name] = await readdir(join(home, 'test-sets'));
  expect(found!.digest).toBe(sha256(await readFile(join(home, 'test-sets', name!))));
  expect((await stat(join(home, 'test-sets', name!))).mode & 0o777).toBe(0o600);
});

test('no more cases are kept than certificates can afford, and none where there are none', async () => {
  await saveTestSet(home, manifest, [1, 2, 3, 4].map(ballCase));
  expect((await loadTestSet(home, manifest))!.cases).toHaveLength(maxTestCases);
  await saveTestSet(home, sha256('no cases'), []);
  expect(await loadTestSet(home, sha256('no cases'))).toBeUndefined();
});

test('what is no test set is refused', () => {
  const bytes = encodeTestSet([ballCase(1)]);
  expect(decodeTestSet(bytes)).toEqual([ballCase(1)]);
  expect(() => decodeTestSet(bytes.slice(0, 100))).toThrow();
});
