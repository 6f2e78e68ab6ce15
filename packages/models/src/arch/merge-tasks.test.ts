import { describe, expect, it } from 'vitest';
import { mergeTasks } from './merge-tasks.js';
import type { TaskMask } from './sliding-window.js';

const mask = (name: string, organs: string[], labels: number[], confidence: number[]): TaskMask => ({
  name,
  classes: ['background', ...organs],
  labels: Uint8Array.from(labels),
  confidence: Uint8Array.from(confidence),
});
const first = mask('first', ['liver', 'spleen'], [1, 2, 0, 1], [200, 100, 250, 150]);
const second = mask('second', ['aorta'], [0, 1, 1, 1], [255, 180, 90, 150]);

describe('mergeTasks', () => {
  it('takes the more confident organ, the earlier one among equals, and never background over an organ', () => {
    const merged = mergeTasks([first, second]);
    expect(merged.classes).toEqual(['background', 'liver', 'spleen', 'aorta']);
    expect([...merged.labels]).toEqual([1, 3, 3, 1]);
    expect(merged).toMatchObject({ conflicts: 2, foreground: 4 });
  });

  it('by order lets the later task overwrite', () => {
    expect([...mergeTasks([first, second], { rule: 'order' }).labels]).toEqual([1, 3, 3, 3]);
  });

  it('takes an organ that two tasks know from the newest, or from its declared owner', () => {
    const again = mask('again', ['liver'], [0, 0, 1, 0], [9, 9, 9, 9]);
    expect([...mergeTasks([first, again]).labels]).toEqual([0, 2, 1, 0]);
    expect([...mergeTasks([first, again], { owners: { liver: 'first' } }).labels]).toEqual([1, 2, 0, 1]);
  });

  it('says which organs stood against each other, and on how many voxels', () => {
    expect(mergeTasks([first, second]).conflictPairs).toEqual([
      { organs: ['liver', 'aorta'], voxels: 1 },
      { organs: ['spleen', 'aorta'], voxels: 1 },
    ]);
  });

  it('holds more organs than a byte counts', () => {
    const many = (name: string, voxel: number): TaskMask =>
      mask(
        name,
        Array.from({ length: 200 }, (_, i) => `${name} organ ${i + 1}`),
        [voxel, 0],
        [9, 9],
      );
    const merged = mergeTasks([
      many('a', 3),
      many('b', 0),
      { ...many('c', 0), labels: Uint8Array.of(0, 200) },
    ]);
    expect([...merged.labels]).toEqual([3, 600]);
    expect(merged.classes[600]).toBe('c organ 200');
  });

  it('refuses masks of different sizes', () => {
    expect(() => mergeTasks([first, mask('x', ['y'], [0], [0])])).toThrow(/differ in size/);
  });
});
