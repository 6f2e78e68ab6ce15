import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quarantinedInput } from './quarantined-input.js';

const name = '00000000-0000-4000-8000-000000000001';
let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'tg-quarantined-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

test('an input that another machine received is said to lie there, without a path', async () => {
  const error = await quarantinedInput(home, name).catch((e) => e);
  expect(error).toMatchObject({ code: 'BLOB_MISSING', facts: { input: name } });
  expect(error.message).toMatch(/another machine received it/);
  expect(`${error.message}${JSON.stringify(error.facts)}`).not.toContain(home);
});

test('an input that lies here is given by its path', async () => {
  const path = join(home, 'quarantine', name);
  await mkdir(path, { recursive: true });
  expect(await quarantinedInput(home, name)).toBe(path);
});
