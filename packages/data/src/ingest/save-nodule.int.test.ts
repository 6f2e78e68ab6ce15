import { AppError, type NoduleAnswer, newId, type ProjectId, sha256 } from '@tomograph/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleStudy, type TestDatabase, testDatabase } from '../testing/index.js';
import type { Viewer } from '../viewer/viewer.js';
import { type NewNoduleAssessment, noduleAssessmentId, saveNoduleAssessment } from './save-nodule.js';

let database: TestDatabase;
let projectId: ProjectId;
let other: ProjectId;
beforeAll(async () => {
  database = await testDatabase();
  projectId = await system().ensureProject('mine');
  other = await system().ensureProject('other');
});
afterAll(() => database.close());

const system = () => database.systemDbBypassingViewer('test');
const viewer = (of: ProjectId): Viewer => ({
  name: 'tg_test',
  role: 'READER',
  projectIds: [of],
  keyId: null,
  requestId: newId<string>(),
});
const answer: NoduleAnswer = { kind: 'REFUSED', reason: 'OUTSIDE_LUNG', message: 'no lung' };

async function savedSeries(seed: string) {
  const saved = await system().saveStudy(await sampleStudy(database.blobs, { projectId, seed }));
  return { studyId: saved.studyId, seriesId: saved.seriesIds[0]! };
}

async function assessment(seriesId: string, place: string): Promise<NewNoduleAssessment> {
  const bytes = new TextEncoder().encode(`mask ${place}`);
  const mask = {
    digest: await database.blobs.put(bytes),
    bytes: bytes.length,
    mediaType: 'application/gzip',
  };
  return {
    seriesId,
    key: sha256(place),
    model: sha256('model'),
    target: { kind: 'POINT', point: [1, 2, 3] },
    answer,
    mask,
    seg: null,
    sr: null,
  };
}
const save = (made: NewNoduleAssessment) =>
  database.transaction((tx) => saveNoduleAssessment(tx, database.blobs, made));

test('the same place seen by the same model is one row, and later jobs find it', async () => {
  const { seriesId } = await savedSeries('once');
  const made = await assessment(seriesId, 'once');
  expect(await noduleAssessmentId(database, seriesId, made.key)).toBeUndefined();
  const first = await save(made);
  expect(first.isNew).toBe(true);
  expect(await save(made)).toEqual({ id: first.id, isNew: false });
  expect(await noduleAssessmentId(database, seriesId, made.key)).toBe(first.id);
});

test('a viewer of the project reads it whole, newest first; one of another project reads nothing', async () => {
  const { seriesId, studyId } = await savedSeries('read');
  const { id: older } = await save(await assessment(seriesId, 'a'));
  await database.query("update nodule_assessment set created_at = now() - interval '1 hour' where id = $1", [
    older,
  ]);
  const made = await assessment(seriesId, 'b');
  const { id } = await save(made);
  const mine = database.viewer(viewer(projectId));
  const found = await mine.noduleAssessmentsBySeriesIds([seriesId]);
  expect(found.map((each) => each.id)).toEqual([id, older]);
  expect(found[0]).toMatchObject({ studyId, seriesId, model: sha256('model'), target: made.target, answer });
  expect(found[0]).toMatchObject({ maskBlob: made.mask!.digest, segBlob: null });
  expect(await mine.noduleAssessmentsByIds([older, 'no uuid'])).toHaveLength(1);
  const theirs = database.viewer(viewer(other));
  expect(await theirs.noduleAssessmentsBySeriesIds([seriesId])).toEqual([]);
  expect(await theirs.noduleAssessmentsByIds([id])).toEqual([]);
});

test('it goes with its case, its mask too, and cannot be saved after that', async () => {
  const { seriesId, studyId } = await savedSeries('erased');
  const made = await assessment(seriesId, 'erased');
  await save(made);
  await system().eraseStudy(studyId);
  expect(await noduleAssessmentId(database, seriesId, made.key)).toBeUndefined();
  expect(await database.blobs.has(made.mask!.digest)).toBe(false);
  const error = await save(made).catch((thrown: unknown) => thrown);
  expect(error instanceof AppError && error.code).toBe('NOT_FOUND');
});
