import { describe, expect, it } from 'vitest';
import { collectRows, type ExportRow, maxExportRows, studyIdOf, toCsv, toJsonLines } from './export-rows';

const uuid = '5eda24f5-cd70-4f25-be59-40bf8f7ca34a';
const caseId = Buffer.from(`Case:${uuid}`).toString('base64url');

function pages(count: number, size: number) {
  const asked: (string | undefined)[] = [];
  const fetchPage = async (after: string | undefined) => {
    asked.push(after);
    const start = Number(after ?? 0);
    const length = Math.min(size, count - start);
    const edges = Array.from({ length }, (_, i) => ({
      score: 1 / (start + i + 1),
      node: { id: caseId, label: `T-${start + i}` },
    }));
    const end = start + length;
    return { edges, pageInfo: { hasNextPage: end < count, endCursor: String(end) } };
  };
  return { fetchPage, asked };
}

describe('collecting', () => {
  it('walks every page once, from the first, and counts ranks on', async () => {
    const { fetchPage, asked } = pages(5, 2);
    const { rows, isComplete } = await collectRows(fetchPage);
    expect(asked).toEqual([undefined, '2', '4']);
    expect(rows.map(({ rank, label }) => [rank, label])).toEqual(
      [0, 1, 2, 3, 4].map((i) => [i + 1, `T-${i}`]),
    );
    expect(isComplete).toBe(true);
  });

  it('stops at the cap and says that there is more', async () => {
    const { rows, isComplete } = await collectRows(pages(maxExportRows + 1, 100).fetchPage);
    expect(rows).toHaveLength(maxExportRows);
    expect(isComplete).toBe(false);
  });

  it('calls a list that ends exactly at the cap complete', async () => {
    expect((await collectRows(pages(maxExportRows, 100).fetchPage)).isComplete).toBe(true);
  });

  it('is empty for no case at all', async () => {
    expect(await collectRows(pages(0, 100).fetchPage)).toEqual({ rows: [], isComplete: true });
  });
});

describe('ids', () => {
  it('are those of the command line', () => expect(studyIdOf(caseId)).toBe(uuid));
  it('that look otherwise are passed on as they are', () => {
    for (const id of ['', 'not base64 !', Buffer.from('Job:1').toString('base64url')]) {
      expect(studyIdOf(id)).toBe(id);
    }
  });
});

describe('files', () => {
  const row: ExportRow = { rank: 1, studyId: uuid, label: 'T-DDA6AF', score: 0.0164 };
  it('hold one JSON object a line', () => {
    const lines = toJsonLines([row, { ...row, rank: 2, score: undefined }])
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      row,
      { rank: 2, studyId: uuid, label: 'T-DDA6AF' },
    ]);
    expect(toJsonLines([])).toBe('');
  });

  it('are CSV with a header, also without a row', () => {
    expect(toCsv([row])).toBe(`rank,studyId,label,score\r\n1,${uuid},T-DDA6AF,0.0164\r\n`);
    expect(toCsv([])).toBe('rank,studyId,label,score\r\n');
  });

  it('quote what would break a row and disarm what a spreadsheet would run', () => {
    expect(toCsv([{ ...row, label: 'a,"b"\n' }])).toContain(',"a,""b""\n",');
    expect(toCsv([{ ...row, label: '=1+1' }])).toContain(",'=1+1,");
  });
});
