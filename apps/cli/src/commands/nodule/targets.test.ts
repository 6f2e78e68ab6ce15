import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { targetsInCsv, targetsInJson, targetsOf } from './targets.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tg-targets-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const point = { kind: 'POINT', point: [-57.4, 131.2, -520.4] };
const box = { kind: 'BOX', low: [-1, -2, -3], high: [4, 5, 6] };

describe('places', () => {
  it('come from options, with the corners of a box in any order, and from a list after them', async () => {
    const list = join(folder, 'points.csv');
    await writeFile(list, 'x,y,z\n1,2,3\n');
    expect(await targetsOf({ at: ['-57.4, 131.2,-520.4'], box: ['4,-2,6,-1,5,-3'], list })).toEqual([
      point,
      box,
      { kind: 'POINT', point: [1, 2, 3] },
    ]);
  });

  it('are lines of a table, with comma, semicolon or tab', () => {
    expect(targetsInCsv('X;Y;Z\r\n-57.4;131.2;-520.4\r\n\r\n# note\n-1\t-2\t-3\t4\t5\t6')).toEqual([
      point,
      box,
    ]);
  });

  it('are entries of a JSON list', () => {
    const text = JSON.stringify([point.point, { point: point.point }, { low: box.low, high: box.high }]);
    expect(targetsInJson(text)).toEqual([point, point, box]);
  });

  it.each([
    [{ at: ['1,2'] }, /--at=1,2: expected 3 numbers/],
    [{ at: ['1,2,'] }, /expected 3 numbers/],
    [{ at: ['1,2,99999'] }, /place 1: /],
    [{ box: ['0,0,0,1,1'] }, /expected 6 numbers/],
    [{ box: ['0,0,0,0,1,1'] }, /place 1: low must lie below high/],
    [{ box: ['0,0,0,500,1,1'] }, /at most 80 mm/],
    [{ at: Array<string>(51).fill('0,0,0') }, /at most 50 places/],
    [{}, /at least one place/],
    [{ list: 'nowhere.csv' }, /there is no list/],
  ])('are refused in words: %o', async (named, words) => {
    await expect(targetsOf(named)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(words),
    });
  });

  it('name the line or entry that is wrong', () => {
    expect(() => targetsInCsv('1,2,3\n1,2,three')).toThrowError(/line 2/);
    expect(() => targetsInJson('[[1,2,3],{"low":[1,2,3]}]')).toThrowError(/entry 2/);
    expect(() => targetsInJson('{}')).toThrowError(/array/);
    expect(() => targetsInJson('[')).toThrowError(/not JSON/);
  });

  it('are not read from a file that is too large', async () => {
    const list = join(folder, 'large.csv');
    await writeFile(list, '1,2,3\n'.repeat(200_000));
    await expect(targetsOf({ list })).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
});
