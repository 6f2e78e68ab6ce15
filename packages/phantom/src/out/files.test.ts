import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { render, renderXray } from '../render.js';
import { encodeCtSeries, encodeXray } from './dicom.js';
import { manifestOf } from './manifest.js';
import { encodeNifti } from './nifti.js';
import { encodePng } from './png.js';
import { writePhantom } from './write-phantom.js';

const phantom = render(7, { size: [24, 20, 28] });
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phantom-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A reader of explicit little endian files without sequences, apart from the writer that it checks. */
class Elements {
  readonly all = new Map<string, Uint8Array>();
  constructor(bytes: Uint8Array) {
    expect(String.fromCharCode(...bytes.subarray(128, 132))).toBe('DICM');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 132; at < bytes.length; ) {
      const tag = [view.getUint16(at, true), view.getUint16(at + 2, true)]
        .map((n) => n.toString(16).padStart(4, '0'))
        .join('');
      const long = ['OB', 'OW'].includes(String.fromCharCode(bytes[at + 4]!, bytes[at + 5]!));
      const length = long ? view.getUint32(at + 8, true) : view.getUint16(at + 6, true);
      const start = at + (long ? 12 : 8);
      expect(length % 2).toBe(0);
      this.all.set(tag, bytes.subarray(start, start + length));
      at = start + length;
    }
  }
  string(tag: string): string | undefined {
    const value = this.all.get(tag);
    return value === undefined ? undefined : new TextDecoder().decode(value).replace(/[\0 ]+$/, '');
  }
  uint16(tag: string, index = 0): number {
    const value = this.all.get(tag)!;
    return new DataView(value.buffer, value.byteOffset).getUint16(2 * index, true);
  }
}

describe('NIfTI files', () => {
  it('hold the voxels and the grid turned from LPS to RAS', () => {
    const bytes = gunzipSync(encodeNifti(phantom.volume, phantom.volume.voxels));
    const head = new DataView(bytes.buffer, bytes.byteOffset);
    expect(head.getInt32(0, true)).toBe(348);
    expect([1, 2, 3].map((k) => head.getInt16(40 + 2 * k, true))).toEqual([24, 20, 28]);
    expect(head.getFloat32(280, true)).toBeCloseTo(-phantom.spacingMm[0], 4);
    expect(head.getFloat32(292, true)).toBeCloseTo(-phantom.volume.affine[3]!, 2);
    expect(head.getFloat32(324, true)).toBeCloseTo(phantom.volume.affine[11]!, 2);
    expect(head.getInt16(352 + 2 * 1234, true)).toBe(phantom.volume.voxels[1234]);
    expect(bytes.length).toBe(352 + 2 * 24 * 20 * 28);
  });
});

describe('DICOM files', () => {
  const slices = encodeCtSeries(phantom);
  const parse = (bytes: Uint8Array) => new Elements(bytes);

  it('are a series of one slice per file, in order, with one frame of reference', () => {
    expect(slices).toHaveLength(28);
    const sets = slices.map(parse);
    expect(new Set(sets.map((d) => d.string('0020000e'))).size).toBe(1);
    expect(new Set(sets.map((d) => d.string('00080018'))).size).toBe(28);
    const z = sets.map((d) => Number(d.string('00200032')!.split('\\')[2]));
    for (let i = 1; i < z.length; i++) expect(z[i]! - z[i - 1]!).toBeCloseTo(phantom.spacingMm[2], 3);
  });

  it('carry HU by rescale, and the elements that a CT image must have', () => {
    const d = parse(slices[10]!);
    for (const tag of [
      '00080005',
      '00080016',
      '00080018',
      '00080020',
      '00080060',
      '00100010',
      '00100020',
      '0020000d',
      '00200052',
      '00280030',
      '00280100',
      '00180060',
    ]) {
      expect(d.all.has(tag), tag).toBe(true);
    }
    const value = d.uint16('7fe00010', 222) * Number(d.string('00281053')) + Number(d.string('00281052'));
    expect(value).toBe(phantom.volume.voxels[222 + 24 * 20 * 10]);
  });

  it('keep UIDs within 64 characters and the tags in order', () => {
    const d = parse(slices[0]!);
    for (const tag of ['00080018', '0020000d', '0020000e', '00200052'])
      expect(d.string(tag)!.length).toBeLessThanOrEqual(64);
    const tags = [...d.all.keys()];
    expect([...tags].sort()).toEqual(tags);
  });

  it('write an X-ray as a CR image with its view', () => {
    const { display } = renderXray(phantom, { view: 'AP', width: 32, height: 40 });
    const d = parse(encodeXray(phantom, 'AP', display));
    expect(d.string('00080060')).toBe('CR');
    expect(d.string('00185101')).toBe('AP');
    expect([d.uint16('00280010'), d.uint16('00280011')]).toEqual([40, 32]);
  });
});

describe('PNG files', () => {
  it('unpack to the same pixels', () => {
    const pixels = Uint8Array.from({ length: 12 }, (_, i) => i * 20);
    const png = encodePng(4, 3, pixels);
    const view = new DataView(png.buffer, png.byteOffset);
    const length = view.getUint32(33);
    const raw = inflateSync(png.subarray(41, 41 + length));
    const row = (y: number) => {
      const out: number[] = [];
      for (let x = 0; x < 4; x++) out.push((raw[y * 5 + 1 + x]! + (out[x - 1] ?? 0)) & 255);
      return out;
    };
    expect([0, 1, 2].flatMap(row)).toEqual([...pixels]);
  });
});

describe('writePhantom', () => {
  it('writes every file that it lists, with progress up to 1 and a digest for each array', async () => {
    const shares: number[] = [];
    const { files, manifest } = await writePhantom(7, { size: [24, 20, 28] }, folder, (share) =>
      shares.push(share),
    );
    expect((await readdir(folder)).sort()).toEqual([...files].sort());
    expect(files).toEqual(
      expect.arrayContaining([
        'ct.nii.gz',
        'labels.nii.gz',
        'xray-ap.png',
        'report.txt',
        'truth.json',
        'manifest.json',
      ]),
    );
    expect(shares.at(-1)).toBe(1);
    expect(manifest).toEqual(manifestOf(phantom));
    expect(Object.keys(manifest.arrays).sort()).toEqual([
      'airways',
      'instances',
      'labels',
      'vessels',
      'volume',
    ]);
    const truth = JSON.parse(await readFile(join(folder, 'truth.json'), 'utf8')) as {
      report: { text: string };
    };
    expect(truth.report.text).toBe(await readFile(join(folder, 'report.txt'), 'utf8'));
  });

  it('writes a DICOM series and CR images when asked', async () => {
    const { files } = await writePhantom(
      7,
      { size: [16, 16, 12], dicom: true, fov: 'chest' },
      join(folder, 'dicom'),
    );
    expect(files.filter((f) => f.startsWith('series/'))).toHaveLength(12);
    expect(files).toEqual(expect.arrayContaining(['xray-ap.dcm', 'xray-lateral.dcm']));
  });
});
