import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LabelVolume, reorient, type Volume, writeNifti } from '@tomograph/imaging';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Preprocessing } from '../segment/base-grid.js';
import { ballBody } from '../testing/ball-cases.js';
import { prepareCase } from './training-case.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tg-case-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const preprocessing = { spacingMmXyz: [8, 8, 8] } as unknown as Preprocessing;
let written = 0;

async function prepare(image: Volume | Uint8Array, labels: LabelVolume | Uint8Array, known = [1, 2]) {
  const put = async (content: Volume | LabelVolume | Uint8Array) => {
    const path = join(folder, String(++written));
    await writeFile(path, content instanceof Uint8Array ? content : writeNifti(content));
    return path;
  };
  const request = { values: [2, 1], known, preprocessing };
  return prepareCase({ ...request, imagePath: await put(image), labelPath: await put(labels) });
}

const { volume, labels } = ballBody(1);

describe('a case to learn from', () => {
  test('comes out on the grid of the base, its labels as classes in the order asked for', async () => {
    const { problems, data, voxels } = await prepare(volume, labels);
    expect(problems).toEqual([]);
    expect(data!.size).toEqual([20, 20, 20]);
    expect(data!.image).toEqual(volume.voxels);
    expect(data!.labels).toEqual(Uint8Array.from(labels.voxels, (value) => [0, 2, 1][value]!));
    expect(voxels[0]).toBe(labels.voxels.filter((value) => value === 2).length);
  });

  test('may be stored in another order of axes: it is turned', async () => {
    const turned = await prepare(reorient(volume, 'SAR'), reorient(labels, 'SAR'));
    expect(turned.data).toEqual((await prepare(volume, labels)).data);
  });

  test('that is finer than the base is shrunk with it, image and labels alike', async () => {
    const finer = { ...preprocessing, spacingMmXyz: [16, 16, 16] } as unknown as Preprocessing;
    const request = { values: [1], known: [1, 2], preprocessing: finer };
    const paths = { imagePath: join(folder, 'i'), labelPath: join(folder, 'l') };
    await writeFile(paths.imagePath, writeNifti(volume));
    await writeFile(paths.labelPath, writeNifti(labels));
    const { data, notes } = await prepareCase({ ...request, ...paths });
    expect(data!.size).toEqual([10, 10, 10]);
    expect(data!.labels).toContain(1);
    expect(notes).toEqual([]);
  });

  test('that is coarser than the base is taken with a note', async () => {
    const finer = { ...preprocessing, spacingMmXyz: [4, 4, 4] } as unknown as Preprocessing;
    const paths = { imagePath: join(folder, 'ci'), labelPath: join(folder, 'cl') };
    await writeFile(paths.imagePath, writeNifti(volume));
    await writeFile(paths.labelPath, writeNifti(labels));
    const { notes } = await prepareCase({ values: [1], known: [1, 2], preprocessing: finer, ...paths });
    expect(notes).toEqual([
      "voxels of 8.00 × 8.00 × 8.00 mm are coarser than the base's 4.00 × 4.00 × 4.00 mm",
    ]);
  });

  const moved = (at: number, by: number): LabelVolume => ({
    ...labels,
    affine: labels.affine.map((value, i) => (i === at ? value + by : value)),
  });
  const withoutOrientation = (bytes: Uint8Array): Uint8Array => {
    const copy = bytes.slice();
    new DataView(copy.buffer).setInt32(252, 0, true); // qform and sform codes
    return copy;
  };
  test.each<[string, Volume | Uint8Array, LabelVolume | Uint8Array, string, RegExp]>([
    [
      'without air',
      { ...volume, voxels: volume.voxels.map((hu) => Math.max(hu, 0)) },
      labels,
      'INVALID_ARGUMENT',
      /no voxel is below -200 HU/,
    ],
    [
      'whose label map lies elsewhere',
      volume,
      moved(3, 40),
      'GEOMETRY_UNSUPPORTED',
      /same size as its image, but another/,
    ],
    [
      'whose label map is mirrored',
      volume,
      { ...reorient(labels, 'RPS'), affine: labels.affine.map((v, i) => (i === 0 ? -v : v)) },
      'GEOMETRY_UNSUPPORTED',
      /another orientation or position/,
    ],
    [
      'whose label map has another spacing',
      volume,
      moved(0, 1),
      'GEOMETRY_UNSUPPORTED',
      /grid 20×20×20 at 9\.00 × 8\.00 × 8\.00 mm, its image has 20×20×20 at 8\.00/,
    ],
    [
      'whose label map is another size',
      volume,
      { ...labels, size: [20, 20, 10], voxels: labels.voxels.slice(0, 4000) },
      'GEOMETRY_UNSUPPORTED',
      /grid 20×20×10/,
    ],
    [
      'whose header gives no orientation',
      withoutOrientation(writeNifti(volume)),
      labels,
      'GEOMETRY_UNSUPPORTED',
      /left and right are not known/,
    ],
    [
      'with fractions for labels',
      volume,
      writeNifti({ ...volume, voxels: volume.voxels }),
      'FORMAT_UNSUPPORTED',
      /label map: label values must be whole numbers/,
    ],
    [
      'that is cut short',
      writeNifti(volume).subarray(0, 5000),
      labels,
      'FORMAT_CORRUPT',
      /image: NIfTI voxels end/,
    ],
    [
      'that is no image',
      new TextEncoder().encode('hello there, this is no image at all'),
      labels,
      'FORMAT_UNKNOWN',
      /image: neither NIfTI/,
    ],
  ])('%s is refused, and the report says why', async (_what, image, map, code, words) => {
    const { problems, data } = await prepare(image, map);
    expect(data).toBeUndefined();
    expect(problems).toContainEqual({ code, message: expect.stringMatching(words) });
  });

  test('with values that nothing explains is refused, and they are named', async () => {
    const { problems } = await prepare(volume, labels, [1]);
    expect(problems).toEqual([
      { code: 'INVALID_ARGUMENT', message: 'label map: holds the values 2, which nothing explains' },
    ]);
  });

  test('with several faults is told all of them', async () => {
    const { problems } = await prepare(
      { ...volume, voxels: volume.voxels.map((hu) => Math.max(hu, 0)) },
      moved(3, 40),
      [1],
    );
    expect(problems).toHaveLength(3);
  });
});
