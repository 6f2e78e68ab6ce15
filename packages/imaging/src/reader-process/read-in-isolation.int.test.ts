// The reading process: caps on time and memory, crashes, cancelling, and every malformed file of the shared data.
// Needs the built reader (npx tsc -b packages/imaging).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isErrorCode, Random } from '@tomograph/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ctSlice, deflateBomb } from '../../../../tests/dicom-fixture.js';
import { sharedData } from '../../../../tests/shared-data.js';
import { writeNiftiGz } from '../nifti/write-nifti.js';
import { readInput } from '../read/read-input.js';
import type { CtItem } from '../read/result.js';
import { type IsolationOptions, readInIsolation } from './read-in-isolation.js';

const key = new Uint8Array(32).fill(9);
const malformed = sharedData('malformed');
const tight: IsolationOptions = { key, timeoutMs: 5000, maxRssBytes: 512 * 2 ** 20 };
let folder = '';
let scratchParent = '';

beforeAll(async () => {
  const main = fileURLToPath(new URL('../../dist/reader-process/main.js', import.meta.url));
  if (!existsSync(main)) throw new Error('the reader is not built: run npx tsc -b packages/imaging');
  folder = await mkdtemp(join(tmpdir(), 'imaging-test-'));
  scratchParent = await mkdtemp(join(tmpdir(), 'imaging-scratch-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(scratchParent, { recursive: true, force: true });
});

async function file(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

const leftovers = () => readdir(scratchParent);

/** Reading processes that this one started, by Linux' own list. */
function readerPids(): number[] {
  return readdirSync('/proc/self/task')
    .flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' '))
    .filter(
      (pid) => pid.trim() !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('reader-process'),
    )
    .map(Number);
}

/** A CT large enough to take a while: noise does not compress. */
async function largeCt(): Promise<string> {
  const random = new Random(1, 'large');
  const noise = Int16Array.from({ length: 256 ** 2 }, () => random.int(2000) - 1000);
  const voxels = new Int16Array(256 ** 2 * 200);
  for (let k = 0; k < 200; k++) voxels.set(noise, k * 256 ** 2);
  return file(
    'large.nii.gz',
    await writeNiftiGz({ size: [256, 256, 200], affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0], voxels }),
  );
}

describe('a reading in a process of its own', () => {
  it('gives what reading in place gives, and leaves nothing behind', async () => {
    const path = await file('one.dcm', ctSlice());
    const [apart, here] = [
      await readInIsolation(path, { ...tight, scratchParent }),
      await readInput(path, { key }),
    ];
    expect(apart).toEqual(here);
    expect(await leftovers()).toEqual([]);
  });

  it('is stopped at its deadline', async () => {
    const path = await largeCt();
    const failure = readInIsolation(path, { ...tight, scratchParent, timeoutMs: 150 });
    await expect(failure).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(await leftovers()).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')('is stopped when it grows beyond its memory', async () => {
    const path = await largeCt();
    const failure = readInIsolation(path, {
      ...tight,
      scratchParent,
      maxRssBytes: 90 * 2 ** 20,
      timeoutMs: 20_000,
    });
    await expect(failure).rejects.toMatchObject({ code: 'READER_CRASHED' });
    expect(await leftovers()).toEqual([]);
  });

  it('can be cancelled before and while it runs', async () => {
    const path = await largeCt();
    await expect(
      readInIsolation(path, { ...tight, scratchParent, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
    const abort = new AbortController();
    const failure = readInIsolation(path, {
      ...tight,
      scratchParent,
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(failure).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await leftovers()).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')('that is killed is READER_CRASHED', async () => {
    const path = await largeCt();
    const failure = readInIsolation(path, {
      ...tight,
      scratchParent,
      onProgress: () => {
        for (const pid of readerPids()) process.kill(pid, 'SIGKILL');
      },
    });
    await expect(failure).rejects.toMatchObject({ code: 'READER_CRASHED' });
    expect(await leftovers()).toEqual([]);
  });

  it('passes on the refusal of the whole input', async () => {
    await expect(readInIsolation(join(folder, 'missing'), { ...tight, scratchParent })).rejects.toMatchObject(
      { code: 'NOT_FOUND' },
    );
  });

  it('survives a deflate bomb of a gigabyte within 512 MB', async () => {
    const path = await file('bomb.dcm', deflateBomb('1.2.840.10008.1.2.1.99', 2 ** 30));
    const { items, refused } = await readInIsolation(path, { ...tight, scratchParent });
    expect(items).toEqual([]);
    expect(refused).toMatchObject([{ code: 'LIMIT_EXCEEDED' }]);
  });
});

describe.skipIf(!malformed)('every malformed file of the shared data', () => {
  it('ends in a typed error or a correct read within 5 s and 512 MB, and leaves nothing behind', async () => {
    const files = await filesBelow(malformed!);
    expect(files.length).toBeGreaterThan(70);
    const read: string[] = [];
    for (const path of files) {
      const started = performance.now();
      const { items, refused } = await readInIsolation(path, { ...tight, scratchParent });
      expect(performance.now() - started, path).toBeLessThan(5000);
      expect(items.length + refused.length, path).toBeGreaterThan(0);
      for (const { code } of refused) expect(isErrorCode(code), path).toBe(true);
      if (items.length > 0) read.push(relative(malformed!, path));
    }
    expect(await leftovers()).toEqual([]);
    // The legal ones among them, and those that are damaged only where nothing is read.
    expect(read).toEqual(
      expect.arrayContaining([
        '27/int16.nii',
        '27/uint64.nii',
        'minimal.nii.gz',
        'MR_small_padded.dcm',
        'with_extension.nii.gz',
        'avg152T1_LR_nifti2.nii.gz',
      ]),
    );
    for (const name of [
      'MR_truncated.dcm',
      'empty.nii.gz',
      'not-nifti.nii',
      'corrupt.png',
      'tar_with_link.tar',
    ])
      expect(read).not.toContain(name);
  }, 400_000);

  it('reads a slope and an intercept that are written oddly', async () => {
    const { items } = await readInput(join(malformed!, 'dicom_slope', '1.dcm'), { key });
    expect((items[0] as CtItem).volume.size).toEqual([3, 2, 1]);
  });
});

async function filesBelow(root: string): Promise<string[]> {
  const names = await readdir(root, { recursive: true });
  const files: string[] = [];
  for (const name of names.sort()) if ((await stat(join(root, name))).isFile()) files.push(join(root, name));
  return files;
}
