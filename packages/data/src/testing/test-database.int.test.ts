import { expect, test } from 'vitest';
import { connectDatabase } from '../database.js';
import { testDatabase } from './test-database.js';

test('a test database is migrated, empty and its own', async () => {
  await using one = await testDatabase();
  await using two = await testDatabase();
  await one.query("insert into project (id, name) values (gen_random_uuid(), 'here')");
  expect(await one.query('select name from project')).toEqual([{ name: 'here' }]);
  expect(await two.query('select name from project')).toEqual([]);
});

test('a second connection finds the test database by its configuration', async () => {
  await using database = await testDatabase();
  await database.query("insert into project (id, name) values (gen_random_uuid(), 'here')");
  await using other = await connectDatabase(database.config);
  expect(await other.query('select name from project')).toEqual([{ name: 'here' }]);
});
