// Keys that never leave this installation: files under <home>/secrets, mode 0600. Not in the database, whose
// backups travel.
import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@tomograph/kernel';

export interface Secrets {
  /** 32 bytes: patients and studies are named by pseudonyms under this key. Losing it ends recognising them. */
  readonly pseudonymKey: Uint8Array;
}

export const secretsFolder = (home: string): string => join(home, 'secrets');

/** Reads the secrets of a home and makes those that are missing. */
export function loadSecrets(home: string): Secrets {
  const folder = secretsFolder(home);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const key = readOrMakeSecret(home, 'pseudonym.key', () => randomBytes(32).toString('hex'));
  if (!/^[0-9a-f]{64}$/.test(key)) {
    throw new AppError('CONFIG_INVALID', {
      message:
        'secrets/pseudonym.key does not hold 64 hex digits: restore it from a backup, a new one would rename every patient',
    });
  }
  return { pseudonymKey: new Uint8Array(Buffer.from(key, 'hex')) };
}

/** The text of a secret file; made with mode 0600 when absent. Two processes that make it at once agree on one. */
export function readOrMakeSecret(home: string, name: string, make: () => string): string {
  const path = join(secretsFolder(home), name);
  const found = readSecret(home, name);
  if (found !== undefined) return found;
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${make()}\n`, { mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  return readFileSync(path, 'utf8').trim();
}

export function readSecret(home: string, name: string): string | undefined {
  try {
    return readFileSync(join(secretsFolder(home), name), 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
