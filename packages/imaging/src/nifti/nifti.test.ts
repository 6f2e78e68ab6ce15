// NIfTI, read and written: geometry over every axis order, types, byte orders, and files that lie.
import { gzipSync } from 'node:zlib';
import { Random } from '@tomograph/kernel';
import * as reference from 'nifti-reader-js';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../read/limits.js';
import { labelsFromBytes, volumeFromBytes } from '../read/read-grid.js';
import type { Affine, LabelVolume, Vec3, Volume } from '../volume.js';
import { readNiftiHeader } from './nifti-header.js';
import { readNifti } from './read-nifti.js';
import { writeNifti, writeNiftiGz } from './write-nifti.js';

const size: Vec3 = [5, 4, 3];
const random = new Random(7, 'nifti');

function volumeWith(affine: Affine): Volume {
  const voxels = Int16Array.from({ length: 60 }, (_, i) => (i === 0 ? -1000 : random.int(3000) - 1000));
  return { size, affine, voxels };
}

function permutations(): number[][] {
  return [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
}

/** All 48 ways to lay three axes along the patient's, optionally turned by `angles`. */
function affines(spacing: readonly number[], angle: number): Affine[] {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const turn = [
    [c, -s * c, s * s],
    [s, c * c, -s * c],
    [0, s, c],
  ];
  return permutations().flatMap((order) =>
    [0, 1, 2, 3, 4, 5, 6, 7].map((signs) => {
      const column = (axis: number) =>
        turn.map((row) => row[order[axis]!]! * spacing[axis]! * (signs & (1 << axis) ? -1 : 1));
      const columns = [column(0), column(1), column(2), [-321.45, 210.987, -1234.5]];
      return [0, 1, 2].flatMap((row) => columns.map((values) => values[row]!));
    }),
  );
}

/** Largest distance between the places both affines give the corners of the grid, mm. */
function cornerError(a: Affine, b: Affine): number {
  let worst = 0;
  for (let corner = 0; corner < 8; corner++) {
    const at = size.map((extent, axis) => (corner & (1 << axis) ? extent - 1 : 0));
    const place = (m: Affine) =>
      [0, 1, 2].map(
        (row) => m[4 * row]! * at[0]! + m[4 * row + 1]! * at[1]! + m[4 * row + 2]! * at[2]! + m[4 * row + 3]!,
      );
    const [p, q] = [place(a), place(b)];
    worst = Math.max(worst, Math.hypot(...p.map((value, i) => value - q[i]!)));
  }
  return worst;
}

describe('geometry', () => {
  it.each([
    ['upright', 0],
    ['oblique', 0.37],
  ])(
    'survives writing and reading within 1e-4 mm over all 48 axis orders, anisotropic, %s',
    async (_, angle) => {
      for (const affine of affines([0.7, 0.9, 2.5], angle)) {
        const volume = volumeWith(affine);
        const back = await volumeFromBytes(writeNifti(volume));
        expect(back.size).toEqual(size);
        expect(cornerError(back.affine, affine)).toBeLessThan(1e-4);
        expect(back.voxels).toEqual(volume.voxels);
      }
    },
  );

  it('is the same by its quaternion when the sform is not set', async () => {
    for (const affine of affines([0.7, 0.9, 2.5], 0.37)) {
      const bytes = writeNifti(volumeWith(affine));
      new DataView(bytes.buffer).setInt16(254, 0, true);
      // a = sqrt(1 - b2 - c2 - d2) of 32-bit floats keeps half the digits near a half turn: 3e-4 of the extent.
      expect(cornerError((await volumeFromBytes(bytes)).affine, affine)).toBeLessThan(5e-3);
    }
  });

  it('agrees with an independent reader, RAS against LPS', () => {
    for (const affine of affines([0.7, 0.9, 2.5], 0.37)) {
      const bytes = writeNifti(volumeWith(affine));
      const header = reference.readHeader(bytes.buffer as ArrayBuffer) as reference.NIFTI1;
      const own = header.affine
        .slice(0, 3)
        .flatMap((row, at) => row.map((value) => (at < 2 ? -value : value)));
      expect(cornerError(own, affine)).toBeLessThan(1e-4);
    }
  });

  it('takes metres and micrometres to millimetres', () => {
    const bytes = writeNifti(volumeWith([1, 0, 0, 10, 0, 1, 0, 20, 0, 0, 1, 30]));
    bytes[123] = 1;
    expect(readNiftiHeader(bytes, defaultLimits).affine[3]).toBeCloseTo(10_000, 3);
    bytes[123] = 3;
    expect(readNiftiHeader(bytes, defaultLimits).affine[3]).toBeCloseTo(0.01, 6);
  });

  it('says so when the header gives no orientation', async () => {
    const bytes = writeNifti(volumeWith([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]));
    const view = new DataView(bytes.buffer);
    view.setInt16(252, 0, true);
    view.setInt16(254, 0, true);
    const grid = await readNifti(bytes, defaultLimits);
    expect(grid.notes.map((note) => note.code)).toEqual(['ORIENTATION_ASSUMED']);
  });

  it('refuses a sheared grid, a flat grid and a number that is not finite', async () => {
    const sheared = writeNifti(volumeWith([1, 0.5, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]));
    await expect(volumeFromBytes(sheared)).rejects.toMatchObject({ code: 'GEOMETRY_UNSUPPORTED' });
    const flat = writeNifti(volumeWith([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]));
    await expect(volumeFromBytes(flat)).rejects.toMatchObject({ code: 'GEOMETRY_UNSUPPORTED' });
    const broken = writeNifti(volumeWith([1, 0, 0, Number.NaN, 0, 1, 0, 0, 0, 0, 1, 0]));
    await expect(volumeFromBytes(broken)).rejects.toMatchObject({ code: 'FORMAT_CORRUPT' });
  });
});

describe('values', () => {
  it('keeps label maps exactly, 16 bits wide, gzipped', async () => {
    const voxels = Uint16Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 65_535 : i));
    const labels: LabelVolume = { size, affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0], voxels };
    const back = await labelsFromBytes(await writeNiftiGz(labels));
    expect(back.voxels).toEqual(voxels);
  });

  it.each([
    [2, 1, (v: DataView, at: number, n: number) => v.setUint8(at, n)],
    [256, 1, (v: DataView, at: number, n: number) => v.setInt8(at, n)],
    [4, 2, (v: DataView, at: number, n: number) => v.setInt16(at, n, false)],
    [512, 2, (v: DataView, at: number, n: number) => v.setUint16(at, n, false)],
    [8, 4, (v: DataView, at: number, n: number) => v.setInt32(at, n, false)],
    [768, 4, (v: DataView, at: number, n: number) => v.setUint32(at, n, false)],
    [16, 4, (v: DataView, at: number, n: number) => v.setFloat32(at, n, false)],
    [64, 8, (v: DataView, at: number, n: number) => v.setFloat64(at, n, false)],
    [1024, 8, (v: DataView, at: number, n: number) => v.setBigInt64(at, BigInt(n), false)],
    [1280, 8, (v: DataView, at: number, n: number) => v.setBigUint64(at, BigInt(n), false)],
  ])('reads data type %i, big-endian, with slope and intercept', async (datatype, width, set) => {
    const bytes = bigEndian(datatype, width, set, { slope: 2, intercept: -1000 });
    const volume = await volumeFromBytes(bytes);
    expect([...volume.voxels]).toEqual(Array.from({ length: 60 }, (_, i) => 2 * (i % 100) - 1000));
  });

  it('turns padding far below air into air, for CT values only', async () => {
    const volume = volumeWith([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]);
    volume.voxels[5] = -3024;
    const back = await volumeFromBytes(writeNifti(volume));
    expect(back.voxels[5]).toBe(-1024);
  });

  it('refuses fractions that whole numbers would lose', async () => {
    const bytes = bigEndian(16, 4, (v, at, n) => v.setFloat32(at, n / 100, false), {
      slope: 1,
      intercept: 0,
    });
    await expect(volumeFromBytes(bytes)).rejects.toMatchObject({ code: 'FORMAT_UNSUPPORTED' });
  });

  it('refuses voxels that are not numbers', async () => {
    const bytes = bigEndian(16, 4, (v, at) => v.setFloat32(at, Number.NaN, false), {
      slope: 1,
      intercept: 0,
    });
    await expect(volumeFromBytes(bytes)).rejects.toMatchObject({ code: 'FORMAT_CORRUPT' });
  });
});

