import { newId, type ProjectId, Random, sha256 } from '@tomograph/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleStudy, type TestDatabase, testDatabase } from '../testing/index.js';
import {
  type NewEmbedding,
  removeEmbeddings,
  saveEmbeddings,
  studiesWithoutEmbedding,
} from './embeddings.js';
import { hasSpaceIndex, spaceIndexName } from './space-index.js';
import {
  activateSpace,
  activeSpace,
  createSpace,
  expectVectors,
  listSpaces,
  markSpaceReady,
  rollbackSpace,
  type SpaceRecord,
  spaceById,
} from './spaces.js';

let database: TestDatabase;
let projectId: ProjectId;
let studyId: string;
beforeAll(async () => {
  database = await testDatabase();
  const system = database.systemDbBypassingViewer('test');
  projectId = await system.ensureProject('spaces');
  studyId = (await system.saveStudy(await sampleStudy(database.blobs, { projectId, seed: 'spaces' })))
    .studyId;
});
afterAll(() => database.close());

let made = 0;
function newSpace(channel: string, width = 4): Promise<SpaceRecord> {
  made += 1;
  const digest = sha256(`space ${made}`);
  return createSpace(database, {
    name: 'test',
    version: made,
    channel,
    digest,
    width,
    preprocessing: { grid: 32 },
  });
}
const random = new Random(1, 'spaces');
const vector = (width: number) => Float32Array.from({ length: width }, () => random.normal());
const embedding = (values: Float32Array): NewEmbedding => ({
  projectId,
  studyId,
  subjectKind: 'REGION',
  subjectId: newId(),
  vector: values,
});
async function readySpace(channel: string): Promise<SpaceRecord> {
  const space = await newSpace(channel);
  await saveEmbeddings(database, space, [embedding(vector(4))]);
  return markSpaceReady(database, space.id, async () => 0.97);
}

test('a space goes from building to ready with the recall that was measured on its index', async () => {
  const space = await newSpace('life');
  expect(space).toMatchObject({ phase: 'BUILDING', recallAt10: null, stored: 0, since: null });
  await expectVectors(database, space.id, 2);
  await saveEmbeddings(database, space, [embedding(vector(4))]);
  const early = markSpaceReady(database, space.id, async () => 1);
  await expect(early).rejects.toMatchObject({ code: 'SPACE_STATE', facts: { stored: 1, expected: 2 } });
  await saveEmbeddings(database, space, [embedding(vector(4))]);
  const ready = await markSpaceReady(database, space.id, async (measured) => {
    expect(await hasSpaceIndex(database, measured)).toBe(true);
    return 0.98;
  });
  expect(ready).toMatchObject({ phase: 'READY', recallAt10: 0.98, stored: 2 });
});

test('a recall that is not a number keeps the space building', async () => {
  const space = await newSpace('nan');
  await expect(markSpaceReady(database, space.id, async () => Number.NaN)).rejects.toMatchObject({
    code: 'NOT_FINITE',
  });
  expect((await spaceById(database, space.id)).phase).toBe('BUILDING');
});

test('activation switches the channel, and rollback switches it back', async () => {
  const first = await readySpace('image');
  const second = await readySpace('image');
  expect(await activeSpace(database, 'image')).toBeUndefined();
  expect(await activateSpace(database, first.id)).toMatchObject({ phase: 'ACTIVE' });
  await activateSpace(database, second.id);
  expect((await activeSpace(database, 'image'))?.id).toBe(second.id);
  expect(await spaceById(database, first.id)).toMatchObject({ phase: 'RETIRED', replacedById: second.id });
  expect(await rollbackSpace(database, second.id)).toMatchObject({ id: first.id, phase: 'ACTIVE' });
  expect(await spaceById(database, second.id)).toMatchObject({ phase: 'RETIRED', replacedById: first.id });
});

test('search is never without a space: every moment of two switches shows one active', async () => {
  const [first, second] = [await readySpace('steady'), await readySpace('steady')];
  await activateSpace(database, first.id);
  let isDone = false;
  const seen: number[] = [];
  const watching = (async () => {
    while (!isDone) {
      const rows = await database.query<{ id: number }>(
        "select id from embedding_space where channel = 'steady' and phase = 'ACTIVE'",
      );
      seen.push(rows.length);
    }
  })();
  await activateSpace(database, second.id);
  await rollbackSpace(database, second.id);
  isDone = true;
  await watching;
  expect(new Set(seen)).toEqual(new Set([1]));
});

