import { sha256 } from '@tomograph/kernel';
import { type NewRegistryEvent, registryStoreContract, webhookStoreContract } from '@tomograph/registry';
import { afterEach, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.js';
import { postgresRegistryStore } from './registry-store.js';
import { postgresWebhookStore } from './webhook-store.js';

let database: TestDatabase;
afterEach(() => database.close());

const created = (version: number): NewRegistryEvent => ({
  kind: 'model_version.created',
  model: 'spleen',
  who: 'tg_test',
  why: '',
  at: new Date('2026-01-02T03:04:05.678Z'),
  data: { version, manifest: sha256(`manifest ${version}`), kind: 'adapter', base: sha256('base') },
});

// The log cannot be emptied, so every promise gets a database of its own.
describe('the contract of every registry store', () => {
  const make = async () => {
    database = await testDatabase();
    return postgresRegistryStore(database);
  };
  for (const promise of registryStoreContract(make)) test(promise.name, promise.check);
});

describe('the contract of every webhook store', () => {
  const make = async () => {
    database = await testDatabase();
    await postgresRegistryStore(database).append(0, [created(1), created(2), created(3)]);
    return postgresWebhookStore(database);
  };
  for (const promise of webhookStoreContract(make)) test(promise.name, promise.check);
});

test('what happened cannot be changed, deleted or truncated', async () => {
  database = await testDatabase();
  const store = postgresRegistryStore(database);
  await store.append(0, [created(1)]);
  for (const statement of [
    "update registry_event set who = 'someone else'",
    'delete from registry_event',
    'truncate registry_event cascade',
    'update registry_version set version = 2',
    'delete from registry_version',
    'truncate registry_version',
    'truncate webhook_attempt',
  ]) {
    await expect(database.query(statement), statement).rejects.toMatchObject({ code: 'TG002' });
  }
  expect((await store.events(0))[0]!.who).toBe('tg_test');
});
