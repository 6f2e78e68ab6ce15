// The installation's Ed25519 key for certificates: made at the first start, kept under <home>/secrets. Losing it ends
// signing under that name; old certificates stay valid for whoever keeps the public key.
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
} from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, type Sha256, sha256 } from '@tomograph/kernel';

export interface SigningKey {
  readonly keyId: Sha256;
  /** DER SPKI, base64: what a reader of certificates trusts. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

/**
 * Reads `<home>/secrets/certificate.key` (PKCS 8 PEM, 0600), or makes it, and leaves `certificate.pub` beside it.
 * Processes that start together agree on one key.
 * @throws AppError CONFIG_INVALID for a file that holds no Ed25519 key
 */
export function loadSigningKey(home: string): SigningKey {
  const folder = join(home, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'certificate.key');
  const pem = readText(path) ?? makeOnce(path, newPem(), 0o600);
  chmodSync(path, 0o600);
  const key = signingKeyFromPem(pem);
  const publicPath = join(folder, 'certificate.pub');
  const text = `${key.publicKey}\n`;
  if (readText(publicPath) !== text) writeFileSync(publicPath, text, { mode: 0o644 });
  return key;
}

/** @throws AppError CONFIG_INVALID */
export function signingKeyFromPem(pem: string): SigningKey {
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch (cause) {
    throw unusable(cause);
  }
  if (privateKey.asymmetricKeyType !== 'ed25519') throw unusable();
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return { keyId: sha256(der), publicKey: der.toString('base64'), privateKey };
}

const newPem = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

function makeOnce(path: string, text: string, mode: number): string {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, text, { mode, flag: 'wx' });
  try {
    linkSync(draft, path); // whole or not at all; the first one stays
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  return readFileSync(path, 'utf8');
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function unusable(cause?: unknown): AppError {
  return new AppError('CONFIG_INVALID', {
    message:
      'secrets/certificate.key holds no Ed25519 key: restore it from a backup, or remove it to make a new one',
    cause,
  });
}
