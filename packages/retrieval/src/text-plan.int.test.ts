import { type TestDatabase, testDatabase } from '@tomograph/data/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filterValues } from './filter-values.js';
import { loadSql } from './load-sql.js';
import { addCases, addProject } from './testing/case-base.js';
import { textStatement } from './text-channel.js';
import { readTextQuery } from './text-query.js';

let db: TestDatabase;
let project: string;

beforeAll(async () => {
  db = await testDatabase();
  project = await addProject(db);
  const reports = Array.from({ length: 60 }, (_, i) =>
    Array.from({ length: 60 }, (_, j) => `Sentence ${i} ${j} of the lung.`).join(' '),
  );
  reports.push('Possible pneumothorax. No emphysema. Zebra sign.');
  await addCases(
    db,
    project,
    reports.map((report) => ({ report })),
  );
  await db.query('analyze');
});
afterAll(() => db.close());

test.each([
  'pneumothorax',
  'no emphysema',
  'zebra sign',
  'no zebra sign',
  'emphysema "zebra sign"',
  'bone without ascites',
])('EXPLAIN: "%s" has an index for every step that reads sentences', async (text) => {
  const { statement, values } = textStatement(readTextQuery(text));
  // a few thousand sentences are read as quickly without an index: what counts is that every step has one
  const rows = await db.transaction(async (tx) => {
    await tx.query("select set_config('enable_seqscan', 'off', true)");
    return tx.query<{ 'QUERY PLAN': string }>(`explain ${loadSql(statement)}`, [
      ...filterValues({ projectIds: [project] }),
      ...values,
    ]);
  });
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).not.toMatch(/Seq Scan on (report_sentence|sentence_finding)/);
  expect(plan).toMatch(/sentence_finding_(code_idx|pkey)|report_sentence_(affirmed|search)_idx/);
});
