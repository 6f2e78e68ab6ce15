// Content digests: `sha256:<64 hex>` everywhere, in the database, in manifests and on the wire.
import { createHash, createHmac } from 'node:crypto';
import type { Sha256 } from './ids.js';

/** Digest of bytes. */
export function sha256(bytes: Uint8Array | string): Sha256 {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Sha256;
}

/** JSON with keys sorted at every level and no white space: equal values give equal bytes. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}

/** Keyed pseudonym: the same input and key give the same 128-bit hex; without the key it cannot be recomputed. */
export function pseudonym(key: Uint8Array, scope: string, value: string): string {
  return createHmac('sha256', key).update(`${scope}\0${value}`).digest('hex').slice(0, 32);
}
