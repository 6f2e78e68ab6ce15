import { type TestDatabase, testDatabase } from '@tomograph/data/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SearchOptions, searchCases } from './search-cases.js';
import type { SearchRequest } from './search-request.js';
import { addCase, addProject } from './testing/case-base.js';

let db: TestDatabase;
let project: string;
const cases: Record<string, string> = {};
const reports = {
  effusion: 'Large left pleural effusion. The heart is of normal size.',
  bilateral: 'There is bilateral pleural effusion. No pneumothorax.',
  possible: 'Small right pleural effusion cannot be excluded.',
  denied: 'No pleural effusion. Lungs are clear.',
  deniedBehind: 'Pleural effusion was not observed. There is emphysema in both upper lobes.',
  both: 'Pleural effusion on the right. No pleural effusion on the left.',
  emphysema: 'Severe emphysema. Cardiomegaly.',
  fracture: 'Displaced rib fracture on the left side.',
  noFracture: 'No rib fracture was seen on the left side. Mild scoliosis.',
  fractureBehind: 'A rib fracture was not seen.',
  unchanged: 'No change in the left rib fracture.',
};

beforeAll(async () => {
  db = await testDatabase();
  project = await addProject(db);
  for (const [name, report] of Object.entries(reports)) cases[name] = await addCase(db, project, { report });
});
afterAll(() => db.close());

const search = (request: SearchRequest | string, options?: SearchOptions) =>
  searchCases(
    db,
    { projectIds: [project] },
    typeof request === 'string' ? { text: request } : request,
    options,
  );
const namesOf = async (request: SearchRequest | string) => {
  const page = await search(request);
  return page.hits.map(({ studyId }) => Object.keys(cases).find((name) => cases[name] === studyId));
};

test('a finding is found where reports affirm it, doubt ranks below, denial is never found', async () => {
  const names = await namesOf('pleural effusion');
  expect(names.slice(0, 3).sort()).toEqual(['bilateral', 'both', 'effusion']);
  expect(names.slice(3)).toEqual(['possible']);
});

test('another name of the finding finds the same cases', async () => {
  expect((await namesOf('hydrothorax')).sort()).toEqual((await namesOf('pleural effusion')).sort());
});

test('"no effusion" finds cases that deny it and none that affirm or doubt it', async () => {
  expect((await namesOf('no pleural effusion')).sort()).toEqual(['denied', 'deniedBehind']);
  expect((await namesOf('without pleural effusion')).sort()).toEqual(['denied', 'deniedBehind']);
});

test('a finding with an excluded one leaves out who affirms the excluded; who denies it comes first', async () => {
  expect(await namesOf('emphysema without pleural effusion')).toEqual(['deniedBehind', 'emphysema']);
  expect(await namesOf('emphysema without cardiomegaly')).toEqual(['deniedBehind']);
});

test('two findings: both first, one after, and nobody whose report denies one of them', async () => {
  expect(await namesOf('emphysema and cardiomegaly')).toEqual(['emphysema', 'deniedBehind']);
  expect(await namesOf('emphysema with pleural effusion')).not.toContain('deniedBehind');
  expect(await namesOf('pleural effusion and pneumothorax')).not.toContain('bilateral');
});

test('free words beside a finding bring their sentence to the front', async () => {
  expect((await namesOf('large left pleural effusion'))[0]).toBe('effusion');
  expect((await namesOf('bilateral pleural effusion'))[0]).toBe('bilateral');
});

test('free words beyond any vocabulary are found outside a negation only', async () => {
  expect((await namesOf('scoliosis mild')).sort()).toEqual(['noFracture']);
  expect((await namesOf('displaced')).sort()).toEqual(['fracture']);
});

test('websearch syntax: phrases, or, minus', async () => {
  expect((await namesOf('"upper lobes"')).sort()).toEqual(['deniedBehind']);
  expect((await namesOf('bilateral or displaced')).sort()).toEqual(['bilateral', 'fracture']);
  expect((await namesOf('pleural effusion -large')).sort()).toEqual(['bilateral', 'both', 'possible']);
});

test('a hit carries the matched sentence and where the words are', async () => {
  const page = await search('large pleural effusion');
  const why = page.hits[0]!.why[0]!;
  expect(why).toMatchObject({
    channel: 'TEXT',
    rank: 1,
    part: 1 / 61,
    seriesId: null,
    xrayId: null,
    view: null,
  });
  expect(why.sentence).toMatchObject({
    text: 'Large left pleural effusion.',
    section: 'FINDINGS',
    ordinal: 0,
  });
  const marked = why.highlights.map(({ start, end }) => why.sentence!.text.slice(start, end));
  expect(marked).toEqual(['Large', 'pleural effusion']);
  expect(page.hits[0]!.score).toBeCloseTo(1 / 61, 15);
});

test('the page says how it was answered and what was understood', async () => {
  const page = await search({ text: 'no pleural effusion', first: 5 });
  expect(page.channels).toEqual([
    {
      channel: 'TEXT',
      mode: 'TEXT',
      candidates: 2,
      recallAt10: null,
      space: null,
      tookMs: expect.any(Number),
    },
  ]);
  expect(page).toMatchObject({ shortfall: 3, totalCount: 2, totalCountIsExact: true });
  expect(page.queryFindings).toEqual([{ code: 'PLEURAL_EFFUSION', polarity: 'ABSENT' }]);
});

test('nothing of other projects is found, nor counted', async () => {
  const other = await addProject(db, 'other');
  await addCase(db, other, { report: 'Pleural effusion. Rib fracture.' });
  const mine = await search('pleural effusion');
  const theirs = await searchCases(db, { projectIds: [other] }, { text: 'pleural effusion' });
  const nobody = await searchCases(db, { projectIds: [] }, { text: 'pleural effusion' });
  expect(mine.totalCount).toBe(4);
  expect(theirs.totalCount).toBe(1);
  expect(nobody).toMatchObject({ hits: [], totalCount: 0, shortfall: 20 });
});

test.each([
  'the',
  '"',
  "'; drop table study; --",
  '-',
  '!!! ((( &&& :*',
  '\\',
  '😀 effusion\u0000',
  '%',
  'or or or',
])('an odd text is answered or found empty, never an error: %j', async (text) => {
  await expect(search(text)).resolves.toMatchObject({ channels: [{ mode: 'TEXT' }] });
});
