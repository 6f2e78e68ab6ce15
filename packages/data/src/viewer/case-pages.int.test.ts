import type { ProjectId } from '@tomograph/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleStudy, type TestDatabase, testDatabase } from '../testing/index.js';
import type { CaseFilter } from './case-reads.js';
import type { ViewerDb } from './viewer-db.js';

let database: TestDatabase;
let db: ViewerDb;
let labels: string[]; // newest first

const count = 7;
beforeAll(async () => {
  database = await testDatabase();
  const system = database.systemDbBypassingViewer('test');
  const projectId: ProjectId = await system.ensureProject('pages');
  for (let i = 0; i < count; i++) {
    const study = await sampleStudy(database.blobs, { projectId, seed: `page ${i}` });
    const subject = {
      patientKey: `p${i}`,
      studyKey: `${i}00000aa`,
      sex: i % 2 === 0 ? ('FEMALE' as const) : ('MALE' as const),
      ageBand: i * 10,
      shiftedDay: `2021-01-0${i + 1}`,
    };
    await system.saveStudy({
      ...study,
      subject,
      isDemo: i === 6,
      bodyPart: i === 5 ? 'ABDOMEN' : 'CHEST',
      series: i === 4 ? [] : study.series,
      reports: i === 3 ? [] : study.reports,
    });
  }
  // two of the same moment: the id decides
  await database.query(
    "update study set created_at = timestamptz '2021-01-01' where label in ('T-000000', 'T-100000')",
  );
  db = database.viewer({ name: 'tg_test', role: 'READER', projectIds: [projectId], keyId: null });
  labels = (await db.cases({ first: 100 })).edges.map((edge) => edge.node.label);
});
afterAll(() => database.close());

test('pages forward give every case once, newest first', async () => {
  const seen: string[] = [];
  let after: string | null = null;
  for (;;) {
    const page = await db.cases({ first: 3, after });
    seen.push(...page.edges.map((edge) => edge.node.label));
    expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
    after = page.pageInfo.endCursor;
    if (!page.pageInfo.hasNextPage) break;
  }
  expect(seen).toEqual(labels);
  expect(new Set(seen).size).toBe(count);
});

test('pages backward give the same cases in the same order', async () => {
  const seen: string[] = [];
  let before: string | null = null;
  for (;;) {
    const page = await db.cases({ last: 2, before });
    seen.unshift(...page.edges.map((edge) => edge.node.label));
    before = page.pageInfo.startCursor;
    if (!page.pageInfo.hasPreviousPage) break;
  }
  expect(seen).toEqual(labels);
});

test('a case that arrives meanwhile moves nothing', async () => {
  const first = await db.cases({ first: 2 });
  const [study] = await database.query<{ id: string }>("select id from study where label = 'T-200000'");
  await database.query("update study set created_at = now() + interval '1 hour' where id = $1", [study!.id]);
  const second = await db.cases({ first: 2, after: first.pageInfo.endCursor });
  expect(second.edges.map((edge) => edge.node.label)).toEqual(labels.slice(2, 4));
  await database.query("update study set created_at = timestamptz '2021-01-02' where id = $1", [study!.id]);
});

const filters: [string, CaseFilter, number[]][] = [
  ['modality', { modality: ['CT'] }, [0, 1, 2, 3, 5, 6]],
  ['body part', { bodyPart: ['ABDOMEN', 'PELVIS'] }, [5]],
  ['sex', { sex: ['MALE'] }, [1, 3, 5]],
  ['age band', { ageBand: [0, 30] }, [0, 3]],
  ['days, both ends included', { from: new Date('2021-01-02'), to: new Date('2021-01-04') }, [1, 2, 3]],
  ['a finding that is present', { finding: ['pleural-effusion'] }, [0, 1, 2, 4, 5, 6]],
  ['a finding that is only denied', { finding: ['pneumothorax'] }, []],
  ['demo', { demo: true }, [6]],
  ['not demo', { demo: false }, [0, 1, 2, 3, 4, 5]],
  ['several at once', { sex: ['FEMALE'], modality: ['CT'], demo: false }, [0, 2]],
];
for (const [name, filter, expected] of filters) {
  test(`filters by ${name}`, async () => {
    const page = await db.cases({ first: 100 }, filter);
    const found = page.edges.map((edge) => Number(edge.node.label[2])).sort();
    expect(found).toEqual(expected);
    expect(await db.countCases(filter)).toBe(expected.length);
  });
}

test('a page outside 1 to 100, two directions or a foreign cursor is refused', async () => {
  await expect(db.cases({ first: 0 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await expect(db.cases({ first: 101 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await expect(db.cases({ first: 2, last: 2 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await expect(db.cases({ first: 2, after: 'nonsense' })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
});

test('a page of cases is a fixed number of statements, however many cases it holds', async () => {
  const statements: string[] = [];
  const end = database.observeSql((text) => statements.push(text));
  await db.cases({ first: 1 });
  const few = statements.splice(0).length;
  await db.cases({ first: 100 });
  end();
  expect(statements.length).toBe(few);
  expect(few).toBeLessThanOrEqual(3);
});
