import { statSync } from 'node:fs';
import { join } from 'node:path';
import { newId, type ProjectId } from '@tomograph/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.js';
import { createApiKey, revokeApiKey, verifyApiKey } from './api-keys.js';
import { ensureLocalKey } from './local-key.js';

let database: TestDatabase;
let projectId: ProjectId;
beforeAll(async () => {
  database = await testDatabase();
  projectId = await database.systemDbBypassingViewer('test').ensureProject('keys');
});
afterAll(() => database.close());

const make = () => createApiKey(database, { name: 'a key', role: 'CURATOR', projectIds: [projectId] });

test('a key is known by its text, with its role and projects', async () => {
  const { id, key } = await make();
  expect(key).toMatch(/^tg_[A-Za-z0-9]{8}_[A-Za-z0-9]{32}$/);
  expect(await verifyApiKey(database, key, 'request 1')).toEqual({
    name: key.slice(0, 11),
    role: 'CURATOR',
    projectIds: [projectId],
    keyId: id,
    requestId: 'request 1',
  });
});

test('its text is nowhere in the database', async () => {
  const { key } = await make();
  const rows = JSON.stringify(await database.query('select * from api_key'));
  expect(rows).toContain(key.slice(0, 11));
  expect(rows).not.toContain(key.slice(12));
});

test('malformed, unknown, altered and revoked keys are refused in the same words', async () => {
  const { id, key } = await make();
  await verifyApiKey(database, key);
  await revokeApiKey(database, id);
  const messages = new Set<string>();
  const altered = `${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`;
  for (const wrong of ['', 'tg_', `tg_${'a'.repeat(8)}_${'a'.repeat(32)}`, altered, key, `${key} `]) {
    const error = await verifyApiKey(database, wrong).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED' });
    messages.add(error.message);
  }
  expect(messages.size).toBe(1);
});

test('a key that is used says when', async () => {
  const { id, key } = await make();
  await verifyApiKey(database, key);
  const [row] = await database.query<{ at: Date }>('select last_used_at as at from api_key where id = $1', [
    id,
  ]);
  expect(Math.abs(Date.now() - row!.at.getTime())).toBeLessThan(60_000);
});

test('revoking what is not there is not found', async () => {
  await expect(revokeApiKey(database, newId())).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('the local key is made once, private to its owner, and sees every project, also later ones', async () => {
  const [key, again] = await Promise.all([
    ensureLocalKey(database, database.home),
    ensureLocalKey(database, database.home),
  ]);
  expect(again).toBe(key);
  expect(statSync(join(database.home, 'secrets', 'local.key')).mode & 0o777).toBe(0o600);
  const later = await database.systemDbBypassingViewer('test').ensureProject('later');
  const viewer = await verifyApiKey(database, key);
  expect(viewer.role).toBe('ADMIN');
  expect([...viewer.projectIds].sort()).toEqual([projectId, later].sort());
});

test('the local key of a home is put into another database of that home', async () => {
  const key = await ensureLocalKey(database, database.home);
  await database.query('delete from api_key');
  expect(await ensureLocalKey(database, database.home)).toBe(key);
  expect((await verifyApiKey(database, key)).role).toBe('ADMIN');
});
