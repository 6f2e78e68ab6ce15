import { expect, test } from 'vitest';
import { readPage } from './page.js';

test('takes 1 to 100 items in one direction', () => {
  expect(readPage({})).toEqual({ direction: 'forward', size: 20, cursor: undefined });
  expect(readPage({ first: 100, after: 'c' })).toEqual({ direction: 'forward', size: 100, cursor: 'c' });
  expect(readPage({ last: 1, before: 'c' })).toEqual({ direction: 'backward', size: 1, cursor: 'c' });
});

test.each([
  { first: 0 },
  { first: 101 },
  { first: -1 },
  { last: 0 },
  { first: 1, last: 1 },
  { first: 1, before: 'c' },
])('refuses %j', (args) => {
  expect(() => readPage(args)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
});
