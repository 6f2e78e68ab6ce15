import { newId } from '@tomograph/kernel';
import { expect, test } from 'vitest';
import { readCursor, requestFingerprint, writeCursor } from './search-cursor.js';
import { checkRequest } from './search-request.js';

const place = { score: 1 / 61 + 1 / 62, studyId: newId<string>() };
const bound = requestFingerprint(checkRequest({ text: 'effusion' }));

test('a cursor says exactly where the page ended', () => {
  expect(readCursor(writeCursor(place, bound), bound)).toEqual(place);
});

test.each(['', 'x', 'AAAA', 'x'.repeat(5000), writeCursor(place, bound).slice(0, -4)])(
  'refuses what was never a cursor (%#)',
  (cursor) => {
    expect(() => readCursor(cursor, bound)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
  },
);

test('refuses a cursor whose score was changed', () => {
  const text = Buffer.from(writeCursor(place, bound), 'base64url').toString();
  const forged = Buffer.from(text.replace('1,0', '1,9')).toString('base64url');
  expect(() => readCursor(forged, bound)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
});

test('refuses a cursor of another text, filter, case or space, and says so', () => {
  const others = [
    { text: 'no effusion' },
    { text: 'effusion', filter: { modality: ['CT' as const] } },
    { text: 'effusion', studyId: newId<string>() },
    { text: 'effusion', vectors: [{ spaceId: 1, width: 2, vector: [1, 0], part: '' }] },
  ];
  for (const other of others) {
    const cursor = writeCursor(place, requestFingerprint(checkRequest(other)));
    expect(() => readCursor(cursor, bound)).toThrow(/another search/);
  }
});

test('page size and absent filters do not bind a cursor', () => {
  const same = requestFingerprint(checkRequest({ text: ' effusion ', first: 7, filter: { sex: null } }));
  expect(same).toBe(bound);
});
