import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CtItem, decodePng, type LabelItem, readInput, type XrayItem } from '@tomograph/imaging';
import { manifestOf, render, renderXray } from '@tomograph/phantom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePhantom } from './write-phantom.js';

const key = new Uint8Array(32).fill(3);
const options = { size: [24, 20, 28] } as const;
const phantom = render(7, options);
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phantom-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const differences = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, v, i) => sum + Math.abs(v - b[i]!), 0);

describe('a phantom as NIfTI and PNG', () => {
  it('is every file that the list says, with progress up to 1 and the digests of the arrays', async () => {
    const directory = join(folder, 'plain');
    const shares: number[] = [];
    const { files, manifest } = await writePhantom(7, options, directory, (share) => shares.push(share));
    expect((await readdir(directory)).sort()).toEqual([...files].sort());
    expect(files).toEqual(
      expect.arrayContaining(['ct.nii.gz', 'labels.nii.gz', 'xray-ap.png', 'truth.json']),
    );
    expect(shares.at(-1)).toBe(1);
    expect(manifest).toEqual(manifestOf(phantom));
    const truth = JSON.parse(await readFile(join(directory, 'truth.json'), 'utf8')) as {
      report: { text: string };
    };
    expect(truth.report.text).toBe(await readFile(join(directory, 'report.txt'), 'utf8'));
  });

  it('reads back with the same voxels, grid, labels and pixels', async () => {
    const directory = join(folder, 'plain');
    const ct = (await readInput(join(directory, 'ct.nii.gz'), { key })).items[0] as CtItem;
    expect(ct.volume.size).toEqual(phantom.volume.size);
    expect(differences(ct.volume.voxels, phantom.volume.voxels)).toBe(0);
    expect(differences(ct.volume.affine, phantom.volume.affine)).toBeLessThan(1e-3);
    const labels = (await readInput(join(directory, 'labels.nii.gz'), { key })).items[0] as LabelItem;
    expect(labels.kind).toBe('LABEL');
    expect(differences(labels.labels.voxels, phantom.labels.voxels)).toBe(0);
    const { display } = renderXray(phantom, { view: 'AP', width: 512, height: 512 });
    const png = await decodePng(new Uint8Array(await readFile(join(directory, 'xray-ap.png'))));
    const largest = png.pixels.reduce((m, v, i) => Math.max(m, Math.abs(v - display.pixels[i]!)), 0);
    expect(largest).toBeLessThanOrEqual(0.5 / 255 + 1e-6);
  });
});

describe('a phantom as DICOM', () => {
  it('takes the place of the NIfTI and PNG files that an earlier call left', async () => {
    const directory = join(folder, 'plain');
    const { files } = await writePhantom(7, { ...options, dicom: true }, directory);
    expect(files.filter((file) => file.startsWith('series/'))).toHaveLength(28);
    const entries = await readdir(directory);
    expect(entries).toEqual(
      expect.arrayContaining(['series', 'xray-ap.dcm', 'xray-lateral.dcm', 'labels.nii.gz']),
    );
    expect(entries).not.toContain('ct.nii.gz');
    expect(entries).not.toContain('xray-ap.png');
  });

  it('reads back as one CT of the same HU and two X-rays with their views', async () => {
    const { items, refused } = await readInput(join(folder, 'plain', 'series'), { key });
    expect(refused).toEqual([]);
    const ct = items[0] as CtItem;
    expect([items.length, ct.facts.modality]).toEqual([1, 'CT']);
    expect(differences(ct.volume.voxels, phantom.volume.voxels)).toBe(0);
    expect(differences(ct.volume.affine, phantom.volume.affine)).toBeLessThan(1e-3);
    for (const view of ['AP', 'LATERAL'] as const) {
      const film = await readInput(join(folder, 'plain', `xray-${view.toLowerCase()}.dcm`), { key });
      expect(film.refused).toEqual([]);
      expect((film.items[0] as XrayItem).view).toBe(view);
    }
  });
});

describe('a folder that is not fit', () => {
  it('is refused when it holds something else, and nothing in it is touched', async () => {
    const directory = join(folder, 'plain');
    await writeFile(join(directory, 'mine.txt'), 'keep');
    await expect(writePhantom(7, options, directory)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await readdir(directory)).toContain('series');
  });

  it('is refused when the path is a file', async () => {
    const path = join(folder, 'plain', 'mine.txt');
    await expect(writePhantom(7, options, path)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
