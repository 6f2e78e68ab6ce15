import { newId, type Sha256, sha256 } from '@tomograph/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleStudy, type TestDatabase, testDatabase } from '../testing/index.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const system = () => database.systemDbBypassingViewer('test');
const count = async (table: string) =>
  (await database.query<{ n: number }>(`select count(*) as n from ${table}`))[0]!.n;

test('the same content twice is one study, and says that it was a duplicate', async () => {
  const projectId = await system().ensureProject('twice');
  const study = await sampleStudy(database.blobs, { projectId, seed: 'twice' });
  const first = await system().saveStudy(study);
  const before = await count('report_sentence');
  const second = await system().saveStudy(study);
  expect(first.duplicate).toBe(false);
  expect(second).toEqual({ ...first, duplicate: true });
  expect(await count('report_sentence')).toBe(before);
});

test('pixels known in the project are the same study under new study ids', async () => {
  const projectId = await system().ensureProject('re-exported');
  const study = await sampleStudy(database.blobs, { projectId, seed: 're-exported' });
  const first = await system().saveStudy(study);
  const other = await sampleStudy(database.blobs, { projectId, seed: 'other ids' });
  const again = await system().saveStudy({ ...study, subject: other.subject });
  expect(again).toMatchObject({ studyId: first.studyId, duplicate: true });
});

test('the same content in two projects is two studies', async () => {
  const studies = [];
  for (const name of ['project a', 'project b']) {
    const projectId = await system().ensureProject(name);
    const study = await sampleStudy(database.blobs, { projectId, seed: 'shared' });
    studies.push(await system().saveStudy(study));
  }
  expect(studies[0]!.studyId).not.toBe(studies[1]!.studyId);
  expect(studies.map((study) => study.duplicate)).toEqual([false, false]);
});

test('a study carries the modalities of all it holds, and a label that is no name', async () => {
  const projectId = await system().ensureProject('summary');
  const saved = await system().saveStudy(await sampleStudy(database.blobs, { projectId, seed: 'summary' }));
  const study = await system().study(saved.studyId);
  expect(study).toMatchObject({ modalities: ['CT', 'DX'], bodyPart: 'CHEST', sex: 'FEMALE', ageBand: 60 });
  expect(study.shiftedDay).toEqual(new Date('2021-03-04T00:00:00Z'));
  expect(study.label).toMatch(/^T-[0-9A-F]{6}$/);
});

test('a report is added to an existing study once, with its sentences in order', async () => {
  const projectId = await system().ensureProject('report later');
  const whole = await sampleStudy(database.blobs, { projectId, seed: 'report later' });
  const saved = await system().saveStudy({ ...whole, reports: [] });
  const report = { ...whole, subject: { studyId: saved.studyId }, series: [], xrays: [], blobs: [] };
  expect(await system().saveStudy(report)).toMatchObject({ studyId: saved.studyId, duplicate: false });
  const again = await system().saveStudy(report);
  expect(again).toMatchObject({ studyId: saved.studyId, duplicate: true });
  const sentences = await system().sentencesByReportIds(again.reportIds);
  expect(sentences.map((sentence) => sentence.text)).toEqual([
    'Small left pleural effusion.',
    'No pneumothorax.',
  ]);
  expect(sentences[1]).toMatchObject({ ordinal: 1, findingsPresent: [], findingsAbsent: ['pneumothorax'] });
});

test('two ingests of the same study at once make one', async () => {
  const projectId = await system().ensureProject('race');
  const study = await sampleStudy(database.blobs, { projectId, seed: 'race' });
  const saved = await Promise.all([1, 2, 3].map(() => system().saveStudy(study)));
  expect(new Set(saved.map((one) => one.studyId)).size).toBe(1);
  expect(saved.filter((one) => !one.duplicate)).toHaveLength(1);
});

test('nothing half-written remains when a save fails', async () => {
  const projectId = await system().ensureProject('broken');
  const study = await sampleStudy(database.blobs, { projectId, seed: 'broken' });
  const lost = sha256('never put') as Sha256;
  const broken = {
    ...study,
    series: [{ ...study.series[0]!, volumeBlob: lost }],
    blobs: [...study.blobs, { digest: lost, bytes: 3, mediaType: 'application/gzip' }],
  };
  const before = [await count('study'), await count('patient'), await count('blob')];
  await expect(system().saveStudy(broken)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect([await count('study'), await count('patient'), await count('blob')]).toEqual(before);
});

test('a blob that is named but not listed is refused', async () => {
  const projectId = await system().ensureProject('unlisted');
  const study = await sampleStudy(database.blobs, { projectId, seed: 'unlisted' });
  await expect(system().saveStudy({ ...study, blobs: [] })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
});

test('a study of another project cannot be added to', async () => {
  const projectId = await system().ensureProject('mine');
  const elsewhere = await system().ensureProject('theirs');
  const theirs = await sampleStudy(database.blobs, { projectId: elsewhere, seed: 'theirs' });
  const { studyId } = await system().saveStudy(theirs);
  const report = { ...theirs, projectId, subject: { studyId }, series: [], xrays: [], blobs: [] };
  await expect(system().saveStudy(report)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(system().saveStudy({ ...report, subject: { studyId: newId() } })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});
