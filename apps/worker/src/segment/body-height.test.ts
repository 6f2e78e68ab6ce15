import type { Metric } from '@tomograph/registry';
import { describe, expect, test } from 'vitest';
import { bodyHeightMetric, highestMetric, layRuler, lowestMetric, rangeOf, slicesOf } from './body-height.js';

const metric = (name: string, structure: string | null, value: number): Metric => ({
  name,
  structure,
  value,
  unit: 'mm',
  n: 1,
  interval: null,
  data: 'test',
});
const base = {
  metrics: [
    metric(bodyHeightMetric, 'liver', 0),
    metric(bodyHeightMetric, 'heart', 150),
    metric(bodyHeightMetric, 'kidney', -80),
  ],
};
const classes = ['background', 'liver', 'heart', 'kidney'];
/** Slices of 20 × 20; an organ is `from..to` slices of it. */
function mask(slices: number, organs: Readonly<Record<string, readonly [number, number]>>) {
  const labels = new Uint8Array(slices * 400);
  for (const [name, [from, to]] of Object.entries(organs))
    labels.fill(classes.indexOf(name), from * 400, (to + 1) * 400);
  return { classes, labels };
}
const lay = (slices: number, organs: Parameters<typeof mask>[1]) =>
  layRuler(mask(slices, organs), [slices, 20, 20], 4, base);

describe('the ruler along the body', () => {
  test('is laid by organs that lie whole in the scan and agree', () => {
    // the liver's centre at slice 32, 128 mm above slice 0, which is therefore at -128 mm; the kidney says -120
    expect(lay(60, { liver: [30, 34], kidney: [9, 11] })).toEqual({
      offsetMm: -128,
      stepMm: 4,
      organs: ['liver', 'kidney'],
    });
  });

  test('takes the middle of what the organs say, so that one organ in the wrong place moves nothing', () => {
    const ruler = lay(80, { kidney: [2, 4], liver: [22, 24], heart: [75, 77] });
    expect(ruler).toMatchObject({ offsetMm: -92, organs: ['liver', 'kidney'] }); // the heart says -154
  });

  test('is not laid by one organ alone, nor by two that contradict each other', () => {
    expect(lay(60, { liver: [30, 34] })).toBeUndefined();
    expect(lay(80, { liver: [10, 14], heart: [10, 14] })).toBeUndefined();
  });

  test('does not trust an organ that the edge of the scan cuts, nor a few voxels', () => {
    expect(lay(60, { liver: [0, 44], kidney: [9, 11] })).toBeUndefined();
    expect(lay(60, { liver: [40, 59], kidney: [9, 11] })).toBeUndefined();
    const few = mask(60, { kidney: [9, 11] });
    few.labels.fill(1, 12_800, 12_850);
    expect(layRuler(few, [60, 20, 20], 4, base)).toBeUndefined();
  });

  test('of a base without heights is none', () => {
    expect(
      layRuler(mask(60, { liver: [30, 34], kidney: [9, 11] }), [60, 20, 20], 4, { metrics: [] }),
    ).toBeUndefined();
  });
});

describe('where a task may speak', () => {
  test('is where its training scans were, and a quarter more at both ends, 40 mm at least', () => {
    const of = (low: number, high: number) =>
      rangeOf([metric(lowestMetric, null, low), metric(highestMetric, null, high)]);
    expect(of(-100, 300)).toEqual({ lowMm: -200, highMm: 400 });
    expect(of(0, 80)).toEqual({ lowMm: -40, highMm: 120 });
    expect(rangeOf([])).toBeUndefined();
  });

  test('as slices of a scan: cut at its ends, and none where the scan shows another part of the body', () => {
    const ruler = { offsetMm: -100, stepMm: 5, organs: ['liver'] };
    expect(slicesOf({ lowMm: -20, highMm: 52 }, ruler, 100)).toEqual([16, 30]);
    expect(slicesOf({ lowMm: -900, highMm: 900 }, ruler, 100)).toEqual([0, 99]);
    expect(slicesOf({ lowMm: 500, highMm: 600 }, ruler, 100)).toBeUndefined();
  });
});
