import { expect, test } from 'vitest';
import { looksInto } from './assess-target.js';

test('a small box is looked at in its middle alone', () => {
  expect(looksInto({ kind: 'BOX', low: [0, 0, 0], high: [10, 12, 8] })).toEqual([[5, 6, 4]]);
});

test('a larger box is looked at from its middle outwards, inside it, at most 27 times', () => {
  const box = { kind: 'BOX', low: [-40, -40, -40], high: [40, 40, 40] } as const;
  const looks = looksInto(box);
  expect(looks).toHaveLength(27);
  expect(looks[0]).toEqual([0, 0, 0]);
  const away = looks.map((point) => Math.hypot(...point));
  expect(away).toEqual([...away].sort((a, b) => a - b));
  for (const point of looks) for (const value of point) expect(Math.abs(value)).toBeLessThanOrEqual(40);
});
