import { expect, test } from 'vitest';
import { fuseRanks } from './fuse-ranks.js';
import type { RankedList } from './ranked-list.js';
import type { SearchChannel } from './search-page.js';

const list = (channel: SearchChannel, studyIds: readonly string[]): RankedList => ({
  report: { channel, mode: 'EXACT', candidates: 0, recallAt10: null, space: null, tookMs: 0 },
  entries: studyIds.map((studyId, i) => ({
    studyId,
    reason: { score: 9 - i, sentence: null, seriesId: null, xrayId: null, view: null },
  })),
  isCut: false,
});

test('a study scores the sum of 1 / (60 + rank) over its channels and keeps each reason', () => {
  const [first] = fuseRanks([list('TEXT', ['a', 'b']), list('IMAGE', ['b', 'c'])]);
  expect(first?.studyId).toBe('b');
  expect(first?.score).toBeCloseTo(1 / 62 + 1 / 61, 15);
  expect(first?.reasons.map(({ channel, rank, score }) => [channel, rank, score])).toEqual([
    ['TEXT', 2, 8],
    ['IMAGE', 1, 9],
  ]);
  expect(first?.reasons.reduce((sum, { part }) => sum + part, 0)).toBe(first?.score);
});

test('equal scores are ordered by study id, whatever order the channels came in', () => {
  const lists = [list('TEXT', ['d', 'a']), list('IMAGE', ['c', 'b'])];
  const order = fuseRanks(lists).map(({ studyId }) => studyId);
  expect(order).toEqual(['c', 'd', 'a', 'b']);
  expect(fuseRanks(lists.toReversed()).map(({ studyId }) => studyId)).toEqual(order);
});

test('found by two channels beats found by one, unless that one is far ahead', () => {
  const far = Array.from({ length: 200 }, (_, i) => `x${i}`);
  const order = fuseRanks([list('TEXT', ['top', 'both']), list('IMAGE', [...far, 'both'])]);
  expect(order[0]?.studyId).toBe('both');
});

test('no channels, no studies', () => {
  expect(fuseRanks([])).toEqual([]);
  expect(fuseRanks([list('TEXT', [])])).toEqual([]);
});
