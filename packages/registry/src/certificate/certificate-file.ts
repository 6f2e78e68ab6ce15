// Certificates as signed bytes. Verifying needs the bytes and the public keys that one trusts, and nothing else.
import { createPublicKey, sign, verify } from 'node:crypto';
import { AppError, canonicalJson, type Sha256, sha256 } from '@tomograph/kernel';
import { z } from 'zod';
import { decodeDocument, encodeDocument, parseDocument } from '../manifest/canonical-document.js';
import { digestSchema, formatVersion } from '../manifest/manifest-schema.js';
import {
  type CertificateDocument,
  type CertificateEvidence,
  certificateDocument,
  certificateDocumentSchema,
  certificateEvidenceSchema,
} from './certificate-document.js';
import type { SigningKey } from './signing-key.js';

const maxCertificateBytes = 32 << 20;
const base64 = z.string().regex(/^[A-Za-z0-9+/]{1,400}={0,2}$/);
const signedSchema = z.strictObject({
  document: certificateDocumentSchema,
  signature: z.strictObject({
    algorithm: z.literal('Ed25519'),
    keyId: digestSchema,
    publicKey: base64,
    value: base64,
  }),
});

export interface VerifiedCertificate {
  readonly document: CertificateDocument;
  readonly keyId: Sha256;
  /** Of the signed bytes: the name of the blob. */
  readonly digest: Sha256;
}

/**
 * Computes verdict and measures from the evidence and signs the whole.
 * @throws AppError CERTIFICATE_INVALID for evidence that contradicts itself
 */
export function signCertificate(evidence: CertificateEvidence, key: SigningKey): Uint8Array {
  const checked = parseDocument(certificateEvidenceSchema, evidence, 'CERTIFICATE_INVALID', 'evidence');
  const document = certificateDocument(checked);
  const { keyId, publicKey, privateKey } = key;
  const value = sign(null, signedBytes(document), privateKey).toString('base64');
  return encodeDocument({ document, signature: { algorithm: 'Ed25519', keyId, publicKey, value } });
}

/**
 * @param trusted public keys (DER SPKI, base64), as SigningKey.publicKey
 * @throws AppError FORMAT_VERSION_UNKNOWN; CERTIFICATE_INVALID for anything that keeps the certificate from being believed
 */
export function verifyCertificate(bytes: Uint8Array, trusted: readonly string[]): VerifiedCertificate {
  const value = decodeDocument(bytes, 'CERTIFICATE_INVALID', 'the certificate', maxCertificateBytes);
  const version = (value as { document?: { formatVersion?: unknown } } | null)?.document?.formatVersion;
  if (typeof version === 'number' && version !== formatVersion) {
    throw new AppError('FORMAT_VERSION_UNKNOWN', {
      message: `a certificate of format version ${version}: this build reads version ${formatVersion}`,
      facts: { expected: formatVersion },
    });
  }
  const { document, signature } = parseDocument(signedSchema, value, 'CERTIFICATE_INVALID', 'certificate');
  if (!trusted.includes(signature.publicKey)) {
    refuse(`it is signed by key ${signature.keyId}, which is not among the ${trusted.length} trusted ones`);
  }
  const der = Buffer.from(signature.publicKey, 'base64');
  if (sha256(der) !== signature.keyId) refuse('its key id is not that of its public key');
  if (!isSigned(document, der, signature.value))
    refuse('its signature does not fit: it was changed after signing');
  // a signed verdict that does not follow from the evidence is a forgery by the signer
  const {
    formatVersion: _v,
    kind: _k,
    growth: _g,
    bwt: _b,
    fwt: _f,
    verdict: _o,
    reasons: _r,
    ...evidence
  } = document;
  if (canonicalJson(certificateDocument(evidence)) !== canonicalJson(document)) {
    refuse('its verdict or measures do not follow from its evidence');
  }
  return { document, keyId: signature.keyId, digest: sha256(bytes) };
}

function signedBytes(document: CertificateDocument): Uint8Array {
  return new TextEncoder().encode(`tomograph-certificate-v1\n${canonicalJson(document)}`);
}

function isSigned(document: CertificateDocument, der: Buffer, value: string): boolean {
  try {
    const key = createPublicKey({ key: der, type: 'spki', format: 'der' });
    if (key.asymmetricKeyType !== 'ed25519') return false;
    return verify(null, signedBytes(document), key, Buffer.from(value, 'base64'));
  } catch {
    return false; // bytes that are no key sign nothing
  }
}

function refuse(why: string): never {
  throw new AppError('CERTIFICATE_INVALID', { message: `the certificate is not to be believed: ${why}` });
}
