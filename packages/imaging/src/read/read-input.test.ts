// The door itself: archives and folders that want to harm, pictures, labels, digests, cancelling.
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ctSlice } from '../../../../tests/dicom-fixture.js';
import { writeNifti } from '../nifti/write-nifti.js';
import { readInput } from './read-input.js';
import type { CtItem, LabelItem, ReadResult, XrayItem } from './result.js';

const key = new Uint8Array(32).fill(3);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imaging-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function readFile(name: string, bytes: Uint8Array, limits = {}): Promise<ReadResult> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return readInput(path, { key, limits });
}

const slices = (): Zippable =>
  Object.fromEntries(
    [1, 2, 3].map((k) => [`study/${k}.dcm`, ctSlice({ instance: k, position: [0, 0, 4 * k] })]),
  );

describe('a zip', () => {
  it('gives the same study as the folder it was made of', async () => {
    const zipped = await readFile('a.zip', zipSync(slices()));
    const path = join(folder, 'unzipped');
    await mkdir(path);
    for (const [name, bytes] of Object.entries(slices()))
      await writeFile(join(path, name.slice(6)), bytes as Uint8Array);
    const plain = await readInput(path, { key });
    expect(zipped.refused).toEqual([]);
    expect(zipped.items[0]!.digest).toBe(plain.items[0]!.digest);
    expect(zipped.items[0]!.sources).toEqual(['a.zip/study/1.dcm', 'a.zip/study/2.dcm', 'a.zip/study/3.dcm']);
  });

  it.each([
    '../out.dcm',
    '/etc/out.dcm',
    'a/../../out.dcm',
    'C:\\out.dcm',
    '..\\out.dcm',
    '%2e%2e/out.dcm',
    '%252e%252e/x',
    'a\0b',
  ])('refuses the entry %j and reads the others', async (name) => {
    const { items, refused } = await readFile('slip.zip', zipSync({ ...slices(), [name]: ctSlice() }));
    expect(items).toHaveLength(1);
    expect(refused).toMatchObject([
      { code: 'FORMAT_UNSUPPORTED', message: expect.stringMatching(/leads out/) },
    ]);
  });

  it('refuses links and zips inside', async () => {
    const link: Zippable[string] = [
      new TextEncoder().encode('/etc/passwd'),
      { os: 3, attrs: 0o120777 << 16 },
    ];
    const { items, refused } = await readFile(
      'link.zip',
      zipSync({ ...slices(), link, 'in.zip': zipSync(slices()) }),
    );
    expect(items).toHaveLength(1);
    expect(refused.map((one) => one.message).sort()).toEqual([
      'a link inside an archive',
      'an archive inside an archive, which is not unpacked',
    ]);
  });

  it('stops at the caps on ratio, bytes and entries', async () => {
    const bomb = zipSync({ zeros: new Uint8Array(64 << 20) }, { level: 9 });
    const tight = { ratioFloorBytes: 1 << 20 };
    expect((await readFile('bomb.zip', bomb, tight)).refused).toMatchObject([{ code: 'LIMIT_EXCEEDED' }]);
    expect((await readFile('big.zip', bomb, { maxTotalBytes: 1 << 20 })).refused).toMatchObject([
      { code: 'LIMIT_EXCEEDED' },
    ]);
    expect((await readFile('many.zip', zipSync(slices()), { maxEntries: 2 })).refused).toMatchObject([
      { code: 'LIMIT_EXCEEDED' },
    ]);
  });

  it('counts real bytes: a forged size is refused', async () => {
    const bytes = zipSync({ zeros: new Uint8Array(1 << 16) });
    const at = Buffer.from(bytes).lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(at + 24, 10, true);
    expect((await readFile('forged.zip', bytes)).refused).toMatchObject([{ code: 'FORMAT_CORRUPT' }]);
  });

  it('is refused when cut anywhere', async () => {
    const whole = zipSync(slices());
    for (let end = 4; end < whole.length; end += 97) {
      const { items, refused } = await readFile('cut.zip', whole.subarray(0, end));
      expect(items).toEqual([]);
      expect(refused[0]!.code).toMatch(/^FORMAT_/);
    }
  });
});

