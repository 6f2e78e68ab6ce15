import { expect, test } from 'vitest';
import { queryFindings, readTextQuery } from './text-query.js';

test('a finding by one of its names is asked by code, other words only rank', () => {
  const query = readTextQuery('large pleural effusion left');
  expect(query).toMatchObject({ wanted: ['PLEURAL_EFFUSION'], excluded: [], termsMust: 'RANK' });
  expect(query.terms.split(' ').sort()).toEqual(['large', 'left']);
});

test('"no" and "without" exclude a finding', () => {
  expect(readTextQuery('no pleural effusion')).toMatchObject({ wanted: [], excluded: ['PLEURAL_EFFUSION'] });
  expect(readTextQuery('emphysema without pleural effusion')).toMatchObject({
    wanted: ['EMPHYSEMA'],
    excluded: ['PLEURAL_EFFUSION'],
  });
});

test('what was understood is told as mentions', () => {
  expect(queryFindings(readTextQuery('emphysema without pleural effusion'))).toEqual([
    { code: 'EMPHYSEMA', polarity: 'PRESENT' },
    { code: 'PLEURAL_EFFUSION', polarity: 'ABSENT' },
  ]);
});

test('words that no vocabulary knows must match; behind a negation they must be denied', () => {
  expect(readTextQuery('zebra sign')).toMatchObject({ terms: 'zebra sign', termsMust: 'AFFIRMED' });
  expect(readTextQuery('no zebra sign')).toMatchObject({ termsMust: 'DENIED' });
});

test('every typed word may bring a sentence forward, operators may not', () => {
  expect(readTextQuery('emphysema or -zebra "lung base"').typedWords).toBe(
    'emphysema or zebra or lung or base',
  );
});

test('an operator beside a finding makes the free words a condition', () => {
  expect(readTextQuery('emphysema "zebra sign"')).toMatchObject({ termsMust: 'AFFIRMED' });
  expect(readTextQuery('emphysema "zebra sign"').terms).toContain('"zebra sign"');
  expect(readTextQuery('emphysema -zebra')).toMatchObject({ termsMust: 'AFFIRMED' });
});
