import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadSecrets, readOrMakeSecret, readSecret, secretsFolder } from './secrets.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tg-secrets-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('the pseudonym key has 32 bytes, stays the same and is private to its owner', () => {
  const { pseudonymKey } = loadSecrets(home);
  expect(pseudonymKey).toHaveLength(32);
  expect(loadSecrets(home).pseudonymKey).toEqual(pseudonymKey);
  expect(statSync(secretsFolder(home)).mode & 0o777).toBe(0o700);
  expect(statSync(join(secretsFolder(home), 'pseudonym.key')).mode & 0o777).toBe(0o600);
});

test('two homes have two keys', () => {
  expect(loadSecrets(home).pseudonymKey).not.toEqual(loadSecrets(join(home, 'other')).pseudonymKey);
});

test('a damaged key is refused rather than replaced', () => {
  loadSecrets(home);
  writeFileSync(join(secretsFolder(home), 'pseudonym.key'), 'short');
  expect(() => loadSecrets(home)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test('a secret is made once', () => {
  loadSecrets(home);
  expect(readSecret(home, 'x')).toBeUndefined();
  expect(readOrMakeSecret(home, 'x', () => 'first')).toBe('first');
  expect(readOrMakeSecret(home, 'x', () => 'second')).toBe('first');
  expect(existsSync(join(secretsFolder(home), `x.${process.pid}`))).toBe(false);
});
