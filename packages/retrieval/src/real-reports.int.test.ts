// Reality check on 300 real chest-CT reports with 18 labels each (CT-RATE, evaluation only), where they are present.
// The labels were made by others, on whole reports: they judge the answers, the sentence reader never saw them here.
import { readFileSync } from 'node:fs';
import { type TestDatabase, testDatabase } from '@tomograph/data/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedData } from '../../../tests/shared-data.js';
import { searchCases } from './search-cases.js';
import { addCases, addProject } from './testing/case-base.js';

const file = sharedData('reports_ctrate_labels', 'train.csv');

describe.skipIf(file === undefined)(
  '300 real reports (skipped without ../shared/data/reports_ctrate_labels)',
  () => {
    let db: TestDatabase;
    let project: string;
    const labelsOf = new Map<string, Record<string, string>>();

    beforeAll(async () => {
      db = await testDatabase();
      project = await addProject(db);
      const rows = readCsv(readFileSync(file!, 'utf8')).slice(0, 300);
      const ids = await addCases(
        db,
        project,
        rows.map((row) => ({ report: row.report_text! })),
      );
      ids.forEach((id, i) => {
        labelsOf.set(id, rows[i]!);
      });
    }, 60_000);
    afterAll(() => db.close());

    async function searchAll(text: string) {
      const hits = [];
      let after: string | null = null;
      do {
        const page = await searchCases(db, { projectIds: [project] }, { text, first: 100, after });
        hits.push(...page.hits);
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      return hits;
    }

    // as people type them, with the label that the report must carry
    const questions: [string, string, RegExp][] = [
      ['pleural effusion', 'Pleural effusion', /effusion|hydrothora|pleural fluid/i],
      ['pericardial effusion', 'Pericardial effusion', /pericardi/i],
      ['emphysema', 'Emphysema', /emphysem|bulla|bleb/i],
      ['bronchiectasis', 'Bronchiectasis', /bronch/i],
      ['consolidation', 'Consolidation', /consolidat|infiltrat|pneumon/i],
      ['hiatal hernia', 'Hiatal hernia', /hernia/i],
      ['cardiomegaly', 'Cardiomegaly', /heart|cardi/i],
      ['atelectasis', 'Atelectasis', /atelecta|volume loss|collaps/i],
    ];

    test.each(questions)(
      '"%s": the labels agree and no sentence shown denies it',
      async (text, label, words) => {
        const hits = await searchAll(text);
        const labelled = [...labelsOf.values()].filter((row) => row[label] === '1').length;
        const right = hits.filter(({ studyId }) => labelsOf.get(studyId)![label] === '1').length;
        const found = `${text}: ${hits.length} found, ${right} labelled so, of ${labelled} that are`;
        console.log(found);
        expect(right / hits.length, found).toBeGreaterThanOrEqual(0.8);
        expect(right / labelled, found).toBeGreaterThanOrEqual(0.8);
        for (const { why } of hits) {
          const sentence = why[0]!.sentence!.text;
          expect(sentence).toMatch(words);
          expect(deniesPlainly(sentence, words), sentence).toBe(false);
          expect(why[0]!.highlights.length, sentence).toBeGreaterThan(0);
        }
      },
    );

    test.each(questions)(
      '"no %s": every sentence shown denies it, no report labelled with it comes',
      async (text, label) => {
        const hits = await searchAll(`no ${text}`);
        const wrong = hits.filter(({ studyId }) => labelsOf.get(studyId)![label] === '1').length;
        console.log(`no ${text}: ${hits.length} found, ${wrong} labelled with it`);
        expect(wrong / Math.max(1, hits.length)).toBeLessThanOrEqual(0.03);
        for (const { why } of hits) {
          expect(why[0]!.sentence!.text).toMatch(/\b(no|not|without|normal|free|absent|nor|none)\b/i);
        }
      },
    );

    test('words beyond the vocabulary: sentences that deny them are not shown', async () => {
      const hits = await searchAll('space-occupying lesion');
      for (const { why } of hits) {
        expect(deniesPlainly(why[0]!.sentence!.text, /occupying/i), why[0]!.sentence!.text).toBe(false);
      }
      const denied = await searchAll('no space-occupying lesion');
      expect(denied.length).toBeGreaterThan(50);
    });
  },
);

/** A second, cruder opinion than the one under test: "no … X", "without … X", "X … was not …" in one clause. */
function deniesPlainly(sentence: string, words: RegExp): boolean {
  return sentence.split(/[.;:]|\bbut\b|\bhowever\b|, (?=there)/i).every((clause) => {
    const x = words.source;
    if (!words.test(clause)) return true;
    return (
      new RegExp(`\\b(no|without) (\\w+[ ,-]+){0,2}(${x})`, 'i').test(clause) ||
      new RegExp(`(${x})[\\w -]{0,20} (was|were|is|are) not (observed|detected|seen)`, 'i').test(clause)
    );
  });
}

/** Comma-separated values with quoted fields; the first line names the columns. */
function readCsv(text: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== ',') rows.push([]);
  }
  const [names = [], ...records] = rows.filter((row) => row.length > 1);
  return records.map((record) => Object.fromEntries(names.map((name, i) => [name, record[i] ?? ''])));
}
