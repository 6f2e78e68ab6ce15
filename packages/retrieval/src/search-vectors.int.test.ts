import type { NewEmbedding, SpaceRecord } from '@tomograph/data';
import { type TestDatabase, testDatabase } from '@tomograph/data/testing';
import { newId } from '@tomograph/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { searchCases } from './search-cases.js';
import type { QueryVector } from './search-request.js';
import { addCase, addProject, addSpace } from './testing/case-base.js';

let db: TestDatabase;
let project: string;
let space: SpaceRecord;
let reportSpace: SpaceRecord;
const cases: Record<string, string> = {};
const seriesIds: Record<string, string> = {};

// Angles in degrees on a circle: the similarity of two is the cosine of their difference.
const at = (degrees: number) =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));
const ask = (degrees: number, part = ''): QueryVector => ({
  spaceId: space.id,
  width: 2,
  vector: at(degrees),
  part,
});

beforeAll(async () => {
  db = await testDatabase();
  project = await addProject(db);
  const rows: NewEmbedding[] = [];
  const add = async (name: string, kind: 'SERIES' | 'XRAY', views: Record<string, number>, facts = {}) => {
    cases[name] ??= await addCase(db, project, facts);
    const subjectId = newId<string>();
    seriesIds[name] ??= subjectId;
    for (const [part, degrees] of Object.entries(views)) {
      rows.push({
        projectId: project,
        studyId: cases[name],
        subjectKind: kind,
        subjectId,
        part,
        vector: at(degrees),
      });
    }
  };
  await add(
    'ct',
    'SERIES',
    { AP: 0, LATERAL: 40 },
    { sex: 'FEMALE', ageBand: 60, day: '2024-03-01', report: 'Severe emphysema.' },
  );
  await add('ct', 'SERIES', { AP: 90, LATERAL: 170 });
  await add(
    'turned',
    'SERIES',
    { AP: 5, LATERAL: 160 },
    { sex: 'MALE', ageBand: 70, bodyPart: 'ABDOMEN', report: 'No emphysema.' },
  );
  await add('xray', 'XRAY', { PA: 20 }, { modalities: ['DX'], isDemo: true });
  const other = await addProject(db, 'other');
  cases.foreign = await addCase(db, other);
  rows.push({
    projectId: other,
    studyId: cases.foreign,
    subjectKind: 'SERIES',
    subjectId: newId(),
    part: 'AP',
    vector: at(0),
  });
  space = await addSpace(db, { width: 2, rows });
  const meaning = {
    projectId: project,
    studyId: cases.turned!,
    subjectKind: 'REPORT' as const,
    subjectId: newId<string>(),
  };
  reportSpace = await addSpace(db, {
    width: 3,
    name: 'meaning-space',
    channel: 'meaning',
    rows: [{ ...meaning, vector: Float32Array.of(0, 0, 1) }],
  });
});
afterAll(() => db.close());

const search = (request: Parameters<typeof searchCases>[2]) =>
  searchCases(db, { projectIds: [project] }, request);
const namesOf = async (request: Parameters<typeof searchCases>[2]) =>
  (await search(request)).hits.map(({ studyId }) =>
    Object.keys(cases).find((name) => cases[name] === studyId),
  );

describe('ranking', () => {
  test('a study counts by the best of its series and views, and says which', async () => {
    const page = await search({ vectors: [ask(92)] });
    expect(page.hits[0]).toMatchObject({ studyId: cases.ct });
    expect(page.hits[0]!.why[0]!.score).toBeCloseTo(Math.cos((2 * Math.PI) / 180), 5);
    expect(page.hits[0]!.why[0]).toMatchObject({
      channel: 'IMAGE',
      rank: 1,
      view: 'AP',
      sentence: null,
      xrayId: null,
    });
    expect(page.hits[0]!.why[0]!.seriesId).not.toBeNull();
  });

  test('a view is compared with the same view only, an unnamed one with all', async () => {
    expect(await namesOf({ vectors: [ask(40, 'LATERAL')] })).toEqual(['ct', 'turned']);
    expect(await namesOf({ vectors: [ask(40)] })).toEqual(['ct', 'xray', 'turned']);
  });

  test('frontal and lateral are combined as the mean of both', async () => {
    const page = await search({ vectors: [ask(4, 'AP'), ask(42, 'LATERAL')] });
    expect(page.hits.map(({ studyId }) => studyId)).toEqual([cases.ct, cases.turned]);
    const mean = (Math.cos((4 * Math.PI) / 180) + Math.cos((2 * Math.PI) / 180)) / 2;
    expect(page.hits[0]!.why[0]!.score).toBeCloseTo(mean, 5);
  });

  test('an X-ray is named as such', async () => {
    const page = await search({ vectors: [ask(20, 'PA')] });
    expect(page.hits).toHaveLength(1);
    expect(page.hits[0]!.why[0]).toMatchObject({ seriesId: null, xrayId: seriesIds.xray, view: 'PA' });
  });

  test('the page says the mode, the candidates, the space and what is missing', async () => {
    const page = await search({ vectors: [ask(0)], first: 10 });
    expect(page.channels).toEqual([
      {
        channel: 'IMAGE',
        mode: 'EXACT',
        candidates: 3,
        recallAt10: null,
        space: 'test-space@1',
        tookMs: expect.any(Number),
      },
    ]);
    expect(page).toMatchObject({ shortfall: 7, totalCount: 3, totalCountIsExact: true });
  });
});

