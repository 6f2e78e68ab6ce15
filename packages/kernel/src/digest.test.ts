import { expect, it } from 'vitest';
import { canonicalJson, pseudonym, sha256 } from './digest.js';

it('gives equal values equal canonical bytes', () => {
  expect(canonicalJson({ b: 1, a: [{ d: 2, c: 3 }] })).toBe('{"a":[{"c":3,"d":2}],"b":1}');
  expect(canonicalJson({ a: [{ c: 3, d: 2 }], b: 1 })).toBe(canonicalJson({ b: 1, a: [{ d: 2, c: 3 }] }));
});

it('names the algorithm in a digest', () => {
  expect(sha256('')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

it('gives pseudonyms that differ by key and by scope', () => {
  const key = new Uint8Array(32).fill(1);
  const other = new Uint8Array(32).fill(2);
  expect(pseudonym(key, 'patient', 'x')).toMatch(/^[0-9a-f]{32}$/);
  expect(pseudonym(key, 'patient', 'x')).not.toBe(pseudonym(other, 'patient', 'x'));
  expect(pseudonym(key, 'patient', 'x')).not.toBe(pseudonym(key, 'study', 'x'));
});
