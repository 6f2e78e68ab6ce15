import { AppError, newId, type ProjectId } from '@tomograph/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampleStudy, type TestDatabase, testDatabase } from '../testing/index.js';
import type { Role, Viewer } from './viewer.js';
import type { ViewerDb } from './viewer-db.js';

let database: TestDatabase;
let mine: ProjectId;
let theirs: ProjectId;
/** Ids of everything in their project. */
let their: Record<
  'study' | 'series' | 'xray' | 'report' | 'sentence' | 'job' | 'upload' | 'blob' | 'key',
  string
>;

beforeAll(async () => {
  database = await testDatabase();
  const system = database.systemDbBypassingViewer('test');
  mine = await system.ensureProject('mine');
  theirs = await system.ensureProject('theirs');
  await system.saveStudy(await sampleStudy(database.blobs, { projectId: mine, seed: 'mine' }));
  const study = await sampleStudy(database.blobs, { projectId: theirs, seed: 'theirs' });
  const saved = await system.saveStudy(study);
  const [sentence] = await system.sentencesByReportIds(saved.reportIds);
  const db = database.viewer(viewerOf(theirs, 'ADMIN'));
  their = {
    study: saved.studyId,
    series: saved.seriesIds[0]!,
    xray: saved.xrayIds[0]!,
    report: saved.reportIds[0]!,
    sentence: sentence!.id,
    job: (await db.enqueueJob({ kind: 'EMBED', key: 'theirs', input: {} })).id,
    upload: (await db.createUpload({ kind: 'IMAGE_OR_ARCHIVE', maxBytes: 10 })).upload.id,
    blob: study.series[0]!.volumeBlob,
    key: (await db.createApiKey({ name: 'theirs', role: 'READER', projectIds: [theirs] })).apiKey.id,
  };
});
afterAll(() => database.close());

function viewerOf(projectId: ProjectId, role: Role = 'READER', requestId = newId<string>()): Viewer {
  return { name: 'tg_test', role, projectIds: [projectId], keyId: null, requestId };
}
async function errorOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error('no error'),
    (thrown) => thrown,
  );
  return error instanceof AppError ? error.code : String(error);
}
const audit = (requestId: string | undefined) =>
  database.query<{ action: string; object_id: string; outcome: string }>(
    'select action, object_id, outcome from audit_event where request_id = $1 order by id',
    [requestId],
  );

describe('another project', () => {
  // Every method of ViewerDb that reads or writes by an id, with what it must say of an id in another project.
  const empty = (read: (db: ViewerDb) => Promise<readonly unknown[]>) => async (db: ViewerDb) =>
    expect(await read(db)).toEqual([]);
  const missing = (read: (db: ViewerDb) => Promise<unknown>) => async (db: ViewerDb) =>
    expect(await errorOf(read(db))).toBe('NOT_FOUND');
  const methods: Record<string, (db: ViewerDb) => Promise<void>> = {
    study: missing((db) => db.study(their.study)),
    studiesByIds: empty((db) => db.studiesByIds([their.study])),
    seriesByIds: empty((db) => db.seriesByIds([their.series])),
    segmentationsByIds: empty((db) => db.segmentationsByIds([newId()])),
    segmentationsBySeriesIds: empty((db) => db.segmentationsBySeriesIds([their.series])),
    noduleAssessmentsByIds: empty((db) => db.noduleAssessmentsByIds([newId()])),
    noduleAssessmentsBySeriesIds: empty((db) => db.noduleAssessmentsBySeriesIds([their.series])),
    xraysByIds: empty((db) => db.xraysByIds([their.xray])),
    reportsByIds: empty((db) => db.reportsByIds([their.report])),
    sentencesByIds: empty((db) => db.sentencesByIds([their.sentence])),
    seriesByStudyIds: empty((db) => db.seriesByStudyIds([their.study])),
    xraysByStudyIds: empty((db) => db.xraysByStudyIds([their.study])),
    reportsByStudyIds: empty((db) => db.reportsByStudyIds([their.study])),
    sentencesByReportIds: empty((db) => db.sentencesByReportIds([their.report])),
    blob: missing((db) => db.blob(their.blob)),
    job: missing((db) => db.job(their.job)),
    jobsByIds: empty((db) => db.jobsByIds([their.job])),
    jobEvents: missing((db) => db.jobEvents(their.job)),
    watchJob: missing((db) => db.watchJob(their.job).next()),
    cancelJob: missing((db) => db.cancelJob(their.job)),
    upload: missing((db) => db.upload(their.upload)),
    linkUploadToJob: missing((db) => db.linkUploadToJob(their.upload, their.job)),
    createUpload: missing((db) =>
      db.createUpload({ projectId: theirs, kind: 'IMAGE_OR_ARCHIVE', maxBytes: 1 }),
    ),
    enqueueJob: missing((db) => db.enqueueJob({ projectId: theirs, kind: 'EMBED', key: 'x', input: {} })),
    eraseStudy: missing((db) => db.eraseStudy(their.study)),
    apiKeysByIds: empty((db) => db.apiKeysByIds([their.key])),
    createApiKey: missing((db) => db.createApiKey({ name: 'x', role: 'READER', projectIds: [theirs] })),
    revokeApiKey: missing((db) => db.revokeApiKey(their.key)),
    cases: async (db) => {
      const page = await db.cases({ first: 100 });
      expect(page.edges.map((edge) => edge.node.projectId)).toEqual([mine]);
    },
    countCases: async (db) => expect(await db.countCases()).toBe(1),
    jobs: async (db) => expect((await db.jobs({ first: 100 })).edges).toEqual([]),
    apiKeys: async (db) => expect((await db.apiKeys({ first: 100 })).edges).toEqual([]),
    projects: async (db) => expect(await db.projects()).toEqual([{ id: mine, name: 'mine' }]),
  };
  const withoutIds = ['viewer', 'spaces', 'backfillSpace', 'activateSpace', 'rollbackSpace']; // of the installation, in no project

  test('every method of the viewer is in this list', () => {
    const all = Object.keys(database.viewer(viewerOf(mine)));
    expect([...Object.keys(methods), ...withoutIds].sort()).toEqual(all.sort());
  });
  for (const [name, check] of Object.entries(methods)) {
    test(`${name} sees nothing of it, and does not say that it exists`, () =>
      check(database.viewer(viewerOf(mine, 'ADMIN'))));
  }
  test('its study is still there', async () => {
    expect((await database.viewer(viewerOf(theirs)).study(their.study)).id).toBe(their.study);
  });
});

