import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@tomograph/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLabels, withCaseNames } from './task-data.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tg-labels-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function labels(content: unknown) {
  const path = join(folder, 'labels.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return readLabels(path);
}

describe('a file of labels', () => {
  const spleen = { value: 1, snomed: null };
  test.each([
    ['names and values', { spleen: 1 }, { spleen }],
    ["nnU-Net's dataset.json", { labels: { background: 0, spleen: 1 }, file_ending: '.nii.gz' }, { spleen }],
    [
      'values with codes',
      { spleen: { value: 1, snomed: { code: '78961009', display: 'Spleen' } } },
      { spleen: { value: 1, snomed: { code: '78961009', display: 'Spleen' } } },
    ],
  ])('may be %s', async (_what, content, wanted) => {
    expect(await labels(content)).toEqual(wanted);
  });

  test.each([
    ['is not there', undefined],
    ['is not JSON', '{'],
    ['is a list', ['spleen']],
  ])('that %s is a wrong call', async (_what, content) => {
    const reading = content === undefined ? readLabels(join(folder, 'nowhere')) : labels(content);
    await expect(reading).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

test("a report speaks of cases by number; here the caller's own names are added", async () => {
  for (const part of ['labelsTr', 'labelsTs']) await mkdir(join(folder, 'data', part), { recursive: true });
  for (const name of ['labelsTr/b.nii.gz', 'labelsTr/a.nii.gz', 'labelsTs/c.nrrd', 'labelsTr/notes.txt'])
    await writeFile(join(folder, 'data', name), '');
  const error = new AppError('INVALID_ARGUMENT', { message: 'case 1: x; case 3: y; case 9: z' });
  const told = (await withCaseNames(error, join(folder, 'data'))) as AppError;
  expect(told.message).toBe('case 1 (a): x; case 3 (c): y; case 9: z');
  expect(told.code).toBe('INVALID_ARGUMENT');
  const other = new Error('something else');
  expect(await withCaseNames(other, folder)).toBe(other);
});