test('every other step is refused with the phase it found', async () => {
  const building = await newSpace('refused');
  const ready = await readySpace('refused');
  const refused = { code: 'SPACE_STATE' };
  await expect(activateSpace(database, building.id)).rejects.toMatchObject(refused);
  await expect(rollbackSpace(database, ready.id)).rejects.toMatchObject(refused);
  await expect(markSpaceReady(database, ready.id, async () => 1)).rejects.toMatchObject(refused);
  await activateSpace(database, ready.id);
  await expect(activateSpace(database, ready.id)).rejects.toMatchObject(refused);
  await expect(rollbackSpace(database, ready.id)).rejects.toMatchObject(refused); // nothing was before it
  await expect(activateSpace(database, 9999)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('the same digest is the same space, the same version with another digest is refused', async () => {
  const space = await newSpace('same');
  const { name, version, channel, width } = space;
  const again = { name, version, channel, width, digest: space.digest, preprocessing: {} };
  expect((await createSpace(database, again)).id).toBe(space.id);
  const other = createSpace(database, { ...again, digest: sha256('another') });
  await expect(other).rejects.toMatchObject({ code: 'CONFLICT' });
  expect((await listSpaces(database)).filter((one) => one.channel === 'same')).toHaveLength(1);
});

test('a vector of another width, a non-finite one or one without direction is refused', async () => {
  const space = await newSpace('width');
  const save = (values: Float32Array) => saveEmbeddings(database, space, [embedding(values)]);
  await expect(save(vector(5))).rejects.toMatchObject({ code: 'SPACE_MISMATCH' });
  await expect(save(Float32Array.of(1, Number.NaN, 0, 0))).rejects.toMatchObject({ code: 'NOT_FINITE' });
  await expect(save(new Float32Array(4))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test('the database itself refuses a vector of another width', async () => {
  const space = await newSpace('trigger');
  const insert = database.query(
    `insert into embedding (space_id, project_id, study_id, subject_kind, subject_id, vector)
       values ($1, $2, $3, 'STUDY', $3, '[1,2,3]')`,
    [space.id, projectId, studyId],
  );
  await expect(insert).rejects.toMatchObject({ code: 'SPACE_MISMATCH' });
});

test('a vector comes back as it was stored, and saving a subject again replaces it', async () => {
  const space = await newSpace('round trip');
  const row = embedding(Float32Array.of(0.1, -1e-20, 3e20, 1 / 3));
  await saveEmbeddings(database, space, [row, { ...row, part: 'LATERAL' }]);
  await saveEmbeddings(database, space, [{ ...row, part: 'LATERAL', vector: Float32Array.of(1, 0, 0, 0) }]);
  const stored = await database.query<{ part: string; values: number[] }>(
    'select part, vector::real[]::float8[] as values from embedding where space_id = $1 order by part',
    [space.id],
  );
  expect(stored.map((one) => one.part)).toEqual(['', 'LATERAL']);
  expect(Float32Array.from(stored[0]!.values)).toEqual(row.vector);
  expect(stored[1]!.values).toEqual([1, 0, 0, 0]);
});

test('how many vectors a space holds follows every way in and out', async () => {
  const [one, other] = [await newSpace('counted'), await newSpace('counted')];
  const rows = Array.from({ length: 5 }, () => embedding(vector(4)));
  await saveEmbeddings(database, one, rows);
  await saveEmbeddings(database, one, rows.slice(0, 2)); // replaced, not added
  await saveEmbeddings(database, other, rows);
  const stored = () =>
    Promise.all([one, other].map(async ({ id }) => (await spaceById(database, id)).stored));
  expect(await stored()).toEqual([5, 5]);
  await database.query('delete from embedding where space_id = $1 and subject_id = $2', [
    one.id,
    rows[0]!.subjectId,
  ]);
  expect(await stored()).toEqual([4, 5]);
  const failed = database.transaction(async (tx) => {
    await saveEmbeddings(tx, one, [embedding(vector(4))]);
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect(await stored()).toEqual([4, 5]);
  await removeEmbeddings(database, other.id, studyId);
  expect(await stored()).toEqual([4, 0]);
});

test('a backfill sees which studies a space lacks, and goes on after a removal', async () => {
  const space = await newSpace('backfill');
  expect(await studiesWithoutEmbedding(database, space.id, 10)).toEqual([studyId]);
  await saveEmbeddings(database, space, [embedding(vector(4))]);
  expect(await studiesWithoutEmbedding(database, space.id, 10)).toEqual([]);
  await removeEmbeddings(database, space.id, studyId);
  expect(await studiesWithoutEmbedding(database, space.id, 10)).toEqual([studyId]);
});

test('the index of a space answers a query with its width and id as literals, and holds no other space', async () => {
  const width = 16;
  const space = await newSpace('index', width);
  await saveEmbeddings(
    database,
    space,
    Array.from({ length: 1200 }, () => embedding(vector(width))),
  );
  await markSpaceReady(database, space.id, async () => 1);
  const plan = await database.transaction(async (tx) => {
    // can the index answer, not whether 1,200 rows are cheaper to sort: that depends on when they were last analysed
    for (const way of ['enable_seqscan', 'enable_bitmapscan', 'enable_sort']) {
      await tx.query("select set_config($1, 'off', true)", [way]);
    }
    return tx.query<{ 'QUERY PLAN': string }>(
      `explain select subject_id from embedding where space_id = ${space.id}
         order by vector::vector(${width}) <=> '[${Array.from(vector(width)).join(',')}]'::vector(${width}) limit 10`,
    );
  });
  expect(JSON.stringify(plan)).toContain(`Index Scan using ${spaceIndexName(space)}`);
});
