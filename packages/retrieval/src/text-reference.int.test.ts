// The statements that answer text questions against a plain one that reads every sentence and its arrays: the same
// studies, sentences and scores in the same order, whatever is asked.
import { readFileSync } from 'node:fs';
import { type TestDatabase, testDatabase } from '@tomograph/data/testing';
import { Random } from '@tomograph/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filterValues } from './filter-values.js';
import { loadSql } from './load-sql.js';
import { addCases, addProject } from './testing/case-base.js';
import { textStatement, textWindow } from './text-channel.js';
import { readTextQuery } from './text-query.js';

const subjects = ['pleural effusion', 'emphysema', 'lung nodule', 'rib fracture', 'mass', 'scoliosis'];
const forms = [
  (what: string) => `There is ${what} on the right.`,
  (what: string) => `Small ${what} in the left upper lobe.`,
  (what: string) => `No ${what}.`,
  (what: string) => `${what} was not observed in the right lower lobe.`,
  (what: string) => `Possible ${what}.`,
  (what: string) => `Possible ${what} without pleural effusion.`,
  (what: string) => `${what} and emphysema, no mass.`,
];

let db: TestDatabase;
let project: string;
beforeAll(async () => {
  db = await testDatabase();
  project = await addProject(db);
  const random = new Random(7, 'text-reference');
  const reports = Array.from({ length: 300 }, () =>
    Array.from({ length: 1 + random.int(6) }, () => random.pick(forms)(random.pick(subjects))).join(' '),
  );
  await addCases(
    db,
    project,
    reports.map((report, at) => ({ report, sex: at % 2 === 0 ? 'MALE' : 'FEMALE' })),
  );
  await db.query('analyze');
});
afterAll(() => db.close());

const reference = readFileSync(new URL('./testing/rank-text-reference.sql', import.meta.url), 'utf8').replace(
  '{{> study-filter}}',
  loadSql('study-filter').trim(),
);

test.each([
  'pleural effusion',
  'no pleural effusion',
  'emphysema without pleural effusion',
  'nodule emphysema upper lobe',
  'possible nodule without effusion',
  'no nodule no effusion',
  'emphysema "upper lobe"',
  'effusion -right',
  'right',
  '"lower lobe" -mass',
  'no mass',
  'without fracture',
  'mass or scoliosis',
  'fracture',
  'kidney',
])('"%s" is answered as the plain statement answers it', async (text) => {
  const query = readTextQuery(text);
  const { wanted, excluded, terms, termsMust, typedWords } = query;
  for (const filter of [{}, { sex: ['MALE' as const] }, { finding: ['EMPHYSEMA'] }]) {
    const filters = filterValues({ projectIds: [project] }, filter);
    const plain = [wanted, excluded, terms, termsMust, textWindow, typedWords];
    const { statement, values } = textStatement(query);
    const found = await db.query(loadSql(statement), [...filters, ...values]);
    expect(found).toEqual(await db.query(reference, [...filters, ...plain]));
  }
});

test('a window cuts the weaker answers, and says how many there are', async () => {
  const query = readTextQuery('nodule emphysema effusion');
  const { statement, values } = textStatement(query);
  const filters = filterValues({ projectIds: [project] });
  const all = await db.query<{ studies: number }>(loadSql(statement), [...filters, ...values]);
  const few = await db.query(loadSql(statement), [
    ...filters,
    ...values.map((value) => (value === textWindow ? 7 : value)),
  ]);
  expect(few).toEqual(all.slice(0, 7));
  expect(all[0]!.studies).toBe(all.length);
});

test('claims follow their sentences: changed, and gone with the report', async () => {
  const [id] = await addCases(db, project, [{ report: 'Rib fracture. No emphysema.' }]);
  const claims = () =>
    db.query('select code, polarity from sentence_finding where study_id = $1 order by code', [id]);
  const before = await claims();
  expect(before).toHaveLength(2);
  await db.query(
    `update report_sentence set findings_present = '{MASS}', findings_absent = '{}' where study_id = $1`,
    [id],
  );
  expect(await claims()).toEqual([
    { code: 'MASS', polarity: 'PRESENT' },
    { code: 'MASS', polarity: 'PRESENT' },
  ]);
  await db.query('delete from report where study_id = $1', [id]);
  expect(await claims()).toEqual([]);
});
