import type { NewEmbedding, SpaceRecord } from '@tomograph/data';
import { type TestDatabase, testDatabase } from '@tomograph/data/testing';
import { newId } from '@tomograph/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filterValues } from './filter-values.js';
import { loadSql } from './load-sql.js';
import { measureRecallAt10 } from './measure-recall.js';
import { readySpace } from './ready-space.js';
import { type SearchOptions, searchCases } from './search-cases.js';
import type { SearchFilter } from './search-request.js';
import { addProject, addSpace, clusteredVectors } from './testing/case-base.js';
import { efSearch, vectorText } from './vector-channel.js';

const width = 48;
const count = 3000;
const vectors = clusteredVectors(1, count, width);
const studyIds = Array.from({ length: count }, () => newId<string>());
let db: TestDatabase;
let project: string;
let space: SpaceRecord;

beforeAll(async () => {
  db = await testDatabase();
  project = await addProject(db);
  await db.query(
    `insert into patient (id, project_id, patient_key, sex)
       select id, $1::uuid, id::text, 'FEMALE' from unnest($2::uuid[]) id`,
    [project, studyIds],
  );
  // one in a hundred is 30–39 years old, nine in ten are CTs
  await db.query(
    `insert into study (id, project_id, patient_id, study_key, label, age_band, modalities)
       select id, $1::uuid, id, id::text, 'T', case when n % 100 = 0 then 30 else 60 end,
              case when n % 10 = 0 then '{DX}' else '{CT}' end::modality[]
         from unnest($2::uuid[]) with ordinality as u(id, n)`,
    [project, studyIds],
  );
  const rows = vectors.map(
    (vector, i): NewEmbedding => ({
      projectId: project,
      studyId: studyIds[i]!,
      subjectKind: 'SERIES',
      subjectId: newId(),
      part: 'AP',
      vector,
    }),
  );
  space = await addSpace(db, { width, rows });
  await db.query('analyze');
}, 60_000);
afterAll(() => db.close());

const queries = clusteredVectors(1, count + 20, width).slice(count);
const search = (query: number, filter: SearchFilter = {}, options: SearchOptions = {}) =>
  searchCases(
    db,
    { projectIds: [project] },
    { vectors: [{ spaceId: space.id, width, vector: queries[query]!, part: 'AP' }], filter, first: 10 },
    options,
  );

test('above the threshold the index answers, with its measured recall, as exact search would', async () => {
  let same = 0;
  for (let query = 0; query < queries.length; query++) {
    const exact = await search(query);
    const fast = await search(query, {}, { exactBelow: 1000 });
    expect(exact.channels[0]).toMatchObject({ mode: 'EXACT', candidates: count, recallAt10: null });
    expect(fast.channels[0]).toMatchObject({ mode: 'HNSW', recallAt10: space.recallAt10 });
    expect(fast.totalCountIsExact).toBe(false);
    expect(fast.shortfall).toBe(0);
    const truth = new Set(exact.hits.map(({ studyId }) => studyId));
    same += fast.hits.filter(({ studyId }) => truth.has(studyId)).length;
  }
  expect(same / (10 * queries.length)).toBeGreaterThanOrEqual(0.95);
});

test('scores of the index are those of the exact statement', async () => {
  const exact = await search(0);
  const fast = await search(0, {}, { exactBelow: 1000 });
  const scores = new Map(exact.hits.map(({ studyId, why }) => [studyId, why[0]!.score]));
  const shared = fast.hits.filter(({ studyId }) => scores.has(studyId));
  expect(shared.length).toBeGreaterThan(5);
  for (const { studyId, why } of shared) expect(why[0]!.score).toBe(scores.get(studyId));
});

test('a 1 % filter never falls short: the index gives too little, so the exact statement answers', async () => {
  const page = await search(0, { ageBand: [30] }, { exactBelow: 5 });
  expect(page.channels[0]).toMatchObject({ mode: 'EXACT', candidates: 30 });
  expect(page.shortfall).toBe(0);
});

test('a filter that leaves most is answered by the index and holds for every hit', async () => {
  const page = await search(0, { modality: ['CT'] }, { exactBelow: 1000 });
  expect(page.channels[0]).toMatchObject({ mode: 'HNSW' });
  const rows = await db.query<{ m: string[] }>(
    'select modalities::text[] as m from study where id = any($1)',
    [page.hits.map(({ studyId }) => studyId)],
  );
  expect(rows).toHaveLength(10);
  for (const { m } of rows) expect(m).toEqual(['CT']);
});