describe('filters are inside the ranking', () => {
  test.each([
    ['modality', { modality: ['DX' as const] }, ['xray']],
    ['body part', { bodyPart: ['ABDOMEN' as const] }, ['turned']],
    ['sex', { sex: ['FEMALE' as const, 'MALE' as const] }, ['ct', 'turned']],
    ['age band', { ageBand: [70] }, ['turned']],
    ['date range', { from: '2024-03-01', to: new Date('2024-03-01') }, ['ct']],
    ['day after', { from: '2024-03-02' }, []],
    ['finding affirmed', { finding: ['EMPHYSEMA'] }, ['ct']],
    ['demo', { demo: true }, ['xray']],
    ['not demo', { demo: false }, ['ct', 'turned']],
    ['several at once', { sex: ['FEMALE' as const], ageBand: [60], modality: ['CT' as const] }, ['ct']],
    ['empty lists', { sex: [], modality: [] }, ['ct', 'xray', 'turned']],
  ])('%s', async (_name, filter, expected) => {
    expect(await namesOf({ vectors: [ask(0)], filter })).toEqual(expected);
  });
});

describe('a case as the question', () => {
  test('finds its like and never itself', async () => {
    const page = await search({ studyId: cases.ct! });
    expect(page.hits.map(({ studyId }) => studyId)).toEqual([cases.turned]);
    expect(page.channels.map(({ channel }) => channel)).toEqual(['IMAGE']);
  });

  test('is NOT_FOUND when it belongs to somebody else', async () => {
    await expect(search({ studyId: cases.foreign! })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(search({ studyId: newId() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('a case without vectors has no like, and the page says so', async () => {
    const bare = await addCase(db, project);
    await expect(search({ studyId: bare, first: 5 })).resolves.toMatchObject({
      hits: [],
      channels: [],
      shortfall: 5,
    });
  });
});

describe('fusion', () => {
  test('text, image and meaning each give their reason', async () => {
    const vectors = [ask(3), { spaceId: reportSpace.id, width: 3, vector: [0, 0, 1], part: '' }];
    const page = await search({ text: 'emphysema', vectors });
    const ct = page.hits.find(({ studyId }) => studyId === cases.ct)!;
    const turned = page.hits.find(({ studyId }) => studyId === cases.turned)!;
    expect(ct.why.map(({ channel, rank }) => [channel, rank])).toEqual([
      ['TEXT', 1],
      ['IMAGE', 3], // behind the best series and the best film
    ]);
    expect(turned.why.map(({ channel, rank }) => [channel, rank])).toEqual([
      ['IMAGE', 1],
      ['MEANING', 1],
    ]);
    expect(page.channels.map(({ channel }) => channel)).toEqual(['TEXT', 'IMAGE', 'MEANING']);
    for (const hit of page.hits) {
      expect(hit.score).toBe(hit.why.reduce((sum, { part }) => sum + part, 0));
    }
  });
});

describe('vectors of two spaces are never compared', () => {
  test.each<[string, Partial<QueryVector>]>([
    ['a space that does not exist', { spaceId: 999_999 }],
    ['another declared width', { width: 3 }],
    ['another real width', { vector: [1, 0, 0] }],
  ])('%s', async (_name, change) => {
    await expect(search({ vectors: [{ ...ask(0), ...change }] })).rejects.toMatchObject({
      code: 'SPACE_MISMATCH',
    });
  });

  test('a space that is not active', async () => {
    const building = await db.query<{ id: number }>(
      `insert into embedding_space (name, version, channel, digest, width, preprocessing)
         values ('next', 1, 'image', 'sha256:next', 2, '{}') returning id`,
    );
    const vector = { ...ask(0), spaceId: building[0]!.id };
    await expect(search({ vectors: [vector] })).rejects.toMatchObject({
      code: 'SPACE_MISMATCH',
      facts: { phase: 'BUILDING' },
    });
  });

  test('a vector that is not finite, or zero, or of an odd part', async () => {
    await expect(search({ vectors: [{ ...ask(0), vector: [Number.NaN, 0] }] })).rejects.toMatchObject({
      code: 'NOT_FINITE',
    });
    await expect(search({ vectors: [{ ...ask(0), vector: [0, 0] }] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await expect(search({ vectors: [ask(0, "'x")] })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('films and CTs', () => {
  test('have places of their own, so that films, more alike among each other, do not crowd out the CT', async () => {
    const both = await addCase(db, project);
    const film = await addCase(db, project);
    const row = (studyId: string, subjectKind: 'SERIES' | 'XRAY', degrees: number): NewEmbedding => ({
      projectId: project,
      studyId,
      subjectKind,
      subjectId: newId<string>(),
      part: 'AP',
      vector: at(degrees),
    });
    const rows = [
      row(cases.xray!, 'XRAY', 5),
      row(film, 'XRAY', 6),
      row(both, 'XRAY', 7),
      row(both, 'SERIES', 40),
      row(cases.ct!, 'SERIES', 20),
      row(cases.turned!, 'SERIES', 30),
    ];
    const mixed = await addSpace(db, { width: 2, name: 'films-and-cts', rows }); // retires the space above
    const page = await search({ vectors: [{ ...ask(0, 'AP'), spaceId: mixed.id }] });
    const names = new Map(
      [...Object.entries(cases), ['film', film], ['both', both]].map(([name, id]) => [id, name]),
    );
    expect(page.hits.map(({ studyId }) => names.get(studyId))).toEqual([
      'xray',
      'ct',
      'film',
      'turned',
      'both',
    ]);
    // a study with both stands where its better kind stands, and that one is named
    expect(page.hits[4]!.why[0]).toMatchObject({ rank: 5, seriesId: null, xrayId: rows[2]!.subjectId });
    expect(page.hits[4]!.why[0]!.score).toBeCloseTo(Math.cos((7 * Math.PI) / 180), 5);
  });
});
