import { newId, type ProjectId, sha256 } from '@tomograph/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveEmbeddings } from '../spaces/embeddings.js';
import { createSpace } from '../spaces/spaces.js';
import { sampleStudy, type TestDatabase, testDatabase } from '../testing/index.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const system = () => database.systemDbBypassingViewer('test');
const rows = async (sql: string, values: unknown[] = []) => (await database.query(sql, values)).length;

async function savedCase(projectId: ProjectId, seed: string) {
  const study = await sampleStudy(database.blobs, { projectId, seed });
  const saved = await system().saveStudy(study);
  const space = await createSpace(database, {
    name: 'erasure',
    version: 1,
    channel: 'image',
    digest: sha256('erasure'),
    width: 3,
    preprocessing: {},
  });
  await saveEmbeddings(database, space, [
    {
      projectId,
      studyId: saved.studyId,
      subjectKind: 'SERIES',
      subjectId: saved.seriesIds[0]!,
      vector: Float32Array.of(1, 0, 0),
    },
  ]);
  return { study, ...saved };
}

test('an erased case leaves no row, no vector, no thumbnail, no blob and no patient', async () => {
  const projectId = await system().ensureProject('erase');
  const { study, studyId } = await savedCase(projectId, 'erase');
  const admin = database.viewer({ name: 'tg_test', role: 'ADMIN', projectIds: [projectId], keyId: null });
  expect(await admin.eraseStudy(studyId)).toEqual({ embeddings: 1, blobs: study.blobs.length });
  for (const table of ['series', 'xray', 'report', 'embedding', 'region_embedding', 'study_blob']) {
    expect(await rows(`select 1 from ${table} where study_id = $1`, [studyId])).toBe(0);
  }
  expect(await rows('select 1 from patient where project_id = $1', [projectId])).toBe(0);
  expect(await rows('select 1 from report_sentence')).toBe(0);
  for (const { digest } of study.blobs) expect(await database.blobs.has(digest)).toBe(false);
  expect(
    await rows("select 1 from audit_event where action = 'study.erase' and object_id = $1", [studyId]),
  ).toBe(1);
});

test('a blob that another case needs stays until the last one goes', async () => {
  const first = await savedCase(await system().ensureProject('sharer 1'), 'shared');
  const second = await savedCase(await system().ensureProject('sharer 2'), 'shared');
  expect(await system().eraseStudy(first.studyId)).toMatchObject({ blobs: 0 });
  for (const { digest } of first.study.blobs) expect(await database.blobs.has(digest)).toBe(true);
  expect(await system().eraseStudy(second.studyId)).toMatchObject({ blobs: first.study.blobs.length });
});

test('what its jobs were given and found is emptied', async () => {
  const projectId = await system().ensureProject('jobs of it');
  const { studyId } = await savedCase(projectId, 'jobs of it');
  const jobId = newId();
  await database.query(
    `insert into job (id, project_id, kind, key, state, input, result)
       values ($1, $2, 'INGEST', 'of it', 'SUCCEEDED', '{"reportText": "words"}', $3)`,
    [jobId, projectId, JSON.stringify({ studies: [{ studyId }] })],
  );
  await system().eraseStudy(studyId);
  expect(await database.query('select input, result from job where id = $1', [jobId])).toEqual([
    { input: {}, result: null },
  ]);
});

test('blobs left by a crash between the two steps are found later', async () => {
  const digest = await database.blobs.put(new TextEncoder().encode('left behind'));
  await database.query("insert into blob (digest, bytes, media_type) values ($1, 11, 'text/plain')", [
    digest,
  ]);
  expect(await system().removeUnusedBlobs()).toBe(1);
  expect(await database.blobs.has(digest)).toBe(false);
});

test('an unknown case is not found', async () => {
  await expect(system().eraseStudy(newId())).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
