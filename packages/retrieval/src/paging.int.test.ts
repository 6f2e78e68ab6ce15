import { type TestDatabase, testDatabase } from '@tomograph/data/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { searchCases } from './search-cases.js';
import type { SearchRequest } from './search-request.js';
import { addCase, addCases, addProject } from './testing/case-base.js';

let db: TestDatabase;
let project: string;

beforeAll(async () => {
  db = await testDatabase();
  project = await addProject(db);
  const reports = Array.from({ length: 25 }, (_, i) =>
    i % 3 === 0 ? 'Large left pleural effusion.' : 'Pleural effusion.',
  );
  await addCases(
    db,
    project,
    reports.map((report) => ({ report })),
  );
});
afterAll(() => db.close());

const search = (request: SearchRequest) =>
  searchCases(db, { projectIds: [project] }, { text: 'large pleural effusion', ...request });

async function allPages(first: number): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  for (;;) {
    const page = await search({ first, after });
    ids.push(...page.hits.map(({ studyId }) => studyId));
    if (!page.pageInfo.hasNextPage) return ids;
    after = page.pageInfo.endCursor;
  }
}

test('pages of any size join to the same list, nothing twice, nothing missing', async () => {
  const whole = await allPages(100);
  expect(new Set(whole).size).toBe(25);
  expect(await allPages(7)).toEqual(whole);
  expect(await allPages(1)).toEqual(whole);
});

test('pages say where they are', async () => {
  const first = await search({ first: 20 });
  expect(first.pageInfo).toEqual({
    hasNextPage: true,
    hasPreviousPage: false,
    startCursor: first.hits[0]!.cursor,
    endCursor: first.hits[19]!.cursor,
  });
  expect(first).toMatchObject({ shortfall: 0, totalCount: 25, totalCountIsExact: true });
  const second = await search({ first: 20, after: first.pageInfo.endCursor });
  expect(second.hits).toHaveLength(5);
  expect(second).toMatchObject({ shortfall: 15, totalCount: 25 });
  expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  const third = await search({ first: 20, after: second.pageInfo.endCursor });
  expect(third).toMatchObject({ hits: [], pageInfo: { endCursor: null, hasNextPage: false } });
});

test('a page stays where it was when cases arrive or go before it', async () => {
  const first = await search({ first: 10 });
  const expected = (await search({ first: 10, after: first.pageInfo.endCursor })).hits.map(
    (hit) => hit.studyId,
  );
  const arrived = await addCase(db, project, { report: 'Large large large pleural effusion, large.' });
  expect((await search({ first: 1 })).hits[0]!.studyId).toBe(arrived);
  const later = await search({ first: 10, after: first.pageInfo.endCursor });
  expect(later.hits.map((hit) => hit.studyId)).toEqual(expected);
  // erased: one before the cursor, then the one that the cursor names
  await db.query('delete from study where id = any($1)', [[arrived, first.hits[3]!.studyId]]);
  const still = await search({ first: 10, after: first.pageInfo.endCursor });
  expect(still.hits.map((hit) => hit.studyId)).toEqual(expected);
  await db.query('delete from study where id = $1', [first.hits[9]!.studyId]);
  const after = await search({ first: 10, after: first.pageInfo.endCursor });
  expect(new Set(after.hits.map((hit) => hit.studyId)).size).toBe(10);
});

test('a cursor of another search is refused', async () => {
  const { pageInfo } = await search({ first: 1 });
  await expect(search({ text: 'emphysema', after: pageInfo.endCursor })).rejects.toMatchObject({
    code: 'CURSOR_INVALID',
  });
  await expect(search({ filter: { demo: true }, after: pageInfo.endCursor })).rejects.toMatchObject({
    code: 'CURSOR_INVALID',
  });
});
