// The installation's Ed25519 key for certificates: made at the first start, kept under <home>/secrets. Losing it ends
// signing under that name; old certificates stay valid for whoever keeps the public key.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, type Sha256, sha256 } from '@tomograph/kernel';
import { loadOrMakeSecretFile, readText } from '../secrets/secret-file.js';

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
  const key = signingKeyFromPem(loadOrMakeSecretFile(home, 'certificate.key', newPem));
  const publicPath = join(home, 'secrets', 'certificate.pub');
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

function unusable(cause?: unknown): AppError {
  return new AppError('CONFIG_INVALID', {
    message:
      'secrets/certificate.key holds no Ed25519 key: restore it from a backup, or remove it to make a new one',
    cause,
  });
}
