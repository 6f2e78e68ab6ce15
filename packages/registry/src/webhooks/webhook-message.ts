// What a webhook receives: MLflow's envelope and signature scheme, from an event of the log.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError } from '@tomograph/kernel';
import { loadOrMakeSecretFile } from '../secrets/secret-file.js';
import type { RegistryEvent } from '../versions/registry-event.js';

/** JSON of `{ entity, action, timestamp, data }`. */
export function webhookBody(event: RegistryEvent): string {
  const [entity, action] = event.kind.split('.');
  return JSON.stringify({ entity, action, timestamp: event.at.toISOString(), data: dataOf(event) });
}

function dataOf(event: RegistryEvent): Record<string, unknown> {
  const common = { name: event.model, seq: event.seq };
  switch (event.kind) {
    case 'model_version.created':
      return {
        ...common,
        version: String(event.data.version),
        source: `models:/${event.model}/${event.data.version}`,
        description: event.why,
        tags: { kind: event.data.kind, manifest: event.data.manifest },
      };
    case 'model_version_alias.created': {
      const { alias, from, to, action } = event.data;
      return { ...common, alias, version: String(to), from: from === null ? null : String(from), action };
    }
    case 'model_version_alias.deleted':
      return { ...common, alias: event.data.alias };
    case 'certificate.issued': {
      const { version, certificate, verdict } = event.data;
      return { ...common, version: String(version), certificate, verdict };
    }
    case 'alias_policy.set':
      return { ...common, alias: event.data.alias, isProtected: event.data.isProtected };
  }
}

/** @param timestamp Unix seconds */
export function webhookHeaders(
  secret: string,
  deliveryId: string,
  timestamp: number,
  body: string,
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'tomograph-webhooks/1',
    'x-tomograph-delivery-id': deliveryId,
    'x-tomograph-timestamp': String(timestamp),
    'x-tomograph-signature': signatureOf(secret, deliveryId, timestamp, body),
  };
}

/** For receivers written in TypeScript, and for our tests: does the signature fit? Compare the timestamp with your clock too. */
export function isSignedBy(
  secret: string,
  headers: Readonly<Record<string, string | undefined>>,
  body: string,
): boolean {
  const id = headers['x-tomograph-delivery-id'] ?? '';
  const expected = Buffer.from(signatureOf(secret, id, Number(headers['x-tomograph-timestamp']), body));
  const got = Buffer.from(headers['x-tomograph-signature'] ?? '');
  return got.length === expected.length && timingSafeEqual(got, expected);
}

function signatureOf(secret: string, deliveryId: string, timestamp: number, body: string): string {
  const mac = createHmac('sha256', secret).update(`${deliveryId}.${timestamp}.${body}`);
  return `v1,${mac.digest('base64')}`;
}

/** A webhook's secret, derived from the installation's key: shown once, stored nowhere. */
export function webhookSecret(installationKey: Uint8Array, webhookId: string): string {
  const mac = createHmac('sha256', installationKey).update(`webhook\0${webhookId}`);
  return `whsec_${mac.digest('base64url')}`;
}

/**
 * The installation's key for webhook secrets, 32 bytes: `<home>/secrets/webhook.key`, made when absent. A new one
 * changes the secret of every webhook.
 * @throws AppError CONFIG_INVALID for a file that holds something else
 */
export function loadWebhookKey(home: string): Uint8Array {
  const text = loadOrMakeSecretFile(home, 'webhook.key', () => `${randomBytes(32).toString('hex')}\n`).trim();
  if (/^[0-9a-f]{64}$/.test(text)) return new Uint8Array(Buffer.from(text, 'hex'));
  throw new AppError('CONFIG_INVALID', {
    message:
      'secrets/webhook.key does not hold 64 hex digits: restore it from a backup, or remove it to make a new one',
  });
}
