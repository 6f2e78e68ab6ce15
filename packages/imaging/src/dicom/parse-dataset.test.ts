// The element stream: nesting, lengths that lie, encodings that are not what the meta information says.
import { describe, expect, it } from 'vitest';
import { ctSlice } from '../../../../tests/dicom-fixture.js';
import { concatBytes } from '../read/inflate.js';
import { defaultLimits } from '../read/limits.js';
import { looksLikeDicom, openDicom } from './open-dicom.js';
import { parseDataset } from './parse-dataset.js';
import { decodeRle } from './rle.js';
import { tag } from './tags.js';

const explicit = { littleEndian: true, explicitVr: true };
const implicit = { littleEndian: true, explicitVr: false };

function element(name: number, vr: string, length: number, long = false): Uint8Array {
  const bytes = new Uint8Array(long ? 12 : 8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, name >>> 16, true);
  view.setUint16(2, name & 0xffff, true);
  bytes[4] = vr.charCodeAt(0);
  bytes[5] = vr.charCodeAt(1);
  if (long) view.setUint32(8, length, true);
  else view.setUint16(6, length, true);
  return bytes;
}

function item(name: number, length: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, name >>> 16, true);
  view.setUint16(2, name & 0xffff, true);
  view.setUint32(4, length, true);
  return bytes;
}

/** Sequences of undefined length, one inside the other. */
function nested(depth: number, isClosed: boolean): Uint8Array {
  const open = Array.from({ length: depth }, () => [
    element(tag.ContentSequence, 'SQ', 0xffffffff, true),
    item(tag.Item, 0xffffffff),
  ]).flat();
  const close = Array.from({ length: depth }, () => [
    item(tag.ItemDelimitation, 0),
    item(tag.SequenceDelimitation, 0),
  ]).flat();
  return concatBytes(isClosed ? [...open, ...close] : open);
}

describe('sequences', () => {
  it('nest to the cap and no further, a hundred thousand levels included', () => {
    expect(
      parseDataset(nested(16, true), 0, explicit, defaultLimits).dataset.items(tag.ContentSequence),
    ).toHaveLength(1);
    expect(() => parseDataset(nested(17, true), 0, explicit, defaultLimits)).toThrow(/nest deeper/);
    expect(() => parseDataset(nested(100_000, false), 0, explicit, defaultLimits)).toThrow(/nest deeper/);
  });

  it('without an end are refused', () => {
    expect(() =>
      parseDataset(element(tag.ContentSequence, 'SQ', 0xffffffff, true), 0, explicit, defaultLimits),
    ).toThrow(/no end/);
  });

  it('of unknown VR and undefined length are read as implicit little endian', () => {
    const bytes = concatBytes([
      element(0x00091010, 'UN', 0xffffffff, true),
      item(tag.Item, 0xffffffff),
      item(tag.CodeValue, 2),
      Uint8Array.of(0x41, 0x42),
      item(tag.ItemDelimitation, 0),
      item(tag.SequenceDelimitation, 0),
    ]);
    const { dataset } = parseDataset(bytes, 0, explicit, defaultLimits);
    expect(dataset.items(0x00091010)[0]!.string(tag.CodeValue)).toBe('AB');
  });

  it('whose item leaves them are refused', () => {
    const bytes = concatBytes([element(tag.ContentSequence, 'SQ', 8, true), item(tag.Item, 100)]);
    expect(() => parseDataset(bytes, 0, explicit, defaultLimits)).toThrow(/item claims 100 bytes/);
  });
});

describe('elements', () => {
  it('longer than the file are refused, whatever length they claim', () => {
    for (const length of [1, 0x7fffffff, 0xfffffffe]) {
      expect(() =>
        parseDataset(element(tag.TextValue, 'UT', length, true), 0, explicit, defaultLimits),
      ).toThrow(/claims/);
    }
  });

  it('are counted: a header of nothing but elements ends at the cap', () => {
    const limits = { ...defaultLimits, maxElements: 1000 };
    const many = new Uint8Array(8 * 2000).fill(0);
    new DataView(many.buffer).setUint16(0, 8, true);
    expect(() => parseDataset(many, 0, implicit, limits)).toThrow(/more than 1000 elements/);
  });

  it('end in padding without harm', () => {
    const bytes = concatBytes([element(tag.Modality, 'CS', 2), Uint8Array.of(0x43, 0x54), new Uint8Array(5)]);
    expect(parseDataset(bytes, 0, explicit, defaultLimits).dataset.string(tag.Modality)).toBe('CT');
  });
});

describe('files', () => {
  it('without preamble and meta information are recognised by their first element', async () => {
    const bytes = concatBytes([element(tag.Modality, 'CS', 2), Uint8Array.of(0x43, 0x54)]);
    expect(looksLikeDicom(bytes)).toBe(true);
    expect((await openDicom(bytes, defaultLimits)).dataset.string(tag.Modality)).toBe('CT');
  });

  it('that say implicit and write explicit are read as written', async () => {
    const lying = ctSlice({ syntax: '1.2.840.10008.1.2' });
    expect((await openDicom(lying, defaultLimits)).dataset.uint(tag.Rows)).toBe(4);
  });

  it('of any 2,000 random mutations end in a typed error or a reading', async () => {
    const whole = ctSlice();
    let state = 12_345;
    const next = (n: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state % n;
    };
    for (let round = 0; round < 2000; round++) {
      const bytes = whole.slice();
      for (let change = 0; change < 4; change++) bytes[132 + next(bytes.length - 132)] = next(256);
      await openDicom(bytes, defaultLimits).catch((error: { code?: string }) => {
        expect(error.code).toMatch(/^(FORMAT_|LIMIT_)/);
      });
    }
  });
});

describe('RLE', () => {
  const header = (offsets: number[]) => {
    const bytes = new Uint8Array(64);
    new DataView(bytes.buffer).setUint32(0, offsets.length, true);
    offsets.forEach((offset, i) => {
      new DataView(bytes.buffer).setUint32(4 + 4 * i, offset, true);
    });
    return bytes;
  };

  it('unpacks runs and literals of both byte planes', () => {
    const frame = concatBytes([header([64, 66]), Uint8Array.of(253, 1), Uint8Array.of(3, 10, 20, 30, 40)]);
    expect([...new Uint16Array(decodeRle(frame, 4, 1, 2).buffer)]).toEqual([266, 276, 286, 296]);
  });

  it('refuses segments that are cut, outside the frame, or of another number', () => {
    expect(() => decodeRle(new Uint8Array(10), 4, 1, 2)).toThrow(/shorter/);
    expect(() => decodeRle(concatBytes([header([64]), Uint8Array.of(253, 1)]), 4, 1, 2)).toThrow(/segments/);
    expect(() => decodeRle(concatBytes([header([64]), Uint8Array.of(3, 1)]), 4, 1, 1)).toThrow(/cut short/);
    expect(() => decodeRle(concatBytes([header([9000])]), 4, 1, 1)).toThrow(/outside/);
  });
});
