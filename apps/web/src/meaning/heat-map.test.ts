import { describe, expect, test } from 'vitest';
import { cellMiddle, cellOf, heatParams, heatVolume, normalized, parseHeat, regionWords } from './heat-map';

const box = { lowMm: [-120, -90, 0], highMm: [60, 90, 300] };
const oneHot = (cell: number) => Array.from({ length: 27 }, (_, i) => (i === cell ? 1 : 0));

test('what the address says is what was put there', () => {
  const map = { values: oneHot(5).map((value, i) => value - i / 1000), cell: 5, label: 'No effusion & more' };
  expect(parseHeat(new URLSearchParams(heatParams(map)))).toEqual(map);
});

test.each([
  ['nothing', ''],
  ['words', 'heat=a.b&cell=0'],
  ['no cube', 'heat=1.2.3&cell=0'],
  ['a cell outside', 'heat=1.2.3.4.5.6.7.8&cell=8'],
  ['too many cells', `heat=${new Array(729).fill(1).join('.')}&cell=0`],
])('%s is no heat map', (_what, query) => {
  expect(parseHeat(new URLSearchParams(query))).toBeUndefined();
});

test('regions are named from the feet up, front to back, right to left', () => {
  expect(regionWords(0, 3)).toBe('lower, front, right');
  expect(regionWords(13, 3)).toBe('middle, centre, midline');
  expect(regionWords(cellOf('cell-26'), 3)).toBe('upper, back, left');
  expect(regionWords(7, 4)).toBe('region 7');
});

test('the middle of a region lies on the side that it names', () => {
  const [right, front, low] = cellMiddle(box, 0, 3);
  expect([right, front, low]).toEqual([30, 60, 50]); // R and A are positive in RAS
  const [left, back, high] = cellMiddle(box, 26, 3);
  expect([left, back, high]).toEqual([-90, -60, 250]);
});

test('one cold region leaves the others as far apart as they are', () => {
  expect(normalized([-9, 1, 1, 2, 3])).toEqual([0, 0, 0, 0.5, 1]);
});

describe('as a volume', () => {
  test('its hottest voxel is at the middle of the region', () => {
    for (const cell of [0, 5, 13, 26]) {
      const { voxels, size, affine } = heatVolume(oneHot(cell), box, 9);
      const at = voxels.indexOf(Math.max(...voxels));
      const [i, j, k] = [at % size, Math.floor(at / size) % size, Math.floor(at / size ** 2)];
      const mm = [0, 1, 2].map((axis) => affine[5 * axis]! * [i, j, k][axis]! + affine[4 * axis + 3]!);
      const middle = cellMiddle(box, cell, 3);
      for (const axis of [0, 1, 2]) {
        const third = (box.highMm[axis]! - box.lowMm[axis]!) / 3;
        expect(Math.abs(mm[axis]! - middle[axis]!)).toBeLessThanOrEqual(third / 2);
      }
    }
  });

  test('it fills the box and stays between 0 and 1', () => {
    const { voxels, spacingMm, affine } = heatVolume([3, 3, 3, 3, 5, 5, 5, 9], box, 10);
    expect(spacingMm).toEqual([18, 18, 30]);
    expect([affine[3], affine[7], affine[11]]).toEqual([-111, -81, 15]);
    expect(Math.min(...voxels)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...voxels)).toBeLessThanOrEqual(1);
  });

  test('equal values are no heat', () => {
    expect(Math.max(...heatVolume(new Array(8).fill(2), box, 4).voxels)).toBe(0);
  });
});