describe('a folder', () => {
  it('does not follow links', async () => {
    const path = join(folder, 'links');
    await mkdir(path);
    await symlink('/etc/passwd', join(path, 'link'));
    const { items, refused } = await readInput(path, { key });
    expect(items).toEqual([]);
    expect(refused).toMatchObject([{ source: 'link', code: 'FORMAT_UNSUPPORTED' }]);
  });

  it('that does not exist is NOT_FOUND, without naming the path', async () => {
    const failure = readInput(join(folder, 'nothing-here'), { key });
    await expect(failure).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(failure).rejects.not.toThrow(/nothing-here/);
  });
});

describe('a picture', () => {
  const grey = Buffer.from(Array.from({ length: 64 }, (_, i) => i * 4));
  const raw = { raw: { width: 8, height: 8, channels: 1 as const } };

  it('is read as an X-ray in [0, 1], 8 and 16 bits deep', async () => {
    const eight = await sharp(grey, raw).png().toBuffer();
    const image = (await readFile('a.png', eight)).items[0] as XrayItem;
    expect([image.image.width, image.image.height, image.view]).toEqual([8, 8, 'UNKNOWN']);
    expect(image.image.pixels[63]).toBeCloseTo(252 / 255, 2);
    const sixteen = await sharp(grey, raw).toColourspace('grey16').png().toBuffer();
    const deep = (await readFile('b.png', sixteen)).items[0] as XrayItem;
    expect(deep.image.pixels[63]).toBeCloseTo(252 / 255, 2);
  });

  it('is refused when it is cut or too large', async () => {
    const bytes = await sharp(grey, raw).png().toBuffer();
    expect((await readFile('c.png', bytes.subarray(0, bytes.length - 30))).refused).toMatchObject([
      { code: 'FORMAT_CORRUPT' },
    ]);
    expect((await readFile('d.png', bytes, { maxPixels: 10 })).refused).toMatchObject([
      { code: 'LIMIT_EXCEEDED' },
    ]);
  });
});

describe('content', () => {
  const affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];
  const volume = { size: [4, 4, 4] as const, affine, voxels: new Int16Array(64).fill(-1000) };

  it('has one digest, whatever its name, and another when one voxel or the grid differs', async () => {
    const digest = async (name: string, one: typeof volume) =>
      (await readFile(name, writeNifti(one))).items[0]!.digest;
    const first = await digest('a.nii', volume);
    expect(await digest('b.nii', volume)).toBe(first);
    expect(
      await digest('c.nii', { ...volume, voxels: Int16Array.from(volume.voxels).fill(5, 9, 10) }),
    ).not.toBe(first);
    expect(await digest('d.nii', { ...volume, affine: [2, ...affine.slice(1)] })).not.toBe(first);
  });

  it('of few whole numbers in patches is a label map, air is CT', async () => {
    const voxels = new Uint16Array(512);
    voxels.fill(3, 200, 300);
    const labels = { size: [8, 8, 8] as const, affine, voxels };
    const item = (await readFile('l.nii', writeNifti(labels))).items[0] as LabelItem;
    expect(item.kind).toBe('LABEL');
    expect(item.labels.voxels).toEqual(voxels);
    expect(((await readFile('v.nii', writeNifti(volume))).items[0] as CtItem).facts.modality).toBe('CT');
  });
});

describe('a reading', () => {
  it('can be cancelled and leaves no scratch', async () => {
    const abort = new AbortController();
    abort.abort();
    await writeFile(join(folder, 'e.zip'), zipSync(slices()));
    const scratch = await mkdtemp(join(folder, 'scratch-'));
    const failure = readInput(join(folder, 'e.zip'), { key, signal: abort.signal, scratch });
    await expect(failure).rejects.toMatchObject({ code: 'CANCELLED' });
    const before = (await readdir(tmpdir())).filter((name) => name.startsWith('tomograph-read-'));
    await readInput(join(folder, 'e.zip'), { key });
    const after = (await readdir(tmpdir())).filter((name) => name.startsWith('tomograph-read-'));
    expect(after.filter((name) => !before.includes(name))).toEqual([]);
  });

  it('tells how far it is', async () => {
    const seen: string[] = [];
    await readInput(join(folder, 'e.zip'), {
      key,
      onProgress: ({ phase, done, total }) => seen.push(`${phase} ${done}/${total}`),
    });
    expect(seen[0]).toBe('COLLECT 3/3');
    expect(seen.at(-1)).toBe('PIXELS 3/3');
  });
});
