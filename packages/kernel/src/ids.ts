// Branded ids: a StudyId is not a string that happened to be at hand.
import { randomUUID } from 'node:crypto';

declare const brand: unique symbol;
type Brand<T, B extends string> = T & { readonly [brand]: B };

export type ProjectId = Brand<string, 'ProjectId'>;
export type PatientId = Brand<string, 'PatientId'>;
export type StudyId = Brand<string, 'StudyId'>;
export type SeriesId = Brand<string, 'SeriesId'>;
export type XrayId = Brand<string, 'XrayId'>;
export type ReportId = Brand<string, 'ReportId'>;
export type SentenceId = Brand<string, 'SentenceId'>;
export type UploadId = Brand<string, 'UploadId'>;
export type JobId = Brand<string, 'JobId'>;
export type ApiKeyId = Brand<string, 'ApiKeyId'>;
export type SpaceId = Brand<number, 'SpaceId'>;
/** `sha256:` and 64 lower-case hex digits. */
export type Sha256 = Brand<string, 'Sha256'>;

export function newId<T extends string>(): T {
  return randomUUID() as T;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export function isUuid(value: string): boolean {
  return uuid.test(value);
}

export function isSha256(value: string): value is Sha256 {
  return /^sha256:[0-9a-f]{64}$/.test(value);
}
