import { describe, expect, it } from 'vitest';
import { labelTable, type ShownStructure, tableEntries } from './label-overlay';

const liver = { value: 7, name: 'liver', colour: '#dd8265' };
const spleen = { value: 300, name: 'spleen', colour: '#9d6ca2' };

describe('a label map for the viewer', () => {
  it('keeps labels beyond 255 apart, and the colour of each structure', () => {
    const entries = tableEntries(Uint16Array.of(0, 7, 300, 44), [liver, spleen], new Set());
    expect([...entries]).toEqual([0, 1, 2, 0]);
    const table = labelTable([liver, spleen]);
    expect([table.R[2], table.G[2], table.B[2], table.A[2], table.labels[2]]).toEqual([
      157,
      108,
      162,
      255,
      'spleen',
    ]);
  });

  it('draws the background clear', () => {
    const table = labelTable([liver]);
    expect([table.A[0], table.I[0]]).toEqual([0, 0]);
  });

  it('leaves out what is hidden and shows it again', () => {
    const values = Uint16Array.of(7, 300, 7);
    const shown = tableEntries(values, [liver, spleen], new Set([7]));
    expect([...shown]).toEqual([0, 2, 0]);
    expect([...tableEntries(values, [liver, spleen], new Set(), shown)]).toEqual([1, 2, 1]);
  });

  it('takes a thousand structures with values up to 65,535', () => {
    const many: ShownStructure[] = Array.from({ length: 1000 }, (_, n) => ({
      value: 65_535 - n * 60,
      name: `s${n}`,
      colour: '#010203',
    }));
    const entries = tableEntries(
      Uint16Array.from(many, ({ value }) => value),
      many,
      new Set(),
    );
    expect(new Set(entries).size).toBe(1000);
    expect(labelTable(many).R).toHaveLength(1001);
  });
});
