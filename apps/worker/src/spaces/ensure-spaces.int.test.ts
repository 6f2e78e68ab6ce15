import { activeSpace, listSpaces } from '@tomograph/data';
import { type TestDatabase, testDatabase } from '@tomograph/data/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureSpaces } from './ensure-spaces.js';

describe('the spaces of a first start', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database[Symbol.asyncDispose]());

  test('are made once where several processes start at the same moment, and none of them fails', async () => {
    await Promise.all([1, 2, 3, 4].map(() => ensureSpaces(database, database.home)));
    expect(await activeSpace(database, 'image')).toMatchObject({
      name: 'projection-descriptor',
      phase: 'ACTIVE',
    });
    const names = (await listSpaces(database)).map(({ name, version }) => `${name}@${version}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
