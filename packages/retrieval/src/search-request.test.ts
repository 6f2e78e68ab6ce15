import { expect, test } from 'vitest';
import { checkRequest, type SearchFilter } from './search-request.js';

test('fills in what was not given', () => {
  expect(checkRequest({ text: '  mass\0 ' })).toEqual({
    text: 'mass',
    vectors: [],
    studyId: undefined,
    filter: {},
    first: 20,
    after: undefined,
  });
});

test.each([[{}], [{ text: '   ' }], [{ text: null, vectors: [], studyId: null }]])(
  'refuses a search for nothing: %j',
  (request) => {
    expect(() => checkRequest(request)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  },
);

test.each([0, -1, 101, 1.5, Number.NaN])('refuses a page of %s', (first) => {
  expect(() => checkRequest({ text: 'a', first })).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  );
});

test('refuses a case id that is no id, and over-long or too many inputs', () => {
  expect(() => checkRequest({ studyId: "' or true" })).toThrow(/no valid id/);
  expect(() => checkRequest({ text: 'x'.repeat(1001) })).toThrow(
    expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
  );
  const vectors = Array.from({ length: 17 }, () => ({ spaceId: 1, width: 1, vector: [1], part: '' }));
  expect(() => checkRequest({ vectors })).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
});

test.each<[string, SearchFilter]>([
  ['modality', { modality: ['XA' as 'CT'] }],
  ['bodyPart', { bodyPart: ['TOE' as 'HEAD'] }],
  ['sex', { sex: ['F' as 'FEMALE'] }],
  ['ageBand', { ageBand: [61.5] }],
  ['from', { from: '2024-02-30' }],
  ['to', { to: 'yesterday' }],
  ['to', { to: new Date('x') }],
  ['finding', { finding: ["a'b"] }],
])('refuses a filter by a %s that does not exist', (name, filter) => {
  expect(() => checkRequest({ text: 'a', filter })).toThrow(new RegExp(`filter\\.${name}`));
});
