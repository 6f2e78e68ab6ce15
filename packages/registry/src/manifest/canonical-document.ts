// Canonical JSON documents in and out: one value has one text and so one digest. For manifests and certificates.
import { AppError, canonicalJson, type ErrorCode } from '@tomograph/kernel';
import type { z } from 'zod';

export const maxDocumentBytes = 1 << 20;

export function encodeDocument(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}

/**
 * The JSON value of canonical bytes.
 * @throws AppError with the given code for bytes that are too many, not JSON, or not canonical (a key twice, …)
 */
export function decodeDocument(
  bytes: Uint8Array,
  code: ErrorCode,
  what: string,
  maxBytes = maxDocumentBytes,
): unknown {
  if (bytes.length > maxBytes) {
    throw new AppError(code, { message: `${what} has ${bytes.length} bytes, at most ${maxBytes} are read` });
  }
  let value: unknown;
  let again: string;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
    again = canonicalJson(value);
    if (again === text) return value;
  } catch (cause) {
    throw new AppError(code, { message: `${what} is not JSON in UTF-8`, cause });
  }
  throw new AppError(code, {
    message: `${what} is not canonical JSON: write it with sorted keys, without white space and each key once`,
  });
}

/** @throws AppError with the given code naming the field that does not fit */
export function parseDocument<T>(schema: z.ZodType<T>, value: unknown, code: ErrorCode, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = issue.path.map(String).join('.') || '(whole document)';
  throw new AppError(code, { message: `${what}: ${field}: ${issue.message}`, facts: { field } });
}