// What the planner does with the statement of the index, for every kind of filter.
const filters: [string, SearchFilter, string | undefined][] = [
  ['nothing', {}, undefined],
  ['a frequent modality', { modality: ['CT'] }, undefined],
  ['a rare age', { ageBand: [30] }, undefined],
  ['sex and body part', { sex: ['FEMALE'], bodyPart: ['UNKNOWN'] }, undefined],
  ['a finding', { finding: ['EMPHYSEMA'] }, undefined],
  ['dates', { from: '2024-01-01', to: '2024-12-31' }, undefined],
  ['itself', {}, studyIds[0]],
];

test.each(filters)(
  'EXPLAIN: filtered by %s, vectors come from the partial index alone',
  async (_name, filter, self) => {
    const plan = await explainNear({ space: space.id, width }, filter, self);
    expect(plan).toContain(`Index Scan using embedding_hnsw_${space.id} on embedding`);
    expect(plan).toMatch(
      new RegExp(`Order By: \\(\\(\\w*\\.?vector\\)::vector\\(${width}\\) <=> \\w+\\.vector\\)`),
    );
    expect(plan).not.toMatch(/Seq Scan on embedding|Bitmap|Sort/);
    expect(plan.match(/ on embedding/g)).toHaveLength(1);
  },
);

test('EXPLAIN: with the width of another space the index does not fit, which is why the width is a literal', async () => {
  const plan = await explainNear({ space: space.id, width: width + 1 }, {}, undefined).catch(() => 'refused');
  expect(plan).not.toContain('Index Scan using embedding_hnsw');
});

test('EXPLAIN: no filter, no joins to studies and patients', async () => {
  expect(await explainNear({ space: space.id, width }, {}, undefined)).not.toMatch(/ on (study|patient)/);
});

test('EXPLAIN: in a space of meaning the index holds wholes alone, and answers for them', async () => {
  const meaning = await addSpace(db, {
    ...{ width, name: 'meaning', channel: 'meaning' },
    rows: studyIds.slice(0, 50).map((studyId, i) => ({
      ...{ projectId: project, studyId, subjectKind: 'SERIES', subjectId: newId() },
      vector: queries[i % queries.length]!,
    })),
  });
  const [index] = await db.query<{ text: string }>('select pg_get_indexdef($1::regclass) as text', [
    `embedding_hnsw_${meaning.id}`,
  ]);
  expect(index!.text).toContain("part = ''");
  const plan = await explainNear({ space: meaning.id, width, parts: 0 }, {}, undefined);
  expect(plan).toContain(`Index Scan using embedding_hnsw_${meaning.id} on embedding`);
});

async function explainNear(
  asked: { space: number; width: number; parts?: 0 | 1 },
  filter: SearchFilter,
  self: string | undefined,
) {
  const literals = { parts: 1, ...asked };
  return db.transaction(async (tx) => {
    await tx.query(loadSql('hnsw-settings'), [efSearch, 20_000]);
    const values = [...filterValues({ projectIds: [project] }, filter, self)];
    const query = new Float32Array(literals.width).fill(1);
    const rows = await tx.query<{ 'QUERY PLAN': string }>(`explain ${loadSql('near-hnsw', literals)}`, [
      ...values,
      [vectorText(query)],
      [''],
      400,
    ]);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
}

test('the settings of a search are gone after it', async () => {
  await search(0, {}, { exactBelow: 1000 });
  const [row] = await db.query<{ sort: string; ef: string | null }>(
    "select current_setting('enable_sort') as sort, current_setting('hnsw.ef_search', true) as ef",
  );
  expect(row).toEqual({ sort: 'on', ef: '40' });
});

test('recall is measured, reproducible, and refused where there is no index', async () => {
  const recall = await measureRecallAt10(db, space.id, 20);
  expect(recall).toBeGreaterThanOrEqual(0.95);
  expect(recall).toBeLessThanOrEqual(1);
  expect(await measureRecallAt10(db, space.id, 20)).toBe(recall);
  const [bare] = await db.query<{ id: number }>(
    `insert into embedding_space (name, version, channel, digest, width, preprocessing)
       values ('bare', 1, 'image', 'sha256:bare', ${width}, '{}') returning id`,
  );
  await expect(measureRecallAt10(db, bare!.id)).rejects.toMatchObject({ code: 'SPACE_STATE' });
  await expect(measureRecallAt10(db, 999)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('only a building space becomes ready', async () => {
  await expect(readySpace(db, space.id)).rejects.toMatchObject({ code: 'SPACE_STATE' });
});
