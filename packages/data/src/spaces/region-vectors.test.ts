import { isRegionPart, regionPart } from '@tomograph/kernel';
import { expect, test } from 'vitest';
import { unpackRegions } from './region-vectors.js';

test('a part names a region or it does not', () => {
  expect([regionPart(0), regionPart(26)].map(isRegionPart)).toEqual([true, true]);
  expect(['', 'AP', 'cell-', 'cell-x', undefined].map(isRegionPart)).toEqual(new Array(5).fill(false));
});

test.each([0, 1, 2, 3])('numbers are read from big-endian bytes, whatever they begin at (%i)', (offset) => {
  const bytes = Buffer.alloc(offset + 16).subarray(offset);
  for (const [i, value] of [1, -2.5, 0.1, 1e-7].entries()) bytes.writeFloatBE(value, 4 * i);
  const before = Buffer.from(bytes);
  expect([...unpackRegions(bytes, 2)]).toEqual([1, -2.5, 0.1, 1e-7].map(Math.fround));
  expect(bytes.equals(before)).toBe(true);
});

test('bytes of another width are refused', () => {
  expect(() => unpackRegions(new Uint8Array(12), 2)).toThrow(
    expect.objectContaining({ code: 'SPACE_MISMATCH' }),
  );
});
