// Stored values to voxels, and the code streams and windows that stand around them.
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../read/limits.js';
import { codestreamFacts } from './codestream.js';
import { type PixelFormat, storedFromBytes, storedFromStream } from './pixels.js';
import { StoredToVoxels } from './rescale.js';
import { uprightStack } from './tilt.js';

const format = (bits: Partial<PixelFormat>): PixelFormat => ({
  rows: 1,
  columns: 2,
  frames: 1,
  samplesPerPixel: 1,
  photometric: 'MONOCHROME2',
  bitsAllocated: 16,
  bitsStored: 16,
  highBit: 15,
  signed: false,
  ...bits,
});

describe('stored values', () => {
  it('lose the bits above the high bit and keep their sign', () => {
    const bytes = new Uint8Array(new Uint16Array([0xf801, 0x07ff]).buffer);
    const twelve = { bitsStored: 12, highBit: 11 };
    expect([...storedFromBytes(bytes, true, format(twelve))]).toEqual([0x801, 0x7ff]);
    expect([...storedFromBytes(bytes, true, format({ ...twelve, signed: true }))]).toEqual([-2047, 2047]);
  });

  it('are shifted down when the high bit is not the lowest possible', () => {
    const bytes = new Uint8Array(new Uint16Array([0x1230, 0xfff0]).buffer);
    expect([...storedFromBytes(bytes, true, format({ bitsStored: 12, highBit: 15 }))]).toEqual([
      0x123, 0xfff,
    ]);
  });

  it('are read in either byte order, 8, 16 and 32 bits wide', () => {
    expect([...storedFromBytes(Uint8Array.of(1, 2, 3, 4), false, format({}))]).toEqual([258, 772]);
    expect([
      ...storedFromBytes(
        Uint8Array.of(7, 250),
        true,
        format({ bitsAllocated: 8, bitsStored: 8, highBit: 7, signed: true }),
      ),
    ]).toEqual([7, -6]);
    const wide = new Uint8Array(new Int32Array([-5, 70_000]).buffer);
    expect([
      ...storedFromBytes(
        wide,
        true,
        format({ bitsAllocated: 32, bitsStored: 32, highBit: 31, signed: true }),
      ),
    ]).toEqual([-5, 70_000]);
  });

  it('of an unsigned stream under a signed header are two-complement', () => {
    const facts = { width: 2, height: 1, components: 1, bits: 13, signed: false };
    const samples = Uint16Array.of(8191, 5);
    expect([...storedFromStream(samples, facts, format({ bitsStored: 13, signed: true }))]).toEqual([-1, 5]);
  });
});

describe('rescale', () => {
  const write = (modality: 'CT' | 'MR', values: number[], slope = 1, padding?: [number, number]) => {
    const rescale = new StoredToVoxels(modality);
    const out = new Int16Array(values.length);
    rescale.write(Int32Array.from(values), { slope, intercept: 0, padding }, out);
    return { out: [...out], notes: rescale.notes().map((note) => note.code) };
  };

  it('turns only what no tissue and no noise can be into air', () => {
    expect(write('CT', [-3024, -1500, -1499, -1024, 0])).toEqual({
      out: [-1024, -1024, -1499, -1024, 0],
      notes: ['PADDING_TO_AIR'],
    });
  });

  it('leaves the values of other modalities alone', () => {
    expect(write('MR', [-3024, 0], 1, [0, 0])).toEqual({ out: [-3024, 0], notes: [] });
  });

  it('honours a padding range above all tissue and ignores one among it', () => {
    expect(write('CT', [4000, 4095, 100], 1, [4000, 4095]).out).toEqual([-1024, -1024, 100]);
    expect(write('CT', [30, 60, 100], 1, [30, 60])).toEqual({
      out: [30, 60, 100],
      notes: ['PADDING_IGNORED'],
    });
  });

  it('says when it had to round and refuses what does not fit', () => {
    expect(write('MR', [1, 2], 0.5)).toEqual({ out: [1, 1], notes: ['VALUES_ROUNDED'] });
    expect(() => write('MR', [40_000])).toThrow(/16 bits/);
    expect(() => write('MR', [1], Number.POSITIVE_INFINITY)).toThrow(/16 bits/);
  });
});

describe('a code stream', () => {
  const jpeg = (mark: number, ...tail: number[]) =>
    Uint8Array.of(
      0xff,
      0xd8,
      0xff,
      0xe0,
      0,
      4,
      0,
      0,
      0xff,
      mark,
      0,
      11,
      12,
      0,
      30,
      0,
      40,
      1,
      0,
      0,
      0,
      ...tail,
    );

  it('says its size and depth, JPEG and JPEG-LS alike', () => {
    for (const mark of [0xc1, 0xc3, 0xf7]) {
      expect(codestreamFacts(jpeg(mark, 0xff, 0xd9))).toEqual({
        width: 40,
        height: 30,
        components: 1,
        bits: 12,
        signed: false,
      });
    }
  });

  it('says its sign, JPEG 2000', () => {
    const bytes = new Uint8Array(60);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 0xff4fff51);
    view.setUint32(8, 100);
    view.setUint32(12, 50);
    view.setUint16(40, 1);
    bytes[42] = 0x80 | 11;
    bytes.set([0xff, 0xd9], 58);
    expect(codestreamFacts(bytes)).toEqual({ width: 100, height: 50, components: 1, bits: 12, signed: true });
  });

  it('without its end, its frame header or any mark is refused', () => {
    expect(() => codestreamFacts(jpeg(0xc3))).toThrow(/cut short/);
    expect(() => codestreamFacts(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9))).toThrow(/cut short/);
    expect(() => codestreamFacts(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 0xff, 0xd9))).toThrow(/known mark/);
    expect(() => codestreamFacts(new Uint8Array(0))).toThrow(/cut short/);
  });
});

describe('an upright stack', () => {
  it('moves slices by whole pixels exactly, both ways, and grows so that nothing is cut', () => {
    const voxels = Int16Array.of(1, 2, 3, 4, 5, 6);
    const volume = { size: [3, 1, 2] as const, affine: [2, 0, 0, 10, 0, 1, 0, 0, 0, 0, 1, 0], voxels };
    const right = uprightStack(volume, [1, 0], 0, defaultLimits);
    expect([...right.voxels]).toEqual([1, 2, 3, 0, 0, 4, 5, 6]);
    expect(right.affine[3]).toBe(10);
    const left = uprightStack(volume, [-1, 0], 0, defaultLimits);
    expect([...left.voxels]).toEqual([0, 1, 2, 3, 4, 5, 6, 0]);
    expect(left.affine[3]).toBe(8);
  });

  it('is refused when it would grow beyond the cap', () => {
    const volume = {
      size: [1, 1, 2] as const,
      affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0],
      voxels: new Int16Array(2),
    };
    expect(() => uprightStack(volume, [1e6, 0], 0, { ...defaultLimits, maxVoxels: 1000 })).toThrow(
      /more than the 1000/,
    );
  });
});
