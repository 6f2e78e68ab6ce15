import { describe, expect, it } from 'vitest';
import { label, labelGroups, organLabels } from './labels.js';

/** Verhoeff's check: the last digit of every SNOMED CT identifier guards the others. */
function verhoeff(digits: string): boolean {
  const turn = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
  const times = (a: number, b: number) => {
    // the dihedral group of a pentagon: 0-4 rotations, 5-9 reflections
    if (a < 5) return b < 5 ? (a + b) % 5 : 5 + ((a + b) % 5);
    return b < 5 ? 5 + ((a - b + 5) % 5) : (a - b + 10) % 5;
  };
  let check = 0;
  [...digits].reverse().forEach((digit, place) => {
    let d = Number(digit);
    for (let i = 0; i < place % 8; i++) d = turn[d]!;
    check = times(check, d);
  });
  return check === 0;
}

describe('organ labels', () => {
  it('have numbers from 1 without gaps, and names of their own', () => {
    expect(organLabels.map((l) => l.id)).toEqual(organLabels.map((_, i) => i + 1));
    expect(new Set(organLabels.map((l) => l.name)).size).toBe(organLabels.length);
    expect(organLabels.length).toBeGreaterThanOrEqual(30);
  });

  it('keep the ten of the small test set in front', () => {
    expect(organLabels.slice(0, 3).map((l) => l.name)).toEqual(['liver', 'spleen', 'kidney_right']);
    expect(label('lung_lower_lobe_left')).toBe(10);
    expect(() => label('wing')).toThrow(/wing/);
  });

  it('carry SNOMED CT identifiers whose check digit holds', () => {
    expect(verhoeff('236')).toBe(true); // the textbook's example
    expect(verhoeff('237')).toBe(false);
    for (const { name, snomed } of organLabels)
      if (snomed !== undefined) expect(verhoeff(snomed), name).toBe(true);
  });

  it('share a code only between the two sides of one structure', () => {
    const names = new Map<string, Set<string>>();
    for (const { name, snomed } of organLabels) {
      if (snomed === undefined) continue;
      const structure = name.replace(/_(right|left)(?=_|$)/, '');
      names.set(snomed, (names.get(snomed) ?? new Set()).add(structure));
    }
    for (const [code, structures] of names) expect([...structures], code).toHaveLength(1);
  });

  it('group into organs that coarser segmentations know', () => {
    expect(labelGroups['ribs']).toHaveLength(24);
    expect(labelGroups['lung_right']).toHaveLength(3);
    expect(labelGroups['vertebrae']).toHaveLength(19);
  });
});
