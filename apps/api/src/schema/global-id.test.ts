import { AppError, newId } from '@tomograph/kernel';
import { expect, test } from 'vitest';
import { decodeAnyId, decodeId, encodeId, idTypes } from './global-id.js';

test('what was encoded is decoded, for every type', () => {
  for (const type of idTypes) {
    const id = type === 'EmbeddingSpace' ? '7' : newId<string>();
    expect(decodeAnyId(encodeId(type, id))).toEqual({ typename: type, id });
  }
});

test('refuses an id of another type', () => {
  expect(() => decodeId('Job', encodeId('Case', newId<string>()))).toThrow(
    'must be the id of a Job, got that of a Case',
  );
});

test.each([
  ['', 'nothing'],
  ['Q2FzZTox', 'no uuid'],
  [`${encodeId('Case', '00000000-0000-4000-8000-000000000000')}=`, 'padding'],
  [` ${encodeId('Case', '00000000-0000-4000-8000-000000000000')}`, 'characters that base64 readers skip'],
  [Buffer.from('User:00000000-0000-4000-8000-000000000000').toString('base64url'), 'an unknown type'],
  [Buffer.from("Case:' or 1=1 --").toString('base64url'), 'SQL'],
  ['A'.repeat(10_000), 'a long text'],
])('refuses %s (%s)', (id) => {
  expect(() => decodeAnyId(id)).toThrow(AppError);
});
