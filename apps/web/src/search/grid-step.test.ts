import { describe, expect, it } from 'vitest';
import { columnsOf, gridStep } from './grid-step';

describe('arrow keys in the grid', () => {
  it('moves by one sideways and by a row up and down', () => {
    expect(gridStep('ArrowRight', 0, 10, 4)).toBe(1);
    expect(gridStep('ArrowLeft', 5, 10, 4)).toBe(4);
    expect(gridStep('ArrowDown', 1, 10, 4)).toBe(5);
    expect(gridStep('ArrowUp', 5, 10, 4)).toBe(1);
  });

  it('leads out of the grid above the first row and past the ends', () => {
    expect(gridStep('ArrowUp', 2, 10, 4)).toBeUndefined();
    expect(gridStep('ArrowLeft', 0, 10, 4)).toBeUndefined();
    expect(gridStep('ArrowRight', 9, 10, 4)).toBeUndefined();
  });

  it('lands on the last case when the row below is short', () => {
    expect(gridStep('ArrowDown', 7, 10, 4)).toBe(9);
    expect(gridStep('ArrowDown', 9, 10, 4)).toBeUndefined();
  });

  it('leaves other keys alone', () => {
    expect(gridStep('Enter', 3, 10, 4)).toBeUndefined();
  });

  it('counts columns from where the items stand', () => {
    expect(columnsOf([10, 10, 10, 200, 200])).toBe(3);
    expect(columnsOf([10, 10.4])).toBe(2);
    expect(columnsOf([])).toBe(1);
  });
});