describe('roles', () => {
  const needs: Record<string, [Role, (db: ViewerDb) => Promise<unknown>]> = {
    enqueueJob: ['CURATOR', (db) => db.enqueueJob({ kind: 'EMBED', key: newId(), input: {} })],
    cancelJob: ['CURATOR', (db) => db.cancelJob(newId())],
    createUpload: ['CURATOR', (db) => db.createUpload({ kind: 'IMAGE_OR_ARCHIVE', maxBytes: 1 })],
    linkUploadToJob: ['CURATOR', (db) => db.linkUploadToJob(newId(), newId())],
    eraseStudy: ['ADMIN', (db) => db.eraseStudy(newId())],
    backfillSpace: ['ADMIN', (db) => db.backfillSpace(999)],
    activateSpace: ['ADMIN', (db) => db.activateSpace(999)],
    rollbackSpace: ['ADMIN', (db) => db.rollbackSpace(999)],
    apiKeys: ['ADMIN', (db) => db.apiKeys({})],
    apiKeysByIds: ['ADMIN', (db) => db.apiKeysByIds([])],
    createApiKey: ['ADMIN', (db) => db.createApiKey({ name: 'x', role: 'READER', projectIds: [mine] })],
    revokeApiKey: ['ADMIN', (db) => db.revokeApiKey(newId())],
  };
  for (const [name, [needed, call]] of Object.entries(needs)) {
    test(`${name} needs ${needed}; a refusal is audited`, async () => {
      for (const role of ['READER', 'CURATOR', 'ADMIN'] as const) {
        const viewer = viewerOf(mine, role);
        const code = await errorOf(call(database.viewer(viewer)));
        const isAllowed = role === 'ADMIN' || role === needed;
        expect(code === 'FORBIDDEN').toBe(!isAllowed);
        const denied = (await audit(viewer.requestId)).filter((event) => event.outcome === 'DENIED');
        if (!isAllowed) expect(denied).toHaveLength(1);
      }
    });
  }
  test('a reader may send an X-ray to search with, and nothing else', async () => {
    const { upload, token } = await database
      .viewer(viewerOf(mine))
      .createUpload({ kind: 'QUERY_XRAY', maxBytes: 1 });
    expect(upload).toMatchObject({ kind: 'QUERY_XRAY', projectId: mine, receivedBytes: null });
    expect(token).toMatch(/^[\w-]{43}$/);
  });
});

describe('audit', () => {
  test('every study read is noted, and every id that was not seen', async () => {
    const viewer = viewerOf(mine);
    const { edges } = await database.viewer(viewer).cases({ first: 10 });
    await database.viewer(viewer).studiesByIds([edges[0]!.node.id, their.study]);
    expect(await audit(viewer.requestId)).toEqual([
      { action: 'study.read', object_id: edges[0]!.node.id, outcome: 'ALLOWED' },
      { action: 'study.read', object_id: edges[0]!.node.id, outcome: 'ALLOWED' },
      { action: 'study.read', object_id: their.study, outcome: 'DENIED' },
    ]);
  });
  test('no event can be changed, removed or cut away', async () => {
    for (const sql of [
      "update audit_event set viewer = 'x'",
      'delete from audit_event',
      'truncate audit_event',
    ]) {
      await expect(database.query(sql)).rejects.toThrow('append-only');
    }
  });
});

test('ids that are no ids are simply not found', async () => {
  const db = database.viewer(viewerOf(mine));
  expect(await db.studiesByIds(["' or 1=1", 'x'])).toEqual([]);
  expect(await errorOf(db.study('x'))).toBe('NOT_FOUND');
  expect(await errorOf(db.upload('x'))).toBe('NOT_FOUND');
  expect(await errorOf(db.blob('../../etc/passwd'))).toBe('NOT_FOUND');
});
