import { readFileSync } from 'node:fs';
import { testDatabase } from '@tomograph/data/testing';
import { newId } from '@tomograph/kernel';
import { expect, test, vi } from 'vitest';
import { searchCases } from './index.js';
import { addCase, addProject, addSpace } from './testing/case-base.js';

test('the example of the README runs as it is printed there', async () => {
  await using db = await testDatabase();
  const projectId = await addProject(db);
  const report = 'Severe emphysema. No pleural effusion.';
  const studyId = await addCase(db, projectId, { ageBand: 60, report });
  const vector = Float32Array.of(0.6, 0.8);
  const subject = { subjectKind: 'SERIES' as const, subjectId: newId<string>(), part: 'AP' };
  const space = await addSpace(db, { width: 2, rows: [{ projectId, studyId, ...subject, vector }] });
  const viewer = { projectIds: [projectId] };
  const printed = vi.spyOn(console, 'log').mockImplementation(() => {});
  // --- README
  const page = await searchCases(db, viewer, {
    text: 'emphysema without pleural effusion',
    vectors: [{ spaceId: space.id, width: space.width, vector, part: 'AP' }],
    filter: { modality: ['CT'], ageBand: [60, 70] },
    first: 10,
  });
  for (const hit of page.hits) {
    const reasons = hit.why.map((why) => `${why.channel} #${why.rank} ${why.sentence?.text ?? ''}`);
    console.log(hit.studyId, hit.score.toFixed(4), reasons.join('; '));
  }
  console.log(page.channels, page.shortfall, page.queryFindings);
  const next = page.pageInfo.endCursor; // the next page: { ...request, after: next }
  // --- README
  expect(printed.mock.calls[0]).toEqual([studyId, '0.0328', 'TEXT #1 Severe emphysema.; IMAGE #1 ']);
  printed.mockRestore();
  expect(next).toBe(page.hits[0]!.cursor);
  const own = readFileSync(new URL(import.meta.url), 'utf8').split('  // --- README\n')[1]!;
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(own.replace(/^ {2}/gm, '').trim());
});
