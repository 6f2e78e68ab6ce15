import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceFile } from '@tomograph/imaging';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDataset } from './dataset.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tg-dataset-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let written = 0;
/** Files by name; a value is the content, the others are never opened. */
async function filesOf(
  names: readonly string[],
  description?: object | string,
): Promise<{ files: SourceFile[]; refused: [] }> {
  const files = names.map((name) => ({ name, path: '/nowhere', bytes: 1, isAlone: false }));
  if (description === undefined) return { files, refused: [] };
  const path = join(folder, `${++written}.json`);
  const text = typeof description === 'string' ? description : JSON.stringify(description);
  await writeFile(path, text);
  const root = names[0]!.replace(/images.*/, '');
  return {
    files: [...files, { name: `${root}dataset.json`, path, bytes: text.length, isAlone: false }],
    refused: [],
  };
}

const pair = (key: string, root = '') => [
  `${root}imagesTr/${key}_0000.nii.gz`,
  `${root}labelsTr/${key}.nii.gz`,
];
const nnUnet = {
  channel_names: { 0: 'CT' },
  labels: { background: 0, liver: 1, spleen: 2 },
  file_ending: '.nii.gz',
};

describe("a data set in nnU-Net's layout", () => {
  test('pairs images and label maps by name, in the order of names, and knows codes of usual structures', async () => {
    const found = await readDataset(await filesOf([...pair('b'), ...pair('a')], nnUnet), undefined);
    expect(found.cases.map(({ number, image, isTest }) => [number, image.name, isTest])).toEqual([
      [1, 'imagesTr/a_0000.nii.gz', false],
      [2, 'imagesTr/b_0000.nii.gz', false],
    ]);
    expect(found.labels).toEqual([
      { name: 'liver', value: 1, snomed: { code: '10200004', display: 'Liver' } },
      { name: 'spleen', value: 2, snomed: { code: '78961009', display: 'Spleen' } },
    ]);
    expect([...found.known]).toEqual([1, 2]);
  });

  test('may lie in a zip and below a folder of its own', async () => {
    const root = 'upload.zip/Dataset009_Spleen/';
    const found = await readDataset(await filesOf(pair('a', root), nnUnet), undefined);
    expect(found.cases).toHaveLength(1);
  });

  test('of the Decathlon, with images without channel number and labels by value, is read too', async () => {
    const msd = { modality: { 0: 'CT' }, labels: { 0: 'background', 1: 'spleen' } };
    const names = ['imagesTr/spleen_2.nii.gz', 'labelsTr/spleen_2.nii.gz'];
    const found = await readDataset(await filesOf(names, msd), undefined);
    expect(found.labels.map(({ name, value }) => [name, value])).toEqual([['spleen', 1]]);
  });

  test('tests on imagesTs where they have labels, and leaves them alone where not', async () => {
    const test = ['imagesTs/t_0000.nii.gz', 'labelsTs/t.nii.gz', 'imagesTs/u_0000.nii.gz'];
    const found = await readDataset(await filesOf([...pair('z'), ...test], nnUnet), undefined);
    expect(found.cases.map(({ isTest }) => isTest)).toEqual([false, true]);
  });

  test('teaches only the structures that were asked for; the others stay known, as background', async () => {
    const wanted = { milz: { value: 2, snomed: null } };
    const found = await readDataset(await filesOf(pair('a'), nnUnet), wanted);
    expect(found.labels).toEqual([{ name: 'milz', value: 2, snomed: null }]);
    expect([...found.known].sort()).toEqual([1, 2]);
  });

  test.each<[string, readonly string[], object | string | undefined, RegExp]>([
    ['has no imagesTr', ['images/a.nii.gz'], nnUnet, /no folder imagesTr/],
    ['is two data sets', [...pair('a', 'x/'), ...pair('b', 'y/')], undefined, /2 folders imagesTr/],
    ['does not say what labels mean', pair('a'), undefined, /says nowhere what the labels mean/],
    ['has a dataset.json that is no JSON', pair('a'), '{', /dataset\.json is not the JSON/],
    ['is of MR', pair('a'), { ...nnUnet, channel_names: { 0: 'T2' } }, /images are T2: tasks are for CT/],
    [
      'has several channels',
      pair('a'),
      { ...nnUnet, channel_names: { 0: 'CT', 1: 'PET' } },
      /images are CT, PET/,
    ],
    ['has a case of two images', [...pair('a'), 'imagesTr/a_0001.nii.gz'], nnUnet, /a case has 2 images/],
    [
      'has images without labels',
      [...pair('a'), 'imagesTr/b_0000.nii.gz'],
      nnUnet,
      /1 of the images in imagesTr have no/,
    ],
    ['has regions', pair('a'), { labels: { background: 0, whole: [1, 2] } }, /region of several values/],
    ['has a value twice', pair('a'), { labels: { a: 1, b: 1 } }, /two structures have the same value/],
    ['has values beyond 16 bits', pair('a'), { labels: { a: 70_000 } }, /expected 0 to 65535/],
  ])('that %s is refused in words', async (_what, names, description, words) => {
    const collected = await filesOf(names, description);
    await expect(readDataset(collected, undefined)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(words),
    });
  });
});
