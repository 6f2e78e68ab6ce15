import { describe, expect, it } from 'vitest';
import { ctSlice } from '../../../../tests/dicom-fixture.js';
import type { Grid } from '../volume.js';
import { sourceReference } from './source-reference.js';

const FRAME = '1.2.3.4.7';
const slice = (k: number, change: Parameters<typeof ctSlice>[0] = {}, frame: string | undefined = FRAME) =>
  ctSlice({
    instance: k + 1,
    position: [0, 0, 2 * k],
    spacing: [1, 1],
    ...change,
    extra: (writer) => frame && writer.text(0x00200052, 'UI', frame),
  });
const grid: Grid = { size: [4, 4, 3], affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0] };

describe('where a volume came from', () => {
  it('names the instance of every slice by its place, whatever the order of the files', async () => {
    const found = await sourceReference([slice(2), slice(0), slice(1)], grid);
    expect(found?.frameOfReferenceUid).toBe(FRAME);
    expect(found?.sopClassUid).toBe('1.2.840.10008.5.1.4.1.1.2');
    expect(found?.sopInstanceUids).toEqual(['1.2.3.4.999.1.1.0', '1.2.3.4.999.1.2.0', '1.2.3.4.999.1.3.0']);
  });

  it('follows a volume whose slices run the other way', async () => {
    const down = { ...grid, affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -2, 4] };
    const found = await sourceReference([slice(0), slice(1), slice(2)], down);
    expect(found?.sopInstanceUids).toEqual(['1.2.3.4.999.1.3.0', '1.2.3.4.999.1.2.0', '1.2.3.4.999.1.1.0']);
  });

  it('is unknown when a slice is missing or doubled, another series is among them, or a UID is none', async () => {
    expect(await sourceReference([slice(0), slice(1)], grid)).toBeUndefined();
    expect(await sourceReference([slice(0), slice(1), slice(1)], grid)).toBeUndefined();
    expect(await sourceReference([slice(0), slice(1), slice(2, { series: '1.9' })], grid)).toBeUndefined();
    expect(await sourceReference([slice(0), slice(1), slice(2, {}, 'not a uid')], grid)).toBeUndefined();
  });
});
