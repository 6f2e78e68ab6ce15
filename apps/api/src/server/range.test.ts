import { expect, test } from 'vitest';
import { readRange } from './range.js';

test.each([
  [undefined, 'whole'],
  ['bytes=0-3', { start: 0, end: 4 }],
  ['bytes=5-', { start: 5, end: 10 }],
  ['bytes=-3', { start: 7, end: 10 }],
  ['bytes=-99', { start: 0, end: 10 }],
  ['bytes=2-99', { start: 2, end: 10 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=4-2', 'unsatisfiable'],
  ['bytes=0-1,3-4', 'whole'],
  ['bytes=-', 'whole'],
  ['lines=0-1', 'whole'],
  [`bytes=${'9'.repeat(40)}-`, 'whole'],
])('%s of 10 bytes is %j', (header, range) => {
  expect(readRange(header, 10)).toEqual(range);
});
