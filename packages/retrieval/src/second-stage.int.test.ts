import {
  activateSpace,
  createSpace,
  type NewEmbedding,
  rollbackSpace,
  type SpaceRecord,
  saveEmbeddings,
} from '@tomograph/data';
import { type TestDatabase, testDatabase } from '@tomograph/data/testing';
import { newId, Random, sha256 } from '@tomograph/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readySpace } from './ready-space.js';
import { type SearchOptions, searchCases } from './search-cases.js';
import type { QueryVector, SearchRequest } from './search-request.js';
import { addCase, addProject, addSpace } from './testing/case-base.js';

const width = 8;
const cells = 6;
let db: TestDatabase;
let project: string;
let space: SpaceRecord;
let image: SpaceRecord;
const random = new Random(3, 'second-stage');
const noise = () => Float32Array.from({ length: width }, () => random.normal());
const axis = (at: number) => Float32Array.from({ length: width }, (_, i) => (i === at ? 1 : 0));
const studies: string[] = [];
const films: string[] = [];
const stored = new Map<string, { whole: Float32Array; regions: Float32Array[] }>();

beforeAll(async () => {
  db = await testDatabase();
  project = await addProject(db);
  const rows: NewEmbedding[] = [];
  for (let n = 0; n < 40; n++) {
    const report = n % 2 === 0 ? 'There is emphysema.' : 'No emphysema.';
    const studyId = await addCase(db, project, { report });
    const of = { projectId: project, studyId };
    const isFilm = n % 10 === 9;
    const subjectId = newId<string>();
    const subjectKind = isFilm ? ('XRAY' as const) : ('SERIES' as const);
    const whole = noise();
    const regions = isFilm ? [] : Array.from({ length: cells }, noise);
    rows.push({ ...of, subjectKind, subjectId, vector: whole });
    for (const [cell, vector] of regions.entries()) {
      rows.push({ ...of, subjectKind, subjectId, part: `cell-${cell}`, vector });
    }
    stored.set(studyId, { whole, regions });
    (isFilm ? films : studies).push(studyId);
  }
  space = await addSpace(db, { width, channel: 'meaning', name: 'meaning-test', rows });
  image = await addSpace(db, {
    width,
    name: 'image-test',
    rows: [...stored].map(([studyId, { whole }]) => ({
      ...{ projectId: project, studyId, subjectKind: 'SERIES', subjectId: newId(), part: 'AP' },
      vector: whole.slice().reverse(),
    })),
  });
});
afterAll(() => db.close());

const vector = (values: Float32Array, of = space): QueryVector => ({
  spaceId: of.id,
  width,
  vector: values,
  part: '',
});
const sentence = (text: string, values: Float32Array, weight = 1): QueryVector => ({
  ...vector(values),
  sentence: { text, weight },
});
const search = (request: SearchRequest, options?: SearchOptions) =>
  searchCases(db, { projectIds: [project] }, { first: 40, ...request }, options);
const cosine = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0) / Math.hypot(...a) / Math.hypot(...b);

test('each sentence counts with the region that answers it best, as computed plainly', async () => {
  const asked = [sentence('one', noise(), 2), sentence('two', noise(), 1)];
  const whole = noise();
  const { hits } = await search({ vectors: [vector(whole), ...asked] });
  for (const { studyId, why } of hits) {
    const { whole: own, regions } = stored.get(studyId)!;
    const best = asked.map((one) =>
      Math.max(...regions.map((region) => cosine(region, one.vector as Float32Array))),
    );
    const late = (2 * best[0]! + best[1]!) / 3;
    const expected = regions.length === 0 ? cosine(own, whole) : (cosine(own, whole) + late) / 2;
    expect(why[0]!.score).toBeCloseTo(expected, 5);
  }
  const scores = hits.filter(({ studyId }) => studies.includes(studyId)).map(({ why }) => why[0]!.score);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
});

test('an explanation names sentence, CT and region, and its parts sum to the score', async () => {
  const [id] = studies;
  const region = stored.get(id!)!.regions[4]!;
  const asked = [vector(stored.get(id!)!.whole), sentence('A mass in the left lung.', region)];
  const [hit] = (await search({ vectors: asked })).hits;
  expect(hit!.studyId).toBe(id);
  const [why] = hit!.why;
  expect(why!.scoreParts).toEqual([
    {
      sentence: null,
      seriesId: null,
      region: null,
      similarity: expect.closeTo(1, 5),
      part: expect.closeTo(0.5, 5),
      heat: [],
    },
    {
      ...{ sentence: 'A mass in the left lung.', seriesId: why!.seriesId, region: 'cell-4' },
      ...{ similarity: expect.closeTo(1, 5), part: expect.closeTo(0.5, 5) },
      heat: stored.get(id!)!.regions.map((one) => expect.closeTo(cosine(one, region), 5)),
    },
  ]);
  expect(why!.scoreParts.reduce((sum, { part }) => sum + part, 0)).toBeCloseTo(why!.score, 10);
});

test('without the cited sentence the case ranks lower', async () => {
  const whole = noise();
  const plain = (await search({ vectors: [vector(whole)] })).hits.map(({ studyId }) => studyId);
  const last = plain.filter((id) => studies.includes(id)).at(-1)!;
  const cited = sentence('cited', stored.get(last)!.regions[2]!);
  const rankIn = async (vectors: QueryVector[]) =>
    (await search({ vectors })).hits.findIndex(({ studyId }) => studyId === last);
  expect(await rankIn([vector(whole), cited])).toBeLessThan(await rankIn([vector(whole)]));
});

