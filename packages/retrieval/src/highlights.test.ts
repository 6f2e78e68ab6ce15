import { expect, test } from 'vitest';
import { markedSpans, mergeSpans } from './highlights.js';

test('marks become spans of the unmarked sentence', () => {
  expect(markedSpans('a mass here', 'a \uE000mass\uE001 \uE000here\uE001')).toEqual([
    { start: 2, end: 6 },
    { start: 7, end: 11 },
  ]);
});

test('spans count UTF-16 units', () => {
  expect(markedSpans('😀 mass', '😀 \uE000mass\uE001')).toEqual([{ start: 3, end: 7 }]);
});

test('a sentence that came back changed has no spans', () => {
  expect(markedSpans('a mass', 'a \uE000tumour\uE001')).toEqual([]);
  expect(markedSpans('odd \uE000 mark', 'odd \uE000 \uE000mark\uE001')).toEqual([]);
});

test('overlapping spans become one', () => {
  const spans = [
    { start: 5, end: 9 },
    { start: 0, end: 6 },
    { start: 12, end: 14 },
  ];
  expect(mergeSpans(spans)).toEqual([
    { start: 0, end: 9 },
    { start: 12, end: 14 },
  ]);
});
