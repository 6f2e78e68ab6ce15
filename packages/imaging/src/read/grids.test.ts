// NRRD and MetaImage: geometry in their spaces, encodings, detached data, and what is refused.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { volumeFromBytes } from './read-grid.js';
import { readInput } from './read-input.js';
import type { ReadResult } from './result.js';

const voxels = Int16Array.from({ length: 24 }, (_, i) => i * 50 - 1000);
const raw = Buffer.from(voxels.buffer);

function nrrd(fields: Record<string, string>, data: Uint8Array = raw, version = 4): Uint8Array {
  const all = { type: 'short', dimension: '3', sizes: '2 3 4', encoding: 'raw', endian: 'little', ...fields };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([
    Buffer.from(`NRRD000${version}\n# a comment\n${lines.join('\n')}\nkey:=value\n\n`),
    data,
  ]);
}

function meta(fields: Record<string, string>, data: Uint8Array = raw): Uint8Array {
  const all = { ObjectType: 'Image', NDims: '3', DimSize: '2 3 4', ElementType: 'MET_SHORT', ...fields };
  const { ElementDataFile = 'LOCAL', ...rest } = all as Record<string, string>;
  const lines = Object.entries(rest).map(([name, value]) => `${name} = ${value}`);
  return Buffer.concat([Buffer.from(`${lines.join('\n')}\nElementDataFile = ${ElementDataFile}\n`), data]);
}

async function readFolder(files: Record<string, Uint8Array>): Promise<ReadResult> {
  const folder = await mkdtemp(join(tmpdir(), 'imaging-test-'));
  try {
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
    return await readInput(folder, { key: new Uint8Array(32) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('NRRD', () => {
  const directions = { 'space directions': '(0,2,0) (0,0,3) (4,0,0)', 'space origin': '(10,20,30)' };

  it.each([
    ['left-posterior-superior', [0, 0, 4, 10, 2, 0, 0, 20, 0, 3, 0, 30]],
    ['right-anterior-superior', [0, 0, -4, -10, -2, 0, 0, -20, 0, 3, 0, 30]],
    ['LAS', [0, 0, 4, 10, -2, 0, 0, -20, 0, 3, 0, 30]],
  ])('of space %s lies in LPS where it should', async (space, affine) => {
    const volume = await volumeFromBytes(nrrd({ space, ...directions }));
    expect(volume.affine.map((value) => value + 0)).toEqual(affine);
    expect(volume.voxels).toEqual(voxels);
  });

  it('is read gzipped, big-endian and after a byte skip', async () => {
    expect((await volumeFromBytes(nrrd({ encoding: 'gzip' }, gzipSync(raw)))).voxels).toEqual(voxels);
    expect((await volumeFromBytes(nrrd({ endian: 'big' }, Buffer.from(raw).swap16()))).voxels).toEqual(
      voxels,
    );
    const skipped = Buffer.concat([Buffer.alloc(7), raw]);
    expect((await volumeFromBytes(nrrd({ 'byte skip': '-1' }, skipped))).voxels).toEqual(voxels);
    expect((await volumeFromBytes(nrrd({ 'byte skip': '7' }, skipped))).voxels).toEqual(voxels);
  });

  it('takes its voxels from a file beside it and from nowhere else', async () => {
    const header = nrrd({ 'data file': 'voxels.raw' }, new Uint8Array(0));
    const { items, refused } = await readFolder({ 'scan.nhdr': header, 'voxels.raw': raw });
    expect([items.length, refused.length]).toEqual([1, 0]);
    for (const name of ['/etc/passwd', '../voxels.raw', 'missing.raw']) {
      const result = await readFolder({ 'scan.nhdr': nrrd({ 'data file': name }, new Uint8Array(0)) });
      expect(result.refused).toMatchObject([{ code: 'NOT_FOUND' }]);
    }
  });

  it('is refused with another version, space, encoding, size or length', async () => {
    await expect(volumeFromBytes(nrrd({}, raw, 6))).rejects.toMatchObject({ code: 'FORMAT_UNSUPPORTED' });
    await expect(volumeFromBytes(nrrd({ space: 'scanner-xyz' }))).rejects.toThrow(/spaces/);
    await expect(volumeFromBytes(nrrd({ encoding: 'hex' }))).rejects.toThrow(/encodings/);
    await expect(volumeFromBytes(nrrd({ sizes: '2 3' }))).rejects.toMatchObject({ code: 'FORMAT_CORRUPT' });
    await expect(volumeFromBytes(nrrd({ sizes: '99999 99999 99999' }))).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
    await expect(volumeFromBytes(nrrd({ sizes: '2 3 5' }))).rejects.toMatchObject({ code: 'FORMAT_CORRUPT' });
    await expect(
      volumeFromBytes(nrrd({ encoding: 'gzip', sizes: '600 600 600' }, gzipSync(raw))),
    ).rejects.toThrow(/too short/);
  });
});

describe('MetaImage', () => {
  it('lies where its matrix, offset and spacing put it', async () => {
    const volume = await volumeFromBytes(
      meta({ TransformMatrix: '0 1 0 0 0 1 1 0 0', Offset: '10 20 30', ElementSpacing: '2 3 4' }),
    );
    expect(volume.affine).toEqual([0, 0, 4, 10, 2, 0, 0, 20, 0, 3, 0, 30]);
    expect(volume.voxels).toEqual(voxels);
  });

  it('is read compressed and big-endian', async () => {
    expect((await volumeFromBytes(meta({ CompressedData: 'True' }, deflateSync(raw)))).voxels).toEqual(
      voxels,
    );
    expect(
      (await volumeFromBytes(meta({ BinaryDataByteOrderMSB: 'True' }, Buffer.from(raw).swap16()))).voxels,
    ).toEqual(voxels);
  });

  it('takes its voxels from a file beside it and from nowhere else', async () => {
    const { items } = await readFolder({
      'a.mhd': meta({ ElementDataFile: 'a.raw' }, new Uint8Array(0)),
      'a.raw': raw,
    });
    expect(items).toHaveLength(1);
    const far = await readFolder({ 'a.mhd': meta({ ElementDataFile: '/etc/passwd' }, new Uint8Array(0)) });
    expect(far.refused).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  it('is refused with channels, five dimensions, or fewer bytes than voxels', async () => {
    await expect(volumeFromBytes(meta({ ElementNumberOfChannels: '3' }))).rejects.toThrow(/channels/);
    await expect(volumeFromBytes(meta({ NDims: '5', DimSize: '2 3 2 2 1' }))).rejects.toThrow(/dimensions/);
    await expect(volumeFromBytes(meta({ DimSize: '2 3 5' }))).rejects.toMatchObject({
      code: 'FORMAT_CORRUPT',
    });
  });
});
