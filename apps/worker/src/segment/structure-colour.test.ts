import { organLabels } from '@tomograph/phantom';
import { expect, test } from 'vitest';
import { hexColour, structureColour } from './structure-colour.js';

test('a structure has one colour whatever it is called, by its code', () => {
  const snomed = { code: '10200004', display: 'Liver' };
  expect(structureColour({ name: 'liver', snomed })).toEqual(structureColour({ name: 'Leber', snomed }));
  expect(hexColour(structureColour({ name: 'liver', snomed }))).toBe('#dd8265');
});

test('without a code the name decides, and the colour is the same every time', () => {
  const of = (name: string) => hexColour(structureColour({ name, snomed: null }));
  expect(of('cyst')).toBe(of('cyst'));
  expect(of('cyst')).toMatch(/^#[0-9a-f]{6}$/);
  expect(of('cyst')).not.toBe(of('abscess'));
});

test('many structures have colours that are told apart, and none is near black or white', () => {
  const colours = organLabels.map(({ name }) => structureColour({ name, snomed: null }));
  expect(new Set(colours.map(hexColour)).size).toBeGreaterThan(0.95 * colours.length);
  for (const rgb of colours) {
    expect(Math.max(...rgb)).toBeGreaterThan(90);
    expect(Math.min(...rgb)).toBeLessThan(200);
  }
});