test('studies without regions keep their places', async () => {
  const whole = noise();
  const placesOf = async (vectors: QueryVector[]) =>
    (await search({ vectors })).hits.flatMap(({ studyId }, at) =>
      films.includes(studyId) ? [[studyId, at]] : [],
    );
  const plain = await placesOf([vector(whole)]);
  expect(plain).toHaveLength(films.length);
  expect(await placesOf([vector(whole), sentence('any', noise())])).toEqual(plain);
});

test.each([[undefined], [0]])(
  'the first stage compares wholes alone, never regions (exact below %s)',
  async (exactBelow) => {
    const [id] = studies;
    const region = stored.get(id!)!.regions[0]!;
    const options = exactBelow === undefined ? {} : { exactBelow };
    const page = await search({ vectors: [vector(region)] }, options);
    expect(page.hits).toHaveLength(40);
    for (const { studyId, why } of page.hits) {
      expect(why[0]!.score).toBeCloseTo(cosine(stored.get(studyId)!.whole, region), 5);
    }
    const own = await search({ studyId: id! });
    expect(own.channels.map(({ candidates }) => candidates)).toEqual([39, 39]);
  },
);

test('words, meaning and image are fused, each reason with its own rank', async () => {
  const request = {
    text: 'emphysema',
    vectors: [vector(noise()), sentence('emphysema', noise()), { ...vector(noise(), image), part: 'AP' }],
  };
  const { hits, channels } = await search(request);
  expect(channels.map(({ channel, space: label }) => [channel, label])).toEqual([
    ['TEXT', null],
    ['MEANING', 'meaning-test@1'],
    ['IMAGE', 'image-test@1'],
  ]);
  const affirmed = hits.filter(({ why }) => why.length === 3);
  expect(affirmed).toHaveLength(20); // "no emphysema" is no reason of words
  for (const { why, score } of hits) {
    expect(score).toBeCloseTo(
      why.reduce((sum, { rank }) => sum + 1 / (60 + rank), 0),
      12,
    );
    expect(
      why.filter(({ scoreParts }) => scoreParts.length > 0).every(({ channel }) => channel === 'MEANING'),
    ).toBe(true);
  }
});

test('a page after the first goes on in the order of the second stage', async () => {
  const vectors = [vector(noise()), sentence('one', noise())];
  const all = await search({ vectors });
  const first = await search({ vectors, first: 15 });
  const next = await search({ vectors, first: 40, after: first.pageInfo.endCursor });
  const ids = (page: typeof all) => page.hits.map(({ studyId }) => studyId);
  expect([...ids(first), ...ids(next)]).toEqual(ids(all));
  const other = search({ vectors: [vectors[0]!], after: first.pageInfo.endCursor });
  await expect(other).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
});

test.each([
  ['without a vector of the whole', () => [sentence('alone', noise())], 'INVALID_ARGUMENT'],
  ['of no weight', () => [vector(noise()), sentence('light', noise(), 0)], 'INVALID_ARGUMENT'],
  [
    'of another width',
    () => [vector(noise()), { ...sentence('w', axis(0)), width: 7, vector: axis(0).slice(1) }],
    'SPACE_MISMATCH',
  ],
  ['that are not finite', () => [vector(noise()), sentence('nan', axis(0).fill(Number.NaN))], 'NOT_FINITE'],
  [
    'by the hundred',
    () => [vector(noise()), ...Array.from({ length: 100 }, () => sentence('s', noise()))],
    'LIMIT_EXCEEDED',
  ],
] as const)('sentences %s are refused', async (_what, vectors, code) => {
  await expect(search({ vectors: vectors() })).rejects.toMatchObject({ code });
});

test('another training of the same width answers only after the cutover, and the former one only after the rollback', async () => {
  const next = await createSpace(db, {
    ...{ name: 'meaning-test', version: 2, channel: 'meaning', width },
    ...{ digest: sha256('another training'), preprocessing: {} },
  });
  const ask = (of: SpaceRecord) =>
    search({ vectors: [vector(axis(0), of), { ...sentence('s', axis(1)), spaceId: of.id }] });
  const refused = { code: 'SPACE_MISMATCH' };
  await expect(ask(next)).rejects.toMatchObject(refused); // building
  const rows = studies.map((studyId) => ({
    projectId: project,
    studyId,
    subjectId: newId<string>(),
    vector: noise(),
  }));
  await saveEmbeddings(
    db,
    next,
    rows.map((row) => ({ ...row, subjectKind: 'SERIES' as const })),
  );
  const ready = await readySpace(db, next.id);
  expect(ready.recallAt10).toBeGreaterThan(0.9);
  await expect(ask(next)).rejects.toMatchObject(refused); // ready, not cut over
  expect((await ask(space)).hits).toHaveLength(40);
  await activateSpace(db, next.id);
  expect((await ask(next)).hits).toHaveLength(studies.length);
  await expect(ask(space)).rejects.toMatchObject(refused);
  await rollbackSpace(db, next.id);
  expect((await ask(space)).hits).toHaveLength(40);
  await expect(ask(next)).rejects.toMatchObject(refused);
});