describe('hostile files', () => {
  it('refuses a file cut at any byte', async () => {
    const bytes = writeNifti(volumeWith([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]));
    for (let end = 0; end < bytes.length; end += 7) {
      await expect(volumeFromBytes(bytes.subarray(0, end))).rejects.toMatchObject({
        code: expect.stringMatching(/^FORMAT_/),
      });
    }
  });

  it.each([
    ['zero', 0],
    ['negative', -5],
    ['largest', 32_767],
  ])('refuses a %s extent before allocating', async (_, extent) => {
    const bytes = writeNifti(volumeWith([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]));
    const view = new DataView(bytes.buffer);
    for (let axis = 0; axis < 3; axis++) view.setInt16(42 + 2 * axis, extent, true);
    await expect(volumeFromBytes(bytes)).rejects.toMatchObject({
      code: expect.stringMatching(/^(FORMAT_CORRUPT|LIMIT_EXCEEDED)$/),
    });
  });

  it('refuses a gzip that cannot hold what its header promises, without unpacking it', async () => {
    const bytes = writeNifti(volumeWith([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]));
    const view = new DataView(bytes.buffer);
    for (let axis = 0; axis < 3; axis++) view.setInt16(42 + 2 * axis, 700, true);
    await expect(volumeFromBytes(gzipSync(bytes))).rejects.toMatchObject({ code: 'FORMAT_CORRUPT' });
  });

  it('unpacks no more of a gzip bomb than the header accounts for', async () => {
    const volume = volumeWith([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]);
    const bomb = gzipSync(Buffer.concat([writeNifti(volume), Buffer.alloc(200 << 20)]));
    const before = process.memoryUsage().rss;
    expect((await volumeFromBytes(bomb)).voxels).toEqual(volume.voxels);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 << 20);
  });

  it('refuses several volumes in one file, colour and Analyze in words', async () => {
    const bytes = writeNifti(volumeWith([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]));
    const change = (at: number, value: number) => {
      const copy = bytes.slice();
      new DataView(copy.buffer).setInt16(at, value, true);
      return copy;
    };
    const several = change(40, 4);
    new DataView(several.buffer).setInt16(48, 2, true);
    await expect(volumeFromBytes(several)).rejects.toThrow(/2 volumes/);
    await expect(volumeFromBytes(change(70, 128))).rejects.toThrow(/RGB/);
    await expect(volumeFromBytes(change(344, 0))).rejects.toThrow(/Analyze/);
  });
});

function bigEndian(
  datatype: number,
  width: number,
  set: (view: DataView, at: number, value: number) => void,
  scale: { slope: number; intercept: number },
): Uint8Array {
  const bytes = new Uint8Array(352 + 60 * width);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, 348, false);
  [3, 5, 4, 3].forEach((value, i) => {
    view.setInt16(40 + 2 * i, value, false);
  });
  view.setInt16(70, datatype, false);
  view.setFloat32(108, 352, false);
  view.setFloat32(112, scale.slope, false);
  view.setFloat32(116, scale.intercept, false);
  view.setInt16(254, 1, false);
  for (let axis = 0; axis < 3; axis++) view.setFloat32(280 + 20 * axis, 1, false);
  bytes.set(new TextEncoder().encode('n+1'), 344);
  for (let i = 0; i < 60; i++) set(view, 352 + width * i, i % 100);
  return bytes;
}
