import { describe, expect, it } from 'vitest';
import { render, renderXray } from '../render.js';
import { encodeCtSeries, encodeXray } from './dicom.js';
import { manifestOf, truthOf } from './manifest.js';

const phantom = render(7, { size: [24, 20, 28] });

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

describe('the manifest', () => {
  it('has a digest for every array and one for the truth, and they follow the bytes', () => {
    const manifest = manifestOf(phantom);
    expect(Object.keys(manifest.arrays).sort()).toEqual([
      'airways',
      'instances',
      'labels',
      'vessels',
      'volume',
    ]);
    expect(manifestOf(render(7, { size: [24, 20, 28] }))).toEqual(manifest);
    const other = manifestOf(render(8, { size: [24, 20, 28] }));
    expect(other.arrays['volume']).not.toBe(manifest.arrays['volume']);
    expect(other.truthDigest).not.toBe(manifest.truthDigest);
  });

  it('has digests of the map of a follow-up too', () => {
    const later = render(7, { size: 8, followUp: { breathingMm: 12 } });
    expect(Object.keys(manifestOf(later).arrays)).toEqual(
      expect.arrayContaining(['phiForward', 'phiInverse', 'phiDeterminant']),
    );
  });

  it('keeps the truth as JSON that survives being written', () => {
    const truth = truthOf(phantom);
    expect(JSON.parse(JSON.stringify(truth))).toEqual(truth);
  });
});
